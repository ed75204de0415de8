// A benchmark as a cell of a report.
#ifndef ATOME_HARNESS_BENCH_BENCHMARK_FIGURES_H_
#define ATOME_HARNESS_BENCH_BENCHMARK_FIGURES_H_

#include "harness/bench/benchmarks.h"
#include "harness/report/report.h"

namespace atome::harness::report {

// Figures, medians with every repetition as a sample: `seconds` of an iteration; `ratio` of an item's time to
// that of the first of the group, which is its part "against". `detail` is the benchmark's name. Without
// `command`.
ReportCell ToReport(const BenchmarkCell& cell);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_BENCH_BENCHMARK_FIGURES_H_
