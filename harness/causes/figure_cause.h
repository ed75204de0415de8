// Causes of figures that moved: cycles, flash, RAM, perplexity, time, budgets.
#ifndef ATOME_HARNESS_CAUSES_FIGURE_CAUSE_H_
#define ATOME_HARNESS_CAUSES_FIGURE_CAUSE_H_

#include <string>
#include <vector>

#include "harness/causes/behind.h"
#include "harness/causes/unit.h"
#include "harness/diff/cause.h"

namespace atome::harness::report {

// A unit with what explains it.
struct Explained {
  const Unit* unit = nullptr;
  Behind behind;
};

// What may be behind a unit of any kind but bits and those of failures.
std::vector<Reason> ReasonsOfFigures(const Explained& explained);

// where, what, names and next, of a cause whose units have this reason (empty: none is known).
void DescribeFigures(const std::vector<const Explained*>& group, const std::string& reason, Cause* cause);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_CAUSES_FIGURE_CAUSE_H_
