// An A/B as people and programs read it.
#ifndef ATOME_HARNESS_AB_OUTPUT_H_
#define ATOME_HARNESS_AB_OUTPUT_H_

#include <string>
#include <vector>

#include "harness/ab/summary.h"
#include "harness/base/table.h"

namespace atome::harness::ab {

// What the results were measured on.
struct TextFacts {
  std::string name;
  std::string sha256;
  uint64_t bytes = 0;
};

// The whole of ab_results.json: "config", "results" (one a contender and seed), "summary" (one a contender),
// "differences" (one a contender but the baseline). What could not be measured is null.
Json ResultsJson(const Config& config, const TextFacts& text, const std::vector<Measured>& measured,
                 const Summary& summary);

// The table says below what is exact and what is estimated; JSON is ResultsJson; CSV has a row a contender
// and core, one without a core where there are none.
std::string Format(const Config& config, const TextFacts& text, const std::vector<Measured>& measured,
                   const Summary& summary, OutputFormat format);

// The worst of all statuses.
ExitCode VerdictOf(const std::vector<Measured>& measured);

}  // namespace atome::harness::ab

#endif  // ATOME_HARNESS_AB_OUTPUT_H_
