// One figure of two reports.
#ifndef ATOME_HARNESS_DIFF_COMPARE_FIGURES_H_
#define ATOME_HARNESS_DIFF_COMPARE_FIGURES_H_

#include <optional>
#include <string>

#include "harness/diff/figure_rules.h"
#include "harness/report/report.h"

namespace atome::harness::report {

enum class Outcome {
  kEqual,
  kBetter,
  kWorse,
  kDiffers,   // and must not
  kChanged,   // and may, or by less than can be told from chance
  kMeasured,  // wall time: a ratio, of which nothing follows
};

struct Comparison {
  Outcome outcome = Outcome::kEqual;
  std::string change;  // by how much and how that is known; empty when equal
};

// Both are of one name and part.
// - EXACT: numbers and text as they are; where samples alone differ, that is a difference too.
// - INTERVAL: equal numbers are equal. Where both have sums over the same chunks (samples of the same
//   sample_counts), the difference is worse or better when the bootstrap interval of the paired differences
//   leaves 0 out, else when their own intervals do not touch. A change as large as the rule's `material` is
//   one in any case.
// - WALL: the ratio of the medians of their samples with a rank test. Worse only with a gate: when the test
//   says so and the ratio is beyond the gate's percent.
Comparison CompareFigures(const Figure& before, const Figure& after, const FigureRule& rule,
                          std::optional<double> gate_wall_percent = {});

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_DIFF_COMPARE_FIGURES_H_
