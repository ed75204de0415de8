// Limits that figures must keep, whatever the baseline says.
#ifndef ATOME_HARNESS_DIFF_BUDGET_H_
#define ATOME_HARNESS_DIFF_BUDGET_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/diff/diff.h"
#include "harness/report/report.h"

namespace atome::harness::report {

struct Budget {
  // Of the key's fields by name, "kind" too; fields that are not there may be anything.
  std::map<std::string, std::string> where;
  Quantity quantity{};
  PartKind part_kind = PartKind::kWhole;
  std::optional<std::string> part;  // absent: every part of the kind
  double at_most = 0;

  // "core m3, model atome_60k.atome03".
  std::string Describe() const;
};

// {"budgets": [{"where": {"core": "m3"}, "figure": "cycles_per_token", "part_kind": "op", "part": "sparse",
// "at_most": 1000, "about": "why"}, ...]}; part_kind, part and about may be absent, and "about" may stand at
// the top too. At least one budget. A figure that older atomes called
// otherwise must have today's name. The error names the file, the place and the remedy.
Result<std::vector<Budget>> ReadBudgets(const std::string& path);

// Adds every figure over its budget to the regressions, and every budget that holds no figure: it would hold
// nothing. With `partial` the latter do not count, unless the report is checked alone and no budget holds
// anything.
void CheckBudgets(const std::vector<Budget>& budgets, const Report& report, bool partial, Diff* diff);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_DIFF_BUDGET_H_
