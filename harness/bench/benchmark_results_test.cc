#include "harness/bench/benchmark_results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using testing::ErrorOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kText[] = R"({"context": {}, "benchmarks": [
  {"name": "BM_A", "run_name": "BM_A", "run_type": "iteration", "real_time": 2.5, "cpu_time": 2.0,
   "time_unit": "us", "items_per_second": 32e6},
  {"name": "BM_B", "run_name": "BM_B", "run_type": "iteration", "error_occurred": true,
   "error_message": "no way", "real_time": 0, "cpu_time": 0, "time_unit": "ns"},
  {"name": "BM_A", "run_name": "BM_A", "run_type": "iteration", "real_time": 3, "cpu_time": 2.0,
   "time_unit": "ns"},
  {"name": "BM_A_mean", "run_name": "BM_A", "run_type": "aggregate", "real_time": 9, "cpu_time": 9,
   "time_unit": "us"}]})";

TEST(ReadBenchmarkResults, TakesRepetitionsNotAggregates) {
  const auto results = ReadBenchmarkResults("file", kText);
  ASSERT_TRUE(results.ok()) << results.error().message;
  ASSERT_EQ(results->size(), 2u);
  const BenchmarkResult &a = (*results)[0], &b = (*results)[1];
  EXPECT_EQ(a.name, "BM_A");
  EXPECT_THAT(a.seconds, ElementsAre(DoubleEq(2.5e-6), DoubleEq(3e-9)));
  EXPECT_EQ(a.items, 64u);
  EXPECT_EQ(a.failure, "");
  EXPECT_EQ(b.failure, "no way");
  EXPECT_TRUE(b.seconds.empty());
}

TEST(ReadBenchmarkResults, SaysWhatIsWrong) {
  for (const char* text : {"", "[]", "{}", R"({"benchmarks": [1]})", R"({"benchmarks": [{"run_name": 3}]})",
                           R"({"benchmarks": [{"run_name": "a", "real_time": "x", "time_unit": "s"}]})"})
    EXPECT_THAT(ErrorOf(ReadBenchmarkResults("file", text)), StartsWith("file: not what Google Benchmark"));
  const auto odd = ReadBenchmarkResults(
      "file", R"({"benchmarks": [{"run_name": "a", "real_time": 1, "time_unit": "h"}]})");
  ASSERT_TRUE(odd.ok());
  EXPECT_EQ((*odd)[0].failure, "its time is none");
}

TEST(ReadBenchmarkResults, SurvivesAnyDamage) {
  std::mt19937 random(3);
  for (int round = 0; round < 3000; ++round) {
    std::string text = kText;
    for (size_t n = random() % 4 + 1; n > 0; --n) text[random() % text.size()] = static_cast<char>(random());
    (void)ReadBenchmarkResults("file", text).ok();
  }
}

}  // namespace
}  // namespace atome::harness
