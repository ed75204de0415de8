#include "harness/bench/suites.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "harness/base/nearest.h"
#include "harness/base/places.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

constexpr std::array kSuites{
    // Engines and sets of instructions on a model of so many thousand parameters.
    BenchmarkSuite{"host", "engine/host/atome_engine_host_benchmark",
                   [](std::string_view component) { return component.starts_with("thousands:"); }},
    // Kernels of the freestanding engine on weights of several formats.
    BenchmarkSuite{"kernels", "engine/atome_engine_internal_benchmark",
                   [](std::string_view component) { return !component.starts_with("format:"); }},
};

}  // namespace

std::string BenchmarkSuite::Path() const {
  const char* folder = std::getenv("ATOME_BENCHMARK_DIR");
  return ((folder == nullptr ? PartsFolder() : std::filesystem::path(folder)) / program).string();
}

std::string BenchmarkSuite::GroupOf(std::string_view benchmark) const {
  std::vector<std::string_view> components = Split(benchmark, '/');
  std::erase_if(components, [this](std::string_view component) { return !shared(component); });
  return fmt::format("{}", Join(components, "/"));
}

Result<std::vector<BenchmarkSuite>> ParseSuites(const std::vector<std::string>& names) {
  if (names.empty()) return std::vector(kSuites.begin(), kSuites.end());
  std::vector<BenchmarkSuite> suites;
  for (const std::string& name : names) {
    const auto suite = std::ranges::find(kSuites, name, &BenchmarkSuite::name);
    if (suite == kSuites.end()) return Bad(UnknownWord("suite", name, {"host", "kernels"}));
    suites.push_back(*suite);
  }
  return suites;
}

}  // namespace atome::harness
