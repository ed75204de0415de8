#include "harness/bench/benchmarks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/bench/benchmark_output.h"
#include "harness/statistics/median.h"
#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using testing::ErrorOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

BenchmarkCell Cell(const std::string& name, const std::string& group, std::vector<double> seconds,
                   uint64_t items = 1) {
  BenchmarkCell cell;
  cell.suite = "host";
  cell.name = name;
  cell.group = group;
  cell.status = seconds.empty() ? CellStatus::kError : CellStatus::kPass;
  cell.seconds = std::move(seconds);
  cell.items = items;
  return cell;
}

TEST(Suites, GroupWhatDoesTheSameWork) {
  const auto suites = ParseSuites({"kernels", "host"});
  ASSERT_TRUE(suites.ok());
  EXPECT_EQ((*suites)[0].GroupOf("BM_TernaryDot/format:1/columns:64"), "BM_TernaryDot/columns:64");
  EXPECT_EQ((*suites)[1].GroupOf("BM_HostStep/thousands:60/AVX2"), "thousands:60");
  EXPECT_EQ(ParseSuites({})->size(), 2u);
  EXPECT_THAT(ErrorOf(ParseSuites({"x"})), HasSubstr("known are host, kernels"));
}

TEST(Median, IsTheMiddle) {
  EXPECT_EQ(Median({3, 1, 2}), 2);
  EXPECT_EQ(Median({4, 1, 2, 10}), 3);
}

TEST(CompareInGroups, IsByItemAndRepetition) {
  std::vector<BenchmarkCell> cells{Cell("a", "g", {2, 4}), Cell("b", "h", {1, 1}),
                                   Cell("c", "g", {64, 64}, 64), Cell("d", "g", {})};
  CompareInGroups(&cells);
  EXPECT_EQ(cells[0].against, "");
  EXPECT_EQ(cells[1].against, "");
  EXPECT_EQ(cells[2].against, "a");
  EXPECT_THAT(cells[2].ratios, ElementsAre(DoubleEq(0.5), DoubleEq(0.25)));
  EXPECT_THAT(cells[3].ratios, IsEmpty());
}

TEST(FormatBenchmarks, ShowsMedianSpreadAndRatio) {
  std::vector<BenchmarkCell> cells{Cell("a", "g", {2e-6, 4e-6, 2e-6}), Cell("b", "g", {1e-6, 1e-6, 1e-6}),
                                   Cell("c", "g", {})};
  cells[2].message = "no way";
  CompareInGroups(&cells);
  const std::string table = FormatBenchmarks(cells, OutputFormat::kTable);
  for (const char* part : {"2.000 us", "100.0 %", "0.500", "error: c of host: no way"})
    EXPECT_THAT(table, HasSubstr(part));
  const std::string json = FormatBenchmarks(cells, OutputFormat::kJson);
  EXPECT_THAT(json, HasSubstr("\"verdict\": \"fail\""));
  EXPECT_THAT(json, HasSubstr("\"median_seconds\": null"));
  EXPECT_THAT(FormatBenchmarks(cells, OutputFormat::kCsv), HasSubstr("host,c,g,error,,,,0,1,,,no way"));
}

}  // namespace
}  // namespace atome::harness
