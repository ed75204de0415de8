// Which direction of every figure is worse.
#ifndef ATOME_HARNESS_DIFF_FIGURE_RULES_H_
#define ATOME_HARNESS_DIFF_FIGURE_RULES_H_

#include <string_view>

#include "harness/report/report.h"

namespace atome::harness::report {

enum class Direction {
  kLessIsBetter,
  kMoreIsBetter,
  kMustBeEqual,
  kInformational,  // explains others; a change is told, and no more
};

struct FigureRule {
  std::string_view name;
  std::string_view part_kind;  // "": of the whole cell, and of parts that have no rule of their own
  Direction direction = Direction::kMustBeEqual;
  // A part that is absent has none of it: 0, not unknown.
  bool absent_is_zero = false;
  // Of class INTERVAL: a change by this factor less 1 counts, even where an interval leaves it open.
  double material = 0;
};

// A figure without a rule must be equal.
FigureRule RuleOf(const Figure& figure);
bool HasRule(const Figure& figure);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_DIFF_FIGURE_RULES_H_
