// The changes of one cell that are of one kind and severity: what causes are made of.
#ifndef ATOME_HARNESS_CAUSES_UNIT_H_
#define ATOME_HARNESS_CAUSES_UNIT_H_

#include <vector>

#include "harness/diff/cause.h"
#include "harness/diff/cell_index.h"
#include "harness/diff/change.h"

namespace atome::harness::report {

struct Unit {
  CauseKind kind = CauseKind::kOther;
  Severity severity = Severity::kRegression;
  Key key;
  CellPair cell;                       // either may be nullptr, of a budget that holds nothing both
  std::vector<const Change*> changes;  // in order, at least one
};

// All changes but notes, each in one unit; sorted by kind, severity and key.
std::vector<Unit> UnitsOf(const std::vector<Change>& changes, const CellIndex& cells);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_CAUSES_UNIT_H_
