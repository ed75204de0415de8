#include "harness/perplexity/perplexity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "harness/base/random.h"
#include "harness/base/table.h"
#include "harness/report/print.h"
#include "harness/statistics/interval.h"
#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using report::Quantity;
using ::testing::HasSubstr;

const report::Part kAgainst{report::PartKind::kAgainst, "m.atome03 f32"};
const std::vector<double> kNats{100, 80, 90, 96.112, 38.6}, kTokens{64, 64, 64, 64, 36};

// A pass over 292 bytes in chunks of 64, without the pass.
class PerplexityCellsTest : public ::testing::Test {
 protected:
  PerplexityCellsTest() {
    model_.path = "folder/m.atome03";
    model_.sha256 = "aa";
    model_.config.max_seq = 70;
    plan_.part = TextPart::kLastTenth;
    plan_.unit_tokens = 64;
    plan_.begin = 1000;
    plan_.tokens = 292;
  }
  void Add(Variant variant, std::vector<double> unit_nats) {
    subjects_.push_back({&model_, variant});
    measured_.losses.push_back({std::move(unit_nats), 0.5, ""});
  }
  // How the first subject differs from the last.
  void Compare() {
    Differences& differences = measured_.differences.emplace_back();
    for (int i = 292; i > 0; --i) differences.nats.push_back(i * 0.01);
    differences.unit_same = {30, 20, 40, 50, 6};
  }
  std::vector<report::Cell> Cells() const { return PerplexityCells(subjects_, text_, plan_, measured_); }

  Model model_;
  std::vector<Subject> subjects_;
  EvaluationText text_{"folder/text.txt", {}, "bb", TextUnit::kByte, {}};
  TextPlan plan_;
  Measured measured_{.losses = {}, .differences = {}, .threads = 2};
};

TEST_F(PerplexityCellsTest, HaveIntervalsAndWhatTheyComeFrom) {
  Add(Variant::kQ15, kNats);
  const std::vector<report::Cell> cells = Cells();
  ASSERT_EQ(cells.size(), 1u);
  const report::Cell& cell = cells[0];
  EXPECT_EQ(cell.key.Describe(),
            "perplexity native host-simd m.atome03 q15 text.txt chunks of 64, last-tenth");
  EXPECT_EQ(cell.outcome, Outcome::kPass);
  EXPECT_EQ(cell.note, "bytes 1000:1292");
  const report::Figure& perplexity = *cell.Find(Quantity::kPerplexity);
  EXPECT_DOUBLE_EQ(*perplexity.Number(), std::exp(404.712 / 292));
  EXPECT_EQ(perplexity.info().figure_class, report::FigureClass::kInterval);
  const Interval nats = *EstimateMean(kNats, kTokens).interval;
  EXPECT_DOUBLE_EQ(*perplexity.low, std::exp(nats.low));
  EXPECT_DOUBLE_EQ(*perplexity.high, std::exp(nats.high));
  EXPECT_LT(*perplexity.low, *perplexity.high);
  EXPECT_EQ(perplexity.samples, kNats);
  EXPECT_EQ(perplexity.sample_counts, (std::vector<uint32_t>{64, 64, 64, 64, 36}));
  const report::Figure& bits = *cell.Find(Quantity::kBitsPerByte);
  EXPECT_DOUBLE_EQ(*bits.Number(), std::log2(*perplexity.Number()));
  EXPECT_DOUBLE_EQ(*bits.low, std::log2(*perplexity.low));
  EXPECT_DOUBLE_EQ(*bits.high, std::log2(*perplexity.high));
  EXPECT_EQ(cell.Count(Quantity::kTokens), 292u);
  EXPECT_EQ(cell.Count(Quantity::kMaxSeq), 70u);
  EXPECT_EQ(cell.Text(Quantity::kTextSha256), "bb");
  EXPECT_EQ(cell.Number(Quantity::kHostTokensPerSecond), 4 * 292);
  EXPECT_TRUE(cell.Find(Quantity::kHostTokensPerSecond)->is_wall());
}

