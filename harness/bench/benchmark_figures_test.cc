#include "harness/bench/benchmark_figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atome::harness::report {
namespace {

using ::testing::ElementsAre;

TEST(BenchmarkFigures, AreMediansOfRepetitions) {
  BenchmarkCell cell;
  cell.name = "BM_A/x:1";
  cell.status = CellStatus::kPass;
  cell.seconds = {3, 1, 2};
  cell.against = "BM_First/x:1";
  cell.ratios = {0.5, 0.25, 0.75};
  const ReportCell out = ToReport(cell);
  EXPECT_EQ(out.key.Describe(), "benchmark host BM_A/x:1");
  ASSERT_EQ(out.figures.size(), 2u);
  EXPECT_EQ(out.figures[0].name, "seconds");
  EXPECT_EQ(std::get<double>(out.figures[0].value), 2);
  EXPECT_THAT(out.figures[0].samples, ElementsAre(3, 1, 2));
  EXPECT_EQ(out.figures[1].part, "BM_First/x:1");
  EXPECT_EQ(std::get<double>(out.figures[1].value), 0.5);
  for (const Figure& figure : out.figures) EXPECT_EQ(figure.figure_class, FigureClass::kWall);
}

TEST(BenchmarkFigures, ThatAreAbsentSayWhy) {
  BenchmarkCell cell;
  cell.message = "a fault";
  const ReportCell out = ToReport(cell);
  EXPECT_TRUE(out.figures.empty());
  EXPECT_EQ(out.unavailable.at("seconds"), "a fault");
}

}  // namespace
}  // namespace atome::harness::report
