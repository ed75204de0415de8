// Causes of what could not be compared: cells that crashed, are refused or vanished.
#ifndef ATOME_HARNESS_CAUSES_FAILURE_CAUSE_H_
#define ATOME_HARNESS_CAUSES_FAILURE_CAUSE_H_

#include <vector>

#include "harness/causes/cover.h"
#include "harness/causes/unit.h"
#include "harness/diff/cause.h"

namespace atome::harness::report {

// Whether the unit's first change is an outcome or something that vanished, and not a figure that moved.
bool IsFailure(const Unit& unit);

// One list a unit, of failures of one kind and severity: the message but for its numbers, the whole runner
// where all that it ran came out so, the kind of cells that vanished.
std::vector<std::vector<Reason>> ReasonsOfFailures(const std::vector<const Unit*>& units,
                                                   const CellIndex& cells);

// where, what and next. `count`: also of how many cells like them these are, for which all cells are seen.
void DescribeFailures(const std::vector<const Unit*>& group, const CellIndex& cells, bool count,
                      Cause* cause);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_CAUSES_FAILURE_CAUSE_H_