TEST_F(PerplexityCellsTest, OfTokensHaveNoBitsAByte) {
  Add(Variant::kQ15, kNats);
  text_.unit = TextUnit::kToken;
  const report::Cell cell = Cells().front();
  EXPECT_EQ(cell.key.detail, "chunks of 64 tokens, last-tenth");
  EXPECT_EQ(cell.note, "tokens 1000:1292");
  EXPECT_EQ(cell.Find(Quantity::kBitsPerByte), nullptr);
  EXPECT_EQ(cell.unavailable.at(Quantity::kBitsPerByte), kNoBytes);
  EXPECT_DOUBLE_EQ(*cell.Number(Quantity::kBitsPerToken), std::log2(*cell.Number(Quantity::kPerplexity)));
}

TEST_F(PerplexityCellsTest, CompareAndKeepTheOtherOnce) {
  Add(Variant::kQ15, {120, 80, 90, 95, 50});
  Add(Variant::kF32, {110, 70, 85, 90, 42});
  Compare();
  std::vector<report::Cell> cells = Cells();
  ASSERT_EQ(cells.size(), 2u);
  EXPECT_EQ(cells[1].key.core, "host-simd");
  EXPECT_EQ(cells[1].Find(Quantity::kPerplexityRatio, kAgainst), nullptr);
  const report::Figure& ratio = *cells[0].Find(Quantity::kPerplexityRatio, kAgainst);
  const Interval nats = *EstimateMean(std::vector<double>{10, 10, 5, 5, 8}, kTokens).interval;
  EXPECT_DOUBLE_EQ(*ratio.Number(), std::exp(38.0 / 292));
  EXPECT_DOUBLE_EQ(*ratio.low, std::exp(nats.low));
  EXPECT_DOUBLE_EQ(*ratio.high, std::exp(nats.high));
  EXPECT_EQ(cells[0].note, "bytes 1000:1292");
  EXPECT_DOUBLE_EQ(*cells[0].Number(Quantity::kKlMeanNats, kAgainst), 1.465);
  EXPECT_EQ(cells[0].Number(Quantity::kKlP50Nats, kAgainst), 146 * 0.01);
  EXPECT_EQ(cells[0].Number(Quantity::kKlP90Nats, kAgainst), 263 * 0.01);
  EXPECT_EQ(cells[0].Number(Quantity::kKlP99Nats, kAgainst), 290 * 0.01);
  EXPECT_EQ(cells[0].Number(Quantity::kKlMaxNats, kAgainst), 292 * 0.01);
  EXPECT_EQ(cells[0].Number(Quantity::kSameTopShare, kAgainst), 146.0 / 292);

  subjects_.front().variant = Variant::kF32;  // a model against itself
  cells = Cells();
  ASSERT_EQ(cells.size(), 1u);
  EXPECT_NE(cells[0].Find(Quantity::kPerplexityRatio, kAgainst), nullptr);

  Model other = model_;  // the same file with other dimensions
  other.config.top_k += 1;
  subjects_.back().model = &other;
  cells = Cells();
  ASSERT_EQ(cells.size(), 2u);
  EXPECT_EQ(cells[1].key.detail, "chunks of 64, last-tenth, against");
}

