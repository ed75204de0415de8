#include "harness/diff/change.h"

#include <gtest/gtest.h>

#include "harness/diff/cause.h"

namespace atome::harness::report {
namespace {

// Names are read by people and by those who read the JSON; a nightly fails by the severity.
TEST(Change, EveryKindHasItsNameAndSeverity) {
  const struct {
    What what;
    const char* name;
    Severity severity;
  } rows[] = {{What::kFails, "fails", Severity::kRegression},
              {What::kStillFails, "still fails", Severity::kRegression},
              {What::kCellVanished, "cell vanished", Severity::kRegression},
              {What::kPassesAgain, "passes again", Severity::kImprovement},
              {What::kOnlyWithin, "no longer to the bit", Severity::kRegression},
              {What::kToTheBit, "now to the bit", Severity::kImprovement},
              {What::kCellNew, "new cell", Severity::kNote},
              {What::kOtherModel, "other model", Severity::kNote},
              {What::kWorse, "worse", Severity::kRegression},
              {What::kBetter, "better", Severity::kImprovement},
              {What::kDiffers, "differs", Severity::kRegression},
              {What::kChanged, "changed", Severity::kNote},
              {What::kWall, "wall time", Severity::kNote},
              {What::kFigureVanished, "figure vanished", Severity::kRegression},
              {What::kFigureNew, "new figure", Severity::kNote},
              {What::kOverBudget, "over budget", Severity::kRegression},
              {What::kEmptyBudget, "budget of nothing", Severity::kRegression},
              {What::kNothingCompared, "nothing compared", Severity::kRegression}};
  for (const auto& row : rows) {
    EXPECT_EQ(WhatName(row.what), row.name);
    EXPECT_EQ(SeverityOf(row.what), row.severity) << row.name;
    EXPECT_EQ(IsOfCell(row.what), row.what != What::kEmptyBudget && row.what != What::kNothingCompared)
        << row.name;
    Key key;
    key.core = "m3";
    const Change change = ChangeOf(row.what, key);
    EXPECT_EQ(change.what, row.what);
    EXPECT_EQ(change.severity, row.severity);
    EXPECT_EQ(change.key, key);
    EXPECT_FALSE(change.figure.has_value());
  }
  EXPECT_EQ(SeverityName(Severity::kRegression), "regression");
  EXPECT_EQ(SeverityName(Severity::kImprovement), "improvement");
  EXPECT_EQ(SeverityName(Severity::kNote), "note");
}

TEST(Cause, EveryKindHasItsName) {
  const char* const names[] = {"bits", "crash", "missing",    "check", "cycles", "flash",
                               "ram",  "fit",   "perplexity", "wall",  "budget", "other"};
  const CauseKind kinds[] = {CauseKind::kBits,  CauseKind::kCrash,  CauseKind::kMissing,
                             CauseKind::kCheck, CauseKind::kCycles, CauseKind::kFlash,
                             CauseKind::kRam,   CauseKind::kFit,    CauseKind::kPerplexity,
                             CauseKind::kWall,  CauseKind::kBudget, CauseKind::kOther};
  for (size_t i = 0; i < 12; ++i) EXPECT_EQ(CauseKindName(kinds[i]), names[i]);
  Cause cause;
  cause.where = "here";
  cause.what = "that";
  EXPECT_EQ(cause.Text(), "here: that");
}

}  // namespace
}  // namespace atome::harness::report
