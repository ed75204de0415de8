#include "emulation/silicon/accuracy.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>

#include "emulation/silicon/replay.h"

namespace atome::silicon {
namespace {

#include "emulation/silicon/evidence.inc"

// The cores whose models a chip's recordings speak for: a chip with an FPU for both kinds of M4.
std::vector<std::string> CoresOf(const Fact& fact) {
  return fact.core == "m4" ? std::vector<std::string>{"m4", "m4f"} : std::vector<std::string>{fact.core};
}

}  // namespace

std::vector<Comparison> Compare(std::span<const Fact> facts) {
  std::vector<Comparison> comparisons;
  for (const Fact& fact : facts) {
    const auto core = CoreOf(fact);
    if (!core) continue;
    Comparison comparison{.fact = &fact, .modelled = Replay(*core, fact)};
    const double recorded = fact.cycles;
    comparison.error_percent = 100 * std::abs(static_cast<double>(comparison.modelled) - recorded) / recorded;
    comparisons.push_back(comparison);
  }
  return comparisons;
}

void Score::Add(const Comparison& comparison) {
  mean_percent = (mean_percent * measured + comparison.error_percent) / (measured + 1);
  worst_percent = std::max(worst_percent, comparison.error_percent);
  exact += comparison.modelled == comparison.fact->cycles ? 1 : 0;
  ++measured;
}

std::span<const Evidence> AllEvidence() { return kEvidence; }

const Evidence* EvidenceFor(std::string_view core) {
  const Evidence* best = nullptr;
  for (const Evidence& evidence : kEvidence) {
    if (evidence.core == core && (best == nullptr || evidence.code_memory.starts_with("code bus")))
      best = &evidence;
  }
  return best;
}

std::string EvidenceText(std::span<const Comparison> comparisons) {
  std::map<std::pair<std::string, std::string>, Score> scores;
  for (const Comparison& comparison : comparisons) {
    for (const std::string& core : CoresOf(*comparison.fact))
      scores[{core, comparison.fact->code_memory}].Add(comparison);
  }
  std::string text = "{\n  \"evidence\": [";
  const char* separator = "\n";
  for (const auto& [key, score] : scores) {
    char line[256];
    std::snprintf(line, sizeof line,
                  "%s    {\"core\": \"%s\", \"code_memory\": \"%s\", \"measured\": %u, \"exact\": %u, "
                  "\"mean_percent\": %.2f, \"worst_percent\": %.1f}",
                  separator, key.first.c_str(), key.second.c_str(), score.measured, score.exact,
                  score.mean_percent, score.worst_percent);
    text += line;
    separator = ",\n";
  }
  return text + "\n  ]\n}\n";
}

}  // namespace atome::silicon