TEST_F(PerplexityCellsTest, OfAFailureAreAbsentWithTheReason) {
  Add(Variant::kQ15, {120, 80, 90, 95, 50});
  Add(Variant::kF32, {});
  Compare();
  measured_.losses.back().failure = "broken";
  const std::vector<report::Cell> cells = Cells();
  EXPECT_EQ(cells[0].outcome, Outcome::kPass);
  EXPECT_EQ(cells[0].unavailable.at(Quantity::kPerplexityRatio), "broken");
  EXPECT_EQ(cells[1].outcome, Outcome::kError);
  EXPECT_EQ(cells[1].message, "broken");
  EXPECT_EQ(cells[1].unavailable.at(Quantity::kPerplexity), "broken");
  EXPECT_EQ(cells[1].Find(Quantity::kPerplexity), nullptr);
  EXPECT_EQ(report::WorstOf(cells), Outcome::kError);

  report::Report report;
  report.cells = cells;
  const std::string table = report::Print(report, OutputFormat::kTable);
  EXPECT_THAT(table, HasSubstr("m.atome03  f32               -"));
  EXPECT_THAT(table, HasSubstr("chunks of 64, last-tenth: broken\n"));
  EXPECT_THAT(report::Print(report, OutputFormat::kCsv), HasSubstr(",perplexity,,,,,broken"));
}

// Of those that do not differ from the last at all nothing is judged.
TEST_F(PerplexityCellsTest, SeveralComparisonsHoldJointly) {
  const std::vector<double> other{110, 70, 85, 90, 42};
  Add(Variant::kQ15, {120, 80, 90, 95, 50});
  Add(Variant::kF32, other);
  Add(Variant::kQ15Kv8, {121, 80, 90, 95, 50});
  Add(Variant::kF32, other);
  for (int i = 0; i < 3; ++i) Compare();
  const std::vector<report::Cell> cells = Cells();
  const Interval nats = *EstimateMean(std::vector<double>{10, 10, 5, 5, 8}, kTokens, 2).interval;
  EXPECT_DOUBLE_EQ(*cells[0].Find(Quantity::kPerplexityRatio, kAgainst)->low, std::exp(nats.low));
  EXPECT_EQ(cells[0].note, "bytes 1000:1292; the ratio's interval holds jointly with those of 2 comparisons");
}

TEST_F(PerplexityCellsTest, FewUnitsHaveNoInterval) {
  plan_.tokens = 64;
  Add(Variant::kF32, {100});
  const std::vector<report::Cell> cells = Cells();
  EXPECT_EQ(cells[0].Find(Quantity::kPerplexity)->low, std::nullopt);
  EXPECT_EQ(cells[0].Find(Quantity::kBitsPerByte)->low, std::nullopt);
  EXPECT_EQ(cells[0].note,
            "bytes 1000:1064; 1 chunk or block of text is too few for an interval; 5 would do");
}

TEST(MeasurePerplexity, IsTheFiguresOfAPass) {
  const Model model = testing::TinyModel("tiny_odd");
  Random random(5);
  EvaluationText text{"text", {}, "", TextUnit::kToken, {}};
  for (int i = 0; i < 1001; ++i)
    text.tokens.push_back(static_cast<uint16_t>(random.Below(model.config.vocab_size)));
  const TextPlan plan = *PlanText(text, Protocol::kChunks, TextPart::kAll, 50, std::nullopt);
  const std::vector<Subject> subjects{{&model, Variant::kQ15}, {&model, Variant::kF32}};
  const MeasureOptions options{.compare = true, .jobs = 2, .progress = {}};
  const auto cells = MeasurePerplexity(subjects, text, plan, options);
  ASSERT_TRUE(cells.ok()) << cells.error().message;
  ASSERT_EQ(cells->size(), 2u);
  const auto pass = Measure(subjects, text, plan, options);
  ASSERT_TRUE(pass.ok());
  for (size_t s = 0; s < 2; ++s)
    EXPECT_EQ((*cells)[s].Find(Quantity::kPerplexity)->samples, pass->losses[s].unit_nats);
  const report::Part against{report::PartKind::kAgainst, "tiny_odd.atome01 f32"};
  EXPECT_NEAR(*(*cells)[0].Number(Quantity::kPerplexityRatio, against),
              *(*cells)[0].Number(Quantity::kPerplexity) / *(*cells)[1].Number(Quantity::kPerplexity), 1e-12);
}

}  // namespace
}  // namespace atome::harness
