// Benchmarks as people and programs read them.
#ifndef ATOME_HARNESS_BENCH_BENCHMARK_OUTPUT_H_
#define ATOME_HARNESS_BENCH_BENCHMARK_OUTPUT_H_

#include <string>
#include <vector>

#include "harness/bench/benchmarks.h"
#include "harness/base/table.h"

namespace atome::harness {

// What was not measured is "-" in the tables, null in JSON and empty in CSV.
std::string FormatBenchmarks(const std::vector<BenchmarkCell>& cells, OutputFormat format);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BENCH_BENCHMARK_OUTPUT_H_
