#include "harness/bench/benchmark_results.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/base/text.h"

namespace atome::harness {
namespace {

using Json = nlohmann::json;

// Seconds, of one entry; throws Json::exception where the entry is no such thing.
double SecondsOf(const Json& entry, const char* key) {
  static const std::pair<std::string_view, double> kUnits[] = {
      {"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}};
  const auto& unit = entry.at("time_unit").get_ref<const std::string&>();
  const auto known = std::ranges::find(kUnits, unit, &std::pair<std::string_view, double>::first);
  return known == std::end(kUnits) ? NAN : entry.at(key).get<double>() * known->second;
}

void Add(const Json& entry, std::vector<BenchmarkResult>* results) {
  if (entry.value("run_type", "iteration") != "iteration") return;
  const auto& name = entry.at("run_name").get_ref<const std::string&>();
  auto result = std::ranges::find(*results, name, &BenchmarkResult::name);
  if (result == results->end()) {
    results->emplace_back().name = name;
    result = results->end() - 1;
  }
  if (entry.value("error_occurred", false)) {
    result->failure = entry.value("error_message", "it does not say why");
    if (result->failure.empty()) result->failure = "it does not say why";
    return;
  }
  const double seconds = SecondsOf(entry, "real_time");
  if (!(std::isfinite(seconds) && seconds > 0)) {
    result->failure = "its time is none";
    return;
  }
  result->seconds.push_back(seconds);
  // Google Benchmark divides by the processor's time.
  const double items = entry.value("items_per_second", 0.0) * SecondsOf(entry, "cpu_time");
  if (items >= 1 && items < 1e15) result->items = static_cast<uint64_t>(std::llround(items));
}

}  // namespace

Result<std::vector<BenchmarkResult>> ReadBenchmarkResults(std::string_view file, std::string_view text) {
  std::vector<BenchmarkResult> results;
  try {
    const Json json = Json::parse(text);
    for (const Json& entry : json.at("benchmarks")) Add(entry, &results);
  } catch (const Json::exception& error) {
    return Bad(StrCat(file, ": not what Google Benchmark writes: ", error.what()));
  }
  return results;
}

}  // namespace atome::harness
