// Groups the changes of a comparison by what is behind them; cause.h says how.
#ifndef ATOME_HARNESS_CAUSES_FIND_CAUSES_H_
#define ATOME_HARNESS_CAUSES_FIND_CAUSES_H_

#include <vector>

#include "harness/diff/cause.h"
#include "harness/report/report.h"

namespace atome::harness::report {

// `changes` are those between the reports, and of budgets; an empty `before` where one report is judged
// alone. The worst first.
std::vector<Cause> FindCauses(const std::vector<Change>& changes, const Report& before, const Report& after);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_CAUSES_FIND_CAUSES_H_
