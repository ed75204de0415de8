// One thing that differs in a newer report.
#ifndef ATOME_HARNESS_DIFF_CHANGE_H_
#define ATOME_HARNESS_DIFF_CHANGE_H_

#include <optional>
#include <string>
#include <string_view>

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
  kOnlyWithin,  // a tolerance, and was to the bit
  kToTheBit,    // and was within a tolerance
  kCellNew,
  kOtherModel,
  // Of a figure.
  kWorse,
  kBetter,
  kDiffers,  // and must not
  kChanged,  // and may, or by less than can be told from chance
  kWall,     // wall time: a ratio, from which nothing follows
  kFigureVanished,
  kFigureNew,
  // Of a budget.
  kOverBudget,
  kEmptyBudget,
  // Of no cell.
  kNothingCompared,
};
// "fails", "still fails", "cell vanished", ..., as people and JSON read it.
std::string_view WhatName(What what);
// kFigureVanished may be less severe than this.
Severity SeverityOf(What what);

// Whether a change of this kind has the key of a cell.
inline bool IsOfCell(What what) { return what != What::kEmptyBudget && what != What::kNothingCompared; }

struct Change {
  What what = What::kChanged;
  Severity severity = Severity::kNote;
  Key key;
  std::optional<FigureId> figure;  // nothing: of the cell
  std::string before, after;       // values, outcomes; of a budget: limit and value
  std::optional<double> from, to;  // the same, of figures that are numbers
  std::string change;              // by how much
  std::string why;                 // what is behind it
};

// Of a cell; what is left open is empty.
Change ChangeOf(What what, const Key& key);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_DIFF_CHANGE_H_
