// One figure of two reports.
#ifndef ATOME_HARNESS_DIFF_COMPARE_FIGURES_H_
#define ATOME_HARNESS_DIFF_COMPARE_FIGURES_H_

#include <optional>
#include <string>

#include "harness/diff/change.h"
#include "harness/report/report.h"

namespace atome::harness::report {

struct Comparison {
  std::optional<What> what;  // kWorse to kWall; nothing when equal
  std::string change;        // by how much and how that is known; empty when equal
};

// Both are of one id. Its class, which direction is worse and what change is material stand in the catalogue.
// - EXACT: numbers and text as they are; where samples alone differ, that is a difference too.
// - INTERVAL: equal numbers are equal. Where both have sums over the same chunks (samples of the same
//   sample_counts), the difference is worse or better when the interval of the paired differences
//   (statistics/interval.h) leaves 0 out, else when their own intervals do not touch. Too few chunks say
//   nothing, with the reason. A material change is one in any case. Where values and samples are equal,
//   another interval is another method, and no change.
// - WALL: the ratio of the medians of their samples with a rank test. Worse only with a gate: when the test
//   says so and the ratio is beyond the gate's percent.
Comparison CompareFigures(const Figure& before, const Figure& after,
                          std::optional<double> gate_wall_percent = {});

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_DIFF_COMPARE_FIGURES_H_
