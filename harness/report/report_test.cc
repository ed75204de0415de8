#include "harness/report/report.h"

#include <gmock/gmock.h>

#include <functional>
#include <limits>

namespace atome::harness::report {
namespace {

using ::testing::ElementsAre;

TEST(Key, DescribesWhatIsNotEmpty) {
  Key key;
  key.kind = Kind::kCycles;
  key.runner = "unicorn";
  key.core = "m3";
  key.board = "bluepill";
  key.model = "atome_60k.atome03";
  key.variant = "f32";
  key.detail = "positions 16:64";
  EXPECT_EQ(key.Describe(), "cycles unicorn m3 bluepill atome_60k.atome03 f32 positions 16:64");
  EXPECT_EQ(Key{}.Describe(), "parity");
}

TEST(SortCells, IsByKeyWhateverTheOrder) {
  Report report;
  for (const char* core : {"m7", "m0", "m3"}) report.cells.emplace_back().key.core = core;
  report.cells.emplace_back().key.kind = Kind::kAb;
  report.cells.emplace_back().key.kind = Kind::kCycles;
  SortCells(&report);
  std::string order;
  for (const Cell& cell : report.cells) order += cell.key.Describe() + ";";
  EXPECT_EQ(order, "parity m0;parity m3;parity m7;cycles;ab;");
}

TEST(Cell, GivesFiguresByTypeAndSaysWhyOneIsAbsent) {
  Cell cell;
  cell.Add(Quantity::kRamBytes, 5u);
  cell.Add(Quantity::kCyclesPerToken, 2.5, {PartKind::kOp, "sparse"});
  cell.Add(Quantity::kCyclesPerToken, 3.5, {PartKind::kOp, "state"});
  cell.Add(Quantity::kLogitsSha256, "ab");
  cell.Add(Quantity::kPerplexity, std::numeric_limits<double>::infinity());
  EXPECT_EQ(cell.Count(Quantity::kRamBytes), 5u);
  EXPECT_EQ(cell.Number(Quantity::kRamBytes), 5.0);
  EXPECT_EQ(cell.Text(Quantity::kRamBytes), "");
  EXPECT_EQ(cell.Number(Quantity::kCyclesPerToken), std::nullopt) << "of parts only";
  EXPECT_EQ(cell.Number(Quantity::kCyclesPerToken, {PartKind::kOp, "sparse"}), 2.5);
  EXPECT_EQ(cell.Count(Quantity::kCyclesPerToken, {PartKind::kOp, "sparse"}), std::nullopt) << "not a count";
  EXPECT_THAT(cell.Parts(PartKind::kOp, Quantity::kCyclesPerToken), ElementsAre("sparse", "state"));
  EXPECT_EQ(cell.Text(Quantity::kLogitsSha256), "ab");
  EXPECT_EQ(cell.Number(Quantity::kLogitsSha256), std::nullopt);
  EXPECT_EQ(cell.Find(Quantity::kPerplexity), nullptr);
  EXPECT_EQ(cell.unavailable.at(Quantity::kPerplexity), "it is not finite");
}

TEST(Cell, TheFirstReasonStays) {
  Cell cell;
  cell.AddOr(Quantity::kMaxUlp, std::optional<uint32_t>(), "no trace");
  cell.AddOr(Quantity::kMaxUlp, std::optional<uint32_t>(), "crashed");
  cell.AddOr(Quantity::kStateBytes, std::optional<uint64_t>(7), "crashed");
  EXPECT_EQ(cell.unavailable.size(), 1u);
  EXPECT_EQ(cell.unavailable.at(Quantity::kMaxUlp), "no trace");
  EXPECT_EQ(cell.Count(Quantity::kStateBytes), 7u);
}

TEST(WhyNoFigure, SaysWhatAFileCannotHold) {
  const auto why = [](const std::function<void(Figure*)>& spoil) {
    Figure figure{.id = {{}, Quantity::kPerplexity}, .value = 1.5};
    spoil(&figure);
    return WhyNoFigure(figure);
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(why([](Figure*) {}), "");
  EXPECT_EQ(why([](Figure* f) { f->low = f->high = 1; }), "") << "an interval may be a point";
  EXPECT_EQ(why([=](Figure* f) { f->value = nan; }), "it is not finite");
  EXPECT_EQ(why([](Figure* f) { f->low = 1; }), "its interval has one end");
  EXPECT_EQ(why([=](Figure* f) { f->low = 1, f->high = nan; }), "its interval is not finite");
  EXPECT_EQ(why([](Figure* f) { f->low = 1, f->high = 0.5; }), "its interval ends before it begins");
  EXPECT_EQ(why([=](Figure* f) { f->samples = {nan}; }), "a sample is not finite");
  EXPECT_EQ(why([](Figure* f) { f->sample_counts = {1}; }), "0 samples have 1 counts");
}

TEST(FigureId, TheWholeCellsComeFirstThenPartsTogether) {
  const FigureId whole{{}, Quantity::kFinalLoss}, a{{PartKind::kOp, "a"}, Quantity::kCyclesPerToken},
      also_a{{PartKind::kOp, "a"}, Quantity::kInstructionsPerToken},
      b{{PartKind::kOp, "b"}, Quantity::kInstructionsPerToken};
  Cell cell;
  for (const FigureId& id : {b, a, whole, also_a}) cell.figures.push_back({.id = id, .value = 1.0});
  std::string order;
  for (const Figure* figure : SortedFigures(cell)) order += figure->id.Describe() + ";";
  EXPECT_EQ(order,
            "final_loss;instructions_per_token of op a;cycles_per_token of op a;"
            "instructions_per_token of op b;");
}

TEST(WorstOf, IsTheMostSevereOfTheCells) {
  std::vector<Cell> cells(3);
  for (Cell& cell : cells) cell.outcome = Outcome::kPass;
  EXPECT_EQ(WorstOf(cells), Outcome::kPass);
  cells[1].Fail(Outcome::kCrashed, "fault");
  cells[2].Fail(Outcome::kMismatch, "bits");
  EXPECT_EQ(WorstOf(cells), Outcome::kCrashed);
  EXPECT_EQ(WorstOf(std::vector<Cell>()), Outcome::kPass);
  EXPECT_EQ(cells[1].message, "fault");
  EXPECT_FALSE(cells[1].passed());
}

}  // namespace
}  // namespace atome::harness::report
