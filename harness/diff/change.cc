#include "harness/diff/change.h"

#include <iterator>

namespace atome::harness::report {
namespace {

struct Row {
  std::string_view name;
  Severity severity;
};
// In the order of What.
constexpr Row kRows[] = {
    {"fails", Severity::kRegression},
    {"still fails", Severity::kRegression},
    {"cell vanished", Severity::kRegression},
    {"passes again", Severity::kImprovement},
    {"no longer to the bit", Severity::kRegression},
    {"now to the bit", Severity::kImprovement},
    {"new cell", Severity::kNote},
    {"other model", Severity::kNote},
    {"worse", Severity::kRegression},
    {"better", Severity::kImprovement},
    {"differs", Severity::kRegression},
    {"changed", Severity::kNote},
    {"wall time", Severity::kNote},
    {"figure vanished", Severity::kRegression},
    {"new figure", Severity::kNote},
    {"over budget", Severity::kRegression},
    {"budget of nothing", Severity::kRegression},
    {"nothing compared", Severity::kRegression},
};
static_assert(std::size(kRows) == static_cast<size_t>(What::kNothingCompared) + 1);

const Row& RowOf(What what) { return kRows[static_cast<size_t>(what)]; }

}  // namespace

std::string_view SeverityName(Severity severity) {
  static constexpr std::string_view kNames[] = {"regression", "improvement", "note"};
  return kNames[static_cast<size_t>(severity)];
}

std::string_view WhatName(What what) { return RowOf(what).name; }

Severity SeverityOf(What what) { return RowOf(what).severity; }

Change ChangeOf(What what, const Key& key) {
  Change change;
  change.what = what;
  change.severity = SeverityOf(what);
  change.key = key;
  return change;
}

}  // namespace atome::harness::report
