#include "harness/report/same.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/report/walk.h"
#include "harness/testing/test_reports.h"

namespace atome::harness::report {
namespace {

using testing::CellOf;
using testing::FigureOf;
using testing::SampledOf;

Cell Whole() {
  Cell cell =
      CellOf(Kind::kSize, "m3", {FigureOf(Quantity::kRamBytes, 1), FigureOf(Quantity::kSeconds, 2.0)});
  cell.message = "message";
  cell.note = "note";
  cell.model_sha256 = "model";
  cell.build_sha256 = "build sha";
  cell.build = "build";
  cell.command = "command";
  cell.unavailable[Quantity::kMaxUlp] = "no trace";
  Divergence& divergence = cell.divergence.emplace();
  divergence.case_index = 1;
  divergence.step = 2;
  divergence.op = ATOME_OP_SPARSE;
  divergence.layer = 3;
  divergence.index = 4;
  divergence.expected = 5;
  divergence.actual = 6;
  divergence.note = "why";
  return cell;
}

// Each field of a cell alone: what Merge then says.
TEST(FirstDifference, NamesTheFieldThatDiffers) {
  const std::pair<const char*, std::function<void(Cell&)>> rows[] = {
      {"outcome", [](Cell& cell) { cell.outcome = Outcome::kCrashed; }},
      {"message", [](Cell& cell) { cell.message += "."; }},
      {"model_sha256", [](Cell& cell) { cell.model_sha256 += "."; }},
      {"build", [](Cell& cell) { cell.build += "."; }},
      {"build_sha256", [](Cell& cell) { cell.build_sha256 += "."; }},
      {"divergence", [](Cell& cell) { cell.divergence.reset(); }},
      {"divergence", [](Cell& cell) { ++cell.divergence->case_index; }},
      {"divergence", [](Cell& cell) { ++cell.divergence->step; }},
      {"divergence", [](Cell& cell) { cell.divergence->op = ATOME_OP_STATE; }},
      {"divergence", [](Cell& cell) { ++cell.divergence->layer; }},
      {"divergence", [](Cell& cell) { cell.divergence->index.reset(); }},
      {"divergence", [](Cell& cell) { cell.divergence->expected = 7; }},
      {"divergence", [](Cell& cell) { cell.divergence->actual = 7; }},
      {"divergence", [](Cell& cell) { cell.divergence->note += "."; }},
      {"figure ram_bytes", [](Cell& cell) { cell.figures[0].value = uint64_t{2}; }},
      {"figure ram_bytes", [](Cell& cell) { cell.figures[0].value = 1.0; }},
      {"figure ram_bytes", [](Cell& cell) { cell.figures.erase(cell.figures.begin()); }},
      {"figure code_bytes", [](Cell& cell) { cell.Add(Quantity::kCodeBytes, 1); }},
      {"unavailable", [](Cell& cell) { cell.unavailable[Quantity::kMaxUlp] += "."; }},
      {"note", [](Cell& cell) { cell.note += "."; }},
      {"command", [](Cell& cell) { cell.command += "."; }},
      {"", [](Cell&) {}},
      {"", [](Cell& cell) { cell.figures[1].value = 3.0; }},  // wall time
      {"", [](Cell& cell) { cell.figures.pop_back(); }},
      {"", [](Cell& cell) { std::swap(cell.figures[0], cell.figures[1]); }}};
  for (const auto& [what, change] : rows) {
    const Cell cell = Whole();
    Cell other = cell;
    change(other);
    EXPECT_EQ(FirstDifference(cell, other), what);
    EXPECT_EQ(FirstDifference(other, cell), what);
  }
}

TEST(FirstDifference, ADivergenceMayBeNoNumber) {
  Cell cell = Whole();
  cell.divergence->actual = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(FirstDifference(cell, cell), "");
  Cell other = cell;
  cell.divergence->actual = 0.0f;
  other.divergence->actual = -0.0f;
  EXPECT_EQ(FirstDifference(cell, other), "divergence");
}

TEST(FirstDifference, OfFiguresNamesTheFirst) {
  Cell cell = Whole(), other = cell;
  other.Add(Quantity::kStateBytes, 1);
  other.Add(Quantity::kCodeBytes, 1);
  other.figures[0].value = uint64_t{9};
  EXPECT_EQ(FirstDifference(cell, other), "figure state_bytes");
}

TEST(SameFigure, IsOfAllOfItUnlessItIsWallTime) {
  const Figure figure = SampledOf(Quantity::kPerplexity, 2, {1, 2}, {3, 4});
  EXPECT_TRUE(SameFigure(figure, figure));
  for (const auto& change : std::vector<std::function<void(Figure&)>>{
           [](Figure& each) { each.value = 3.0; }, [](Figure& each) { each.low = 1; },
           [](Figure& each) { each.high = 1; }, [](Figure& each) { each.samples[1] = 3; },
           [](Figure& each) { each.sample_counts[0] = 4; }}) {
    Figure other = figure;
    change(other);
    EXPECT_FALSE(SameFigure(figure, other));
  }
  EXPECT_TRUE(SameFigure(SampledOf(Quantity::kSeconds, 1, {1}), SampledOf(Quantity::kSeconds, 2, {2})));
}

TEST(Walk, MeetsEveryElementOnceInOrder) {
  const auto walked = [](const std::vector<int>& a, const std::vector<int>& b) {
    std::vector<const int*> of_a, of_b;
    for (const int& each : a) of_a.push_back(&each);
    for (const int& each : b) of_b.push_back(&each);
    std::string text;
    Walk(
        of_a, of_b, [](int x, int y) { return x <=> y; },
        [&](int x, int) { text += " =" + std::to_string(x); },
        [&](int x) { text += " a" + std::to_string(x); }, [&](int y) { text += " b" + std::to_string(y); });
    return text;
  };
  EXPECT_EQ(walked({}, {}), "");
  EXPECT_EQ(walked({1, 2}, {}), " a1 a2");
  EXPECT_EQ(walked({}, {1, 2}), " b1 b2");
  EXPECT_EQ(walked({1, 3, 5}, {2, 3, 6}), " a1 b2 =3 a5 b6");
  EXPECT_EQ(walked({2, 3}, {1, 2}), " b1 =2 a3");
  EXPECT_EQ(walked({4}, {4}), " =4");
}

TEST(WhyNoFigure, SaysWhatAFileCannotHold) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto of = [](double value, std::optional<double> low, std::optional<double> high,
                     std::vector<double> samples = {}, std::vector<uint32_t> counts = {}) {
    Figure figure = SampledOf(Quantity::kPerplexity, value, std::move(samples), std::move(counts));
    figure.low = low, figure.high = high;
    return WhyNoFigure(figure);
  };
  EXPECT_EQ(of(1, {}, {}), "");
  EXPECT_EQ(of(1, 1, 1), "") << "an interval of nothing";
  EXPECT_EQ(of(1, 0, 2, {1, 2}, {3, 4}), "");
  EXPECT_EQ(of(1, {}, {}, {1, 2}), "");
  EXPECT_EQ(of(kInfinity, {}, {}), "it is not finite");
  EXPECT_EQ(of(std::nan(""), {}, {}), "it is not finite");
  EXPECT_EQ(of(1, 1, {}), "its interval has one end");
  EXPECT_EQ(of(1, {}, 1), "its interval has one end");
  EXPECT_EQ(of(1, -kInfinity, 1), "its interval is not finite");
  EXPECT_EQ(of(1, 1, kInfinity), "its interval is not finite");
  EXPECT_EQ(of(1, 2, 1), "its interval ends before it begins");
  EXPECT_EQ(of(1, {}, {}, {1, kInfinity}), "a sample is not finite");
  EXPECT_EQ(of(1, {}, {}, {1, 2}, {3}), "2 samples have 1 counts");
  EXPECT_EQ(of(1, {}, {}, {}, {3}), "0 samples have 1 counts");
}

}  // namespace
}  // namespace atome::harness::report
