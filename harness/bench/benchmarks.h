// Wall time of the host's code, from the benchmark programs of the build, each benchmark beside the others of
// its group. Only ratios within one run mean anything.
#ifndef ATOME_HARNESS_BENCH_BENCHMARKS_H_
#define ATOME_HARNESS_BENCH_BENCHMARKS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/bench/suites.h"
#include "harness/report/report.h"

namespace atome::harness {

struct BenchmarkOptions {
  std::string filter;        // regular expression of Google Benchmark; empty: all
  uint32_t repetitions = 5;  // of different benchmarks in random order, so that noise hits all alike
  double min_seconds = 0.1;  // a repetition runs at least so long
  // Called as programs print results, roughly.
  std::function<void(size_t done, size_t total)> progress;
};

// Adds the time_ratio of each cell to the first of its group: of the time of an item, a sample a repetition.
// The first has none, nor has a cell where it or the first has no times. `groups` are those of the cells.
void CompareInGroups(const std::vector<std::string>& groups, std::vector<report::Cell>* cells);

// In the order of the suites and their programs' lists. Figures: seconds of an iteration, the median, with
// every repetition as a sample; items that an iteration handles; time_ratio, of an item's time, to the first
// of its group. `detail` is the benchmark's name, `build` its program's. A program that fails takes its own
// cells with it. Without `command`. Errors: a program that is not there; a filter that cannot be read or
// matches nothing.
Result<std::vector<report::Cell>> RunBenchmarks(const std::vector<BenchmarkSuite>& suites,
                                                const BenchmarkOptions& options);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BENCH_BENCHMARKS_H_
