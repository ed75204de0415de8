// The benchmark programs of the build, all of Google Benchmark, that measure wall time.
#ifndef ATOME_HARNESS_BENCH_SUITES_H_
#define ATOME_HARNESS_BENCH_SUITES_H_

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace atome::harness {

struct BenchmarkSuite {
  std::string_view name;     // "host", "kernels", as ci/bench has them
  std::string_view program;  // below the build folder
  // Of a component of a benchmark's name: whether it is what benchmarks of a group share.
  bool (*shared)(std::string_view component);

  // In $ATOME_BENCHMARK_DIR, else in the build folder.
  std::string Path() const;
  // "atome_engine_host_benchmark".
  std::string_view ProgramName() const { return program.substr(program.rfind('/') + 1); }
  // Benchmarks of one group do the same work in other ways, so that the ratio of two means something:
  // "thousands:60" for "BM_HostStep/thousands:60/AVX2".
  std::string GroupOf(std::string_view benchmark) const;
};

// The suites of these names, in order; all when there are none. The error names an unknown one.
Result<std::vector<BenchmarkSuite>> ParseSuites(const std::vector<std::string>& names);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BENCH_SUITES_H_
