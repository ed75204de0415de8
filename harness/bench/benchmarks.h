// Wall time of the host's code, from the benchmark programs of the build, each benchmark beside the others of
// its group. Only ratios within one run mean anything.
#ifndef ATOME_HARNESS_BENCH_BENCHMARKS_H_
#define ATOME_HARNESS_BENCH_BENCHMARKS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/bench/suites.h"
#include "harness/parity/cell.h"
#include "harness/base/result.h"

namespace atome::harness {

struct BenchmarkOptions {
  std::string filter;        // regular expression of Google Benchmark; empty: all
  uint32_t repetitions = 5;  // of different benchmarks in random order, so that noise hits all alike
  double min_seconds = 0.1;  // a repetition runs at least so long
  // Called as programs print results, roughly.
  std::function<void(size_t done, size_t total)> progress;
};

struct BenchmarkCell {
  std::string suite;
  std::string program;  // file name
  std::string name;
  std::string group;
  CellStatus status = CellStatus::kCrashed;
  std::string message;          // why the status is not pass
  std::vector<double> seconds;  // of an iteration, by repetition; empty unless the status is pass
  uint64_t items = 1;           // that an iteration processes
  // The first of the group, unless that is this one or either has no time; then the time of an item over its
  // time, by repetition.
  std::string against;
  std::vector<double> ratios;
};

// Fills `against` and `ratios`.
void CompareInGroups(std::vector<BenchmarkCell>* cells);

// In the order of the suites and their programs' lists. A program that fails takes its own cells with it.
// Errors: a program that is not there; a filter that is none or matches nothing.
Result<std::vector<BenchmarkCell>> RunBenchmarks(const std::vector<BenchmarkSuite>& suites,
                                                 const BenchmarkOptions& options);

ExitCode Verdict(const std::vector<BenchmarkCell>& cells);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BENCH_BENCHMARKS_H_
