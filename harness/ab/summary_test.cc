#include "harness/ab/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "harness/ab/made_up.h"
#include "harness/ab/notes.h"
#include "harness/report/print.h"

namespace atome::harness::ab {
namespace {

using report::Cell;
using report::Figure;
using report::Part;
using report::PartKind;
using report::Quantity;
using ::testing::AllOf;
using testing::CellIn;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::MadeUp;
using testing::MakeCells;
using testing::MakeExperiment;
using ::testing::Not;
using testing::TwoContenders;

const Part kM3{PartKind::kCore, "m3"};
const Part kOld{PartKind::kAgainst, "old"};

std::vector<Cell> Summarized(Config config, const std::vector<MadeUp>& models) {
  const Experiment experiment = MakeExperiment(std::move(config), models);
  return Summarize(experiment, MakeCells(experiment, models));
}

std::string Table(const std::vector<Cell>& cells) {
  report::Report report;
  report.cells = cells;
  return report::Print(report, OutputFormat::kTable);
}

TEST(Summarize, GivesMediansWithEverySeed) {
  const std::vector<MadeUp> models{{0, 0, 200, 1.0, 10}, {0, 1, 220, 1.2, 12}, {0, 2, 210, 1.1, 14},
                                   {1, 0, 400, 1.5, 20}, {1, 1, 400, 1.7, 20}, {1, 2, 400, 1.6, 20}};
  const std::vector<Cell> cells = Summarized(TwoContenders({0, 1, 2}), models);
  ASSERT_EQ(cells.size(), 2u);
  const Cell& cell = cells[0];
  EXPECT_EQ(cell.key.Describe(), "ab native m{seed}.atome02 f32 speed text.txt test: new");
  EXPECT_TRUE(cell.passed());
  EXPECT_EQ(cell.model_sha256, "");
  EXPECT_EQ(cell.Count(Quantity::kFileBytes), 210u);
  EXPECT_THAT(cell.Find(Quantity::kFileBytes)->samples, ElementsAre(200, 220, 210));
  EXPECT_EQ(cell.Count(Quantity::kParameters), 1000u);
  EXPECT_EQ(cell.Number(Quantity::kBitsPerWeight), 1.68);
  EXPECT_DOUBLE_EQ(cell.Find(Quantity::kBitsPerWeight)->samples[0], 1.6);
  const Figure& perplexity = *cell.Find(Quantity::kPerplexity);
  EXPECT_DOUBLE_EQ(*perplexity.Number(), std::exp(1.1));
  ASSERT_EQ(perplexity.samples.size(), 3u);
  EXPECT_DOUBLE_EQ(perplexity.samples[1], std::exp(1.2));
  EXPECT_FALSE(perplexity.low.has_value()) << "several seeds have a spread";
  EXPECT_DOUBLE_EQ(std::ranges::max(cell.Find(Quantity::kBitsPerByte)->samples), 1.2 / std::log(2));
  EXPECT_EQ(cell.Number(Quantity::kCyclesPerToken, kM3), 12);
  EXPECT_THAT(cell.Find(Quantity::kCyclesPerToken, kM3)->samples, ElementsAre(10, 12, 14));
  EXPECT_THAT(cell.Find(Quantity::kFlashBytesNeeded, kM3)->samples, ElementsAre(300, 320, 310));
  EXPECT_EQ(cell.Count(Quantity::kRamBytesNeeded, kM3), 2000u);
  EXPECT_EQ(cell.Find(Quantity::kInstructionsPerToken, kM3), nullptr);
  EXPECT_EQ(cell.unavailable.at(Quantity::kInstructionsPerToken), "not measured of every seed");
  EXPECT_EQ(cell.Count(Quantity::kFp32Bytes), 4000u);
  EXPECT_EQ(cell.Text(Quantity::kTextSha256), "aa");
  EXPECT_EQ(cell.Text(Quantity::kModelSha256, {PartKind::kSeed, "2"}), Sha256Hex("new/m2.atome02"));
}

TEST(Summarize, ComparesWithTheBaselineByChunkAndSeed) {
  const std::vector<MadeUp> models{{0, 0, 200, 1.0}, {0, 1, 200, 1.2}, {0, 2, 200, 1.1},
                                   {1, 0, 200, 1.5}, {1, 1, 200, 1.7}, {1, 2, 200, 1.6}};
  const std::vector<Cell> cells = Summarized(TwoContenders({0, 1, 2}), models);
  const Figure& ratio = *cells[0].Find(Quantity::kPerplexityRatio, kOld);
  EXPECT_NEAR(*ratio.Number(), std::exp(-0.5), 1e-12);
  EXPECT_LE(*ratio.low, *ratio.Number());
  EXPECT_GE(*ratio.high, *ratio.Number());
  ASSERT_EQ(ratio.samples.size(), 3u);
  EXPECT_NEAR(ratio.samples[1], std::exp(-0.5), 1e-12);
  EXPECT_EQ(cells[0].Text(Quantity::kPerplexityVerdict, kOld), "better");
  EXPECT_TRUE(cells[1].Parts(PartKind::kAgainst, Quantity::kPerplexityRatio).empty());
  EXPECT_EQ(Summarized(TwoContenders({0}), {{0, 0}, {1, 0}})[0].Text(Quantity::kPerplexityVerdict, kOld),
            "same");
}

TEST(Summarize, SeveralContendersThatDifferHoldJointly) {
  Config config = TwoContenders({0});
  config.contenders.push_back(config.contenders[0]);
  config.contenders.back().name = "newer";
  config.contenders.back().model = "newer/m{seed}.atome02";
  const auto width = [](const Cell& cell) {
    const Figure& ratio = *cell.Find(Quantity::kPerplexityRatio, kOld);
    return std::log(*ratio.high / *ratio.low);
  };
  const std::vector<Cell> one = Summarized(TwoContenders({0}), {{0, 0, 200, 1.0, 10, 1}, {1, 0, 200, 1.5}});
  const std::vector<Cell> two =
      Summarized(config, {{0, 0, 200, 1.0, 10, 1}, {1, 0, 200, 1.5}, {2, 0, 200, 1.2}});
  const std::vector<Cell> same =
      Summarized(config, {{0, 0, 200, 1.0, 10, 1}, {1, 0, 200, 1.5}, {2, 0, 200, 1.5}});
  EXPECT_GT(width(two[0]), 1.05 * width(one[0]));
  EXPECT_EQ(two[0].note, "the intervals of 2 comparisons hold jointly (Bonferroni)");
  EXPECT_EQ(width(same[0]), width(one[0])) << "one that is the baseline's same is no comparison";
  EXPECT_EQ(same[2].Text(Quantity::kPerplexityVerdict, kOld), "same");
}

TEST(Summarize, OneSeedHasTheTextsInterval) {
  const std::vector<Cell> cells = Summarized(TwoContenders({0}), {{0, 0, 200, 1.0}, {1, 0, 200, 1.5}});
  const Figure &perplexity = *cells[0].Find(Quantity::kPerplexity),
               &bits = *cells[0].Find(Quantity::kBitsPerByte);
  EXPECT_LT(*perplexity.low, std::exp(1.0));
  EXPECT_GT(*perplexity.high, std::exp(1.0));
  EXPECT_NEAR(*bits.low, std::log2(*perplexity.low), 1e-12);
  EXPECT_EQ(cells[0].model_sha256, Sha256Hex("new/m0.atome02"));
}

TEST(Summarize, SizeInFp32MayBeAnothers) {
  Config config = TwoContenders({0});
  config.contenders[0].fp32_reference = "old";
  const std::vector<Cell> cells = Summarized(config, {{0, 0, 200}, {1, 0, 800}});
  EXPECT_EQ(cells[0].Count(Quantity::kFp32Bytes), 800u);
  EXPECT_EQ(cells[1].Count(Quantity::kFp32Bytes), 4000u);
}

TEST(Summarize, SaysWhatIsKnownOfFilesAndTraining) {
  const std::vector<MadeUp> models{{0, 0}, {0, 1}, {1, 0}, {1, 1}};
  Experiment experiment = MakeExperiment(TwoContenders({0, 1}), models);
  for (size_t i = 0; i < 2; ++i) {
    Entry& entry = experiment.entries[i];
    entry.training = {.steps = 3000, .final_loss = 2.0 + static_cast<double>(i), .train_seconds = 359.5};
    entry.format_bytes = {{"ATOME01", 300 + 2 * i}, {"ATOME02", 200}};
    entry.trit_entropy_bits = 1.5;
  }
  experiment.entries[2].training.steps = 3000;
  const std::vector<Cell> cells = Summarize(experiment, MakeCells(experiment, models));
  EXPECT_EQ(cells[0].Count(Quantity::kTrainSteps), 3000u);
  EXPECT_EQ(cells[0].Number(Quantity::kFinalLoss), 2.5);
  EXPECT_EQ(cells[0].Number(Quantity::kTrainSeconds), 359.5);
  EXPECT_EQ(cells[0].Count(Quantity::kFileBytes, {PartKind::kFormat, "ATOME01"}), 301u);
  EXPECT_EQ(cells[0].Number(Quantity::kTritEntropyBits), 1.5);
  EXPECT_EQ(cells[1].Find(Quantity::kTrainSteps), nullptr) << "of one seed only";
  EXPECT_EQ(cells[1].Find(Quantity::kTritEntropyBits), nullptr) << "no ternary weights";
}

TEST(Summarize, SaysWhatFailed) {
  const std::vector<MadeUp> models{{0, 0}, {0, 1}, {1, 0}, {1, 1}};
  const Experiment experiment = MakeExperiment(TwoContenders({0, 1}), models);
  std::vector<Cell> measured = MakeCells(experiment, models);
  Cell& cycles = CellIn(measured, report::Kind::kCycles, experiment.entries[1]);
  cycles.Fail(Outcome::kMissing, "no firmware");
  cycles.figures.clear();
  std::vector<Cell> cells = Summarize(experiment, measured);
  EXPECT_EQ(cells[0].outcome, Outcome::kMissing);
  EXPECT_EQ(cells[0].message, "seed 1 on m3: no firmware");
  EXPECT_EQ(cells[0].unavailable.at(Quantity::kCyclesPerToken), "seed 1 on m3: no firmware");
  EXPECT_EQ(cells[0].Count(Quantity::kRamBytesNeeded, kM3), 2000u) << "the rest is there";
  EXPECT_TRUE(cells[1].passed());
  CellIn(measured, report::Kind::kSize, experiment.entries[1]).Fail(Outcome::kCrashed, "fault");
  cells = Summarize(experiment, measured);
  EXPECT_EQ(cells[0].outcome, Outcome::kCrashed);
  EXPECT_EQ(cells[0].message, "seed 1 on m3: fault (2 of its cells do not pass)");
}

TEST(Summarize, AContenderThatIsHeldToItsTraceSaysHowCloseItCame) {
  const std::vector<MadeUp> models{{0, 0}, {1, 0}};
  Config config = TwoContenders({0});
  config.contenders[0].accept = *Acceptance::Parse("relative:1e-5");
  const Experiment experiment = MakeExperiment(std::move(config), models);
  std::vector<Cell> cells = MakeCells(experiment, models);
  const auto parity =
      std::ranges::find(cells, report::Kind::kParity, [](const Cell& cell) { return cell.key.kind; });
  ASSERT_NE(parity, cells.end());
  EXPECT_EQ(parity->key.Describe(), "parity unicorn m3 new/m0.atome02 f32 speed");
  EXPECT_THAT(parity->command,
              AllOf(HasSubstr(" verify "), HasSubstr("--accept relative:1e-05"), HasSubstr("--core m3")));
  EXPECT_EQ(std::ranges::count(cells, report::Kind::kParity, [](const Cell& cell) { return cell.key.kind; }),
            1);
  parity->Fail(Outcome::kWithin, "within relative 1e-05 (reached 3e-07), 48/48 tokens");
  parity->Add(Quantity::kReached, "relative 3e-07");
  std::vector<Cell> summary = Summarize(experiment, cells);
  EXPECT_EQ(summary[0].outcome, Outcome::kWithin);
  EXPECT_THAT(summary[0].message, HasSubstr("on m3: within relative"));
  EXPECT_EQ(summary[0].Text(Quantity::kAccepted), "relative:1e-05");
  EXPECT_EQ(summary[0].Text(Quantity::kReached, kM3), "relative 3e-07");
  EXPECT_EQ(summary[1].outcome, Outcome::kPass);
  EXPECT_EQ(summary[1].Find(Quantity::kAccepted), nullptr);
  EXPECT_THAT(Table(summary), HasSubstr("relative 3e-07"));

  parity->Fail(Outcome::kMismatch, "case 0, step 1");
  summary = Summarize(experiment, cells);
  EXPECT_EQ(summary[0].outcome, Outcome::kMismatch);
}

TEST(Summarize, ModelsThatWereNotScoredAreNotCompared) {
  const std::vector<MadeUp> models{{0, 0}, {1, 0}};
  const Experiment experiment = MakeExperiment(TwoContenders({0}), models);
  std::vector<Cell> measured = MakeCells(experiment, models);
  Cell& perplexity = CellIn(measured, report::Kind::kPerplexity, experiment.entries[1]);
  perplexity.Fail(Outcome::kError, "bad: is bad");
  perplexity.figures.clear();
  const std::vector<Cell> cells = Summarize(experiment, measured);
  EXPECT_EQ(cells[0].Find(Quantity::kPerplexityRatio, kOld), nullptr);
  EXPECT_THAT(cells[0].unavailable.at(Quantity::kPerplexityRatio), HasSubstr("old was not scored"));
  EXPECT_EQ(cells[1].outcome, Outcome::kError);
  EXPECT_EQ(cells[1].message, "seed 0: bad: is bad");
  EXPECT_THAT(Table(cells), HasSubstr("seed 0: bad: is bad"));
}

TEST(AbTable, SaysWhatIsExactAndWhatOneSeedLeavesOpen) {
  const std::vector<MadeUp> models{{0, 0, 200, 1.0}, {1, 0, 400, 1.5}};
  const Experiment experiment = MakeExperiment(TwoContenders({0}), models);
  const std::string table = Table(Summarize(experiment, MakeCells(experiment, models)));
  EXPECT_THAT(table, HasSubstr("-39.347 % [-39.347 %, -39.347 %]  better"));
  EXPECT_THAT(table, HasSubstr("1/20.0"));
  EXPECT_THAT(table, HasSubstr("m3 cycles/token"));
  const std::string notes = Notes(experiment);
  EXPECT_THAT(notes, HasSubstr("One seed: the spread over seeds is unknown"));
  EXPECT_THAT(notes, HasSubstr("Exact, any difference is one: params"));
  EXPECT_THAT(notes, HasSubstr("vs baseline, which is old"));
  EXPECT_THAT(notes, HasSubstr("320 of 321 bytes predicted, in 5 chunks of 64.\n"));
  EXPECT_THAT(notes, Not(HasSubstr("No verdict")));
  EXPECT_THAT(notes, Not(HasSubstr("seeds: medians")));
}

TEST(AbTable, ShowsTheSpreadOfSeveralSeeds) {
  const std::vector<MadeUp> models{
      {0, 0, 200, 1.0, 10}, {0, 1, 220, 1.2, 12}, {1, 0, 400, 1.1, 20}, {1, 1, 400, 1.1, 20}};
  const Experiment experiment = MakeExperiment(TwoContenders({0, 1}), models);
  const std::string table = Table(Summarize(experiment, MakeCells(experiment, models)));
  EXPECT_THAT(Notes(experiment),
              HasSubstr("2 seeds: medians (least..most); the interval is over chunks and seeds"));
  EXPECT_THAT(table, HasSubstr("210 (200..220)"));
  EXPECT_THAT(table, HasSubstr("11 (10..12)"));
  EXPECT_THAT(table, HasSubstr("undecided")) << "one seed better, one worse";
}

}  // namespace
}  // namespace atome::harness::ab
