// Two reports, cell by cell and figure by figure.
#ifndef ATOME_HARNESS_DIFF_DIFF_H_
#define ATOME_HARNESS_DIFF_DIFF_H_

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/diff/cause.h"
#include "harness/diff/change.h"
#include "harness/report/report.h"

namespace atome::harness::report {

struct DiffOptions {
  std::optional<double> gate_wall_percent;  // none: wall time is told, and gates nothing
  bool partial = false;                     // the new report is of some cells only: others may be absent
};

// Nothing is left out: cells and figures of either report were compared or are only there.
struct Totals {
  size_t cells_compared = 0, cells_only_before = 0, cells_only_after = 0;
  size_t figures_compared = 0, figures_equal = 0;
  size_t figures_only_before = 0, figures_only_after = 0;  // those of cells that are only there among them
  size_t budgets = 0;
  size_t budgets_elsewhere = 0;  // those of what a partial report does not have
};

struct Diff {
  bool alone = false;           // there was no other report
  std::vector<Change> changes;  // by cell, the cell's own first, then by figure; budgets' last
  Totals totals;
  std::vector<Cause> causes;             // of the changes that are no notes: FindCauses
  std::vector<std::string> environment;  // "commit: a, now b": what is not compared, but may explain
  std::set<std::string> renamed;  // figures that a report in an older form calls otherwise: Report.renamed

  size_t Count(Severity severity) const;
  bool Regressed() const { return Count(Severity::kRegression) > 0; }
};

// Without causes, since budgets may add changes. Each has a key once, and a cell a figure once, as ReadReport
// makes sure.
Diff Compare(const Report& before, const Report& after, const DiffOptions& options = {});

// One report by itself: its cells that fail, without causes.
Diff Judge(const Report& report);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_DIFF_DIFF_H_
