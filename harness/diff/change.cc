#include "harness/diff/change.h"

#include <array>

namespace atome::harness::report {

std::string_view SeverityName(Severity severity) {
  static constexpr std::array<std::string_view, 3> kNames{"regression", "improvement", "note"};
  return kNames[static_cast<size_t>(severity)];
}

std::string_view WhatName(What what) {
  static constexpr std::array<std::string_view, 15> kNames{
      "fails",       "still fails",     "cell vanished", "passes again", "new cell",
      "other model", "worse",           "better",        "differs",      "changed",
      "wall time",   "figure vanished", "new figure",    "over budget",  "budget of nothing"};
  return kNames[static_cast<size_t>(what)];
}

Change ChangeOf(Severity severity, What what, const Key& key) {
  Change change;
  change.severity = severity;
  change.what = what;
  change.key = key;
  return change;
}

}  // namespace atome::harness::report
