#include "harness/bench/benchmarks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "harness/base/table.h"
#include "harness/report/print.h"
#include "harness/statistics/median.h"
#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using report::Quantity;
using ::testing::DoubleEq;
using ::testing::ElementsAre;
using testing::ErrorOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

report::Cell Timed(const std::string& name, std::vector<double> seconds, uint64_t items = 1) {
  report::Cell cell;
  cell.key.kind = report::Kind::kBenchmark;
  cell.key.core = "host";
  cell.key.detail = name;
  cell.outcome = Outcome::kPass;
  report::Figure figure{.id = {{}, Quantity::kSeconds}, .value = Median(seconds)};
  figure.samples = std::move(seconds);
  cell.Add(figure);
  cell.Add(Quantity::kItems, items);
  return cell;
}

report::Cell Failed(const std::string& name) {
  report::Cell cell;
  cell.key = Timed(name, {1}).key;
  cell.Fail(Outcome::kError, "no way");
  cell.unavailable[Quantity::kSeconds] = "no way";
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
  std::vector<report::Cell> cells{Timed("a", {2, 4}), Timed("b", {1, 1}), Timed("c", {64, 64}, 64),
                                  Failed("d"), Timed("e", {1, 1, 1})};
  CompareInGroups({"g", "h", "g", "g", "g"}, &cells);
  const report::Part against{report::PartKind::kAgainst, "a"};
  for (const size_t without : {0, 1, 3, 4})
    EXPECT_THAT(cells[without].Parts(report::PartKind::kAgainst, Quantity::kTimeRatio), IsEmpty()) << without;
  const report::Figure* ratio = cells[2].Find(Quantity::kTimeRatio, against);
  ASSERT_NE(ratio, nullptr);
  EXPECT_THAT(ratio->samples, ElementsAre(DoubleEq(0.5), DoubleEq(0.25)));
  EXPECT_DOUBLE_EQ(*ratio->Number(), 0.375);
  EXPECT_TRUE(ratio->is_wall());
}

TEST(PrintedBenchmarks, ShowMedianSpreadAndRatio) {
  report::Report report;
  report.cells = {Timed("a", {2e-6, 4e-6, 2e-6}), Timed("b", {1e-6, 1e-6, 1e-6}), Failed("c")};
  CompareInGroups({"g", "g", "g"}, &report.cells);
  const std::string table = report::Print(report, OutputFormat::kTable);
  for (const char* part : {"2.000 us", "100.0 %", "0.500", "error: benchmark host c: no way"})
    EXPECT_THAT(table, HasSubstr(part));
  const std::string csv = report::Print(report, OutputFormat::kCsv);
  EXPECT_THAT(csv, HasSubstr("benchmark,,host,,,,,,b,pass,against,a,time_ratio,0.5,"));
  EXPECT_THAT(csv, HasSubstr("benchmark,,host,,,,,,c,error,,,seconds,,seconds,,,no way"));
}

// A suite's program that lists BM_A/format:1 and BM_A/format:2, then does `body`.
class RunBenchmarksTest : public ::testing::Test {
 protected:
  std::vector<report::Cell> Run(const std::string& body) {
    const std::string program = folder_.Write("engine/atome_engine_internal_benchmark",
                                              "#!/bin/sh\ncase $1 in --benchmark_list_tests) echo noise; "
                                              "echo BM_A/format:1; echo BM_A/format:2; exit "
                                              "0;; esac\n" +
                                                  body + "\n");
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    const testing::ScopedVariable variable("ATOME_BENCHMARK_DIR", folder_.path().string());
    const auto cells = RunBenchmarks(*ParseSuites({"kernels"}), {.filter = "", .progress = {}});
    EXPECT_TRUE(cells.ok()) << ErrorOf(cells);
    return cells.ok() ? *cells : std::vector<report::Cell>();
  }

  testing::TemporaryFolder folder_;
};

TEST_F(RunBenchmarksTest, FiguresAreMediansOfRepetitions) {
  const std::vector<report::Cell> cells = Run(R"(cat > ${1#*=} << END
{"benchmarks": [{"run_name": "BM_A/format:1", "real_time": 4, "cpu_time": 4, "time_unit": "s"},
  {"run_name": "BM_A/format:1", "real_time": 1, "cpu_time": 1, "time_unit": "s"},
  {"run_name": "BM_A/format:1", "real_time": 2, "cpu_time": 2, "time_unit": "s"},
  {"run_name": "BM_A/format:2", "real_time": 2, "cpu_time": 2, "time_unit": "s", "items_per_second": 4},
  {"run_name": "BM_A/format:2", "real_time": 2, "cpu_time": 2, "time_unit": "s", "items_per_second": 4},
  {"run_name": "BM_A/format:2", "real_time": 2, "cpu_time": 2, "time_unit": "s", "items_per_second": 4}]}
END)");
  ASSERT_EQ(cells.size(), 2u);
  EXPECT_EQ(cells[0].key.Describe(), "benchmark host BM_A/format:1");
  EXPECT_EQ(cells[0].build, "atome_engine_internal_benchmark");
  EXPECT_EQ(cells[0].outcome, Outcome::kPass);
  EXPECT_EQ(cells[0].Number(Quantity::kSeconds), 2);
  EXPECT_THAT(cells[0].Find(Quantity::kSeconds)->samples, ElementsAre(4, 1, 2));
  EXPECT_EQ(cells[0].Count(Quantity::kItems), 1u);
  EXPECT_EQ(cells[1].Count(Quantity::kItems), 8u);
  EXPECT_DOUBLE_EQ(*cells[1].Number(Quantity::kTimeRatio, {report::PartKind::kAgainst, "BM_A/format:1"}),
                   0.125);
  EXPECT_TRUE(cells[1].unavailable.empty());
}

TEST_F(RunBenchmarksTest, WhatFailsSaysWhy) {
  for (const report::Cell& cell : Run("echo oh dear; exit 3")) {
    EXPECT_EQ(cell.outcome, Outcome::kCrashed);
    EXPECT_THAT(cell.message, HasSubstr("exit code 3: oh dear"));
    EXPECT_TRUE(cell.figures.empty());
    EXPECT_EQ(cell.unavailable.at(Quantity::kSeconds), cell.message);
  }
  const std::vector<report::Cell> cells = Run(R"(cat > ${1#*=} << END
{"benchmarks": [{"run_name": "BM_A/format:2", "error_occurred": true, "error_message": "no way"}]}
END)");
  ASSERT_EQ(cells.size(), 2u);
  EXPECT_EQ(cells[0].outcome, Outcome::kCrashed);
  EXPECT_THAT(cells[0].message, HasSubstr("gave no result of it"));
  EXPECT_EQ(cells[1].outcome, Outcome::kError);
  EXPECT_EQ(cells[1].message, "no way");
  EXPECT_EQ(cells[1].unavailable.at(Quantity::kSeconds), "no way");
}

}  // namespace
}  // namespace atome::harness
