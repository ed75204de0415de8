// One thing that is another in a newer report.
#ifndef ATOME_HARNESS_DIFF_CHANGE_H_
#define ATOME_HARNESS_DIFF_CHANGE_H_

#include <string>
#include <string_view>

#include "harness/diff/figure_id.h"
#include "harness/report/report.h"

namespace atome::harness::report {

enum class Severity { kRegression, kImprovement, kNote };
// "regression", "improvement", "note".
std::string_view SeverityName(Severity severity);

enum class What {
  // Of a cell.
  kFails,
  kStillFails,
  kCellVanished,
  kPassesAgain,
  kCellNew,
  kOtherModel,
  // Of a figure.
  kWorse,
  kBetter,
  kDiffers,  // and must not
  kChanged,  // and may
  kWall,
  kFigureVanished,
  kFigureNew,
  // Of a budget.
  kOverBudget,
  kEmptyBudget,
};
// "fails", "still fails", "cell vanished", ..., as people and JSON read it.
std::string_view WhatName(What what);

struct Change {
  Severity severity = Severity::kNote;
  What what = What::kChanged;
  Key key;
  FigureId figure;            // of a cell: empty
  std::string before, after;  // values, statuses; of a budget: limit and value
  std::string change;         // by how much
  std::string why;            // what is behind it
};

// Of a cell; what is left open is empty.
Change ChangeOf(Severity severity, What what, const Key& key);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_DIFF_CHANGE_H_
