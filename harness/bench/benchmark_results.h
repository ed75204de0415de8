// What a program of Google Benchmark wrote, as plain data: the adapter for its JSON.
#ifndef ATOME_HARNESS_BENCH_BENCHMARK_RESULTS_H_
#define ATOME_HARNESS_BENCH_BENCHMARK_RESULTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace atome::harness {

struct BenchmarkResult {
  std::string name;
  std::string failure;          // what it said when it skipped itself
  std::vector<double> seconds;  // wall time of an iteration, by repetition
  uint64_t items = 1;           // that an iteration processes, where it says so
};

// In the order of the file, aggregates left out. The error says what is wrong with the text; `file` is how it
// names it.
Result<std::vector<BenchmarkResult>> ReadBenchmarkResults(std::string_view file, std::string_view json);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BENCH_BENCHMARK_RESULTS_H_
