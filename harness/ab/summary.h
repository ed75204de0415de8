// What an A/B says: each contender over its seeds, and what differs from the baseline.
#ifndef ATOME_HARNESS_AB_SUMMARY_H_
#define ATOME_HARNESS_AB_SUMMARY_H_

#include <optional>
#include <string>
#include <vector>

#include "harness/ab/config.h"
#include "harness/statistics/differences.h"
#include "harness/ab/measure.h"

namespace atome::harness::ab {

// Over seeds. An even number of values has the mean of the two in the middle as its median.
struct Spread {
  double median = 0;
  double least = 0;
  double most = 0;
};

// Nothing of no values, or when one is absent: a median of what happened to be there would be of other
// models.
std::optional<Spread> SpreadOf(const std::vector<std::optional<double>>& values);

// One figure of a contender. Exact ones follow from the model, the firmware and the core, so that any
// difference is one; the others are estimates from a text and some seeds.
struct FigureSummary {
  std::string name;  // as in the results: "disk_bytes"
  std::string core;  // empty: of no core
  bool exact = true;
  std::optional<Spread> spread;
  std::vector<double> by_seed;  // what the spread is of; empty without one
};

struct ContenderSummary {
  size_t contender = 0;
  std::vector<FigureSummary> figures;  // the same for every contender, in the same order
  // With one seed: what other text of the kind would do to the perplexity.
  std::optional<Interval> perplexity_interval;
  // Of the contender whose size is the FP32 one; by default 4 bytes a parameter.
  std::optional<double> fp32_bytes;  // median

  const FigureSummary& Figure(std::string_view name, std::string_view core = "") const;
};

struct ContenderDifference {
  size_t contender = 0;                 // never the baseline
  std::optional<Difference> of_losses;  // absent when a model of either was not scored
};

struct Summary {
  std::vector<ContenderSummary> contenders;
  std::vector<ContenderDifference> differences;
};

// `measured` as Measure gives it.
Summary Summarize(const Config& config, const std::vector<Measured>& measured);

}  // namespace atome::harness::ab

#endif  // ATOME_HARNESS_AB_SUMMARY_H_
