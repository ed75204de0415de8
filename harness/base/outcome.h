// How a measurement ended. Runners, cells, reports and exit codes share these outcomes and their order of
// severity; proto/catalogue.json lists them.
#ifndef ATOME_HARNESS_BASE_OUTCOME_H_
#define ATOME_HARNESS_BASE_OUTCOME_H_

#include <optional>
#include <span>
#include <string_view>

#include "proto/catalogue.h"

namespace atome::harness {

// Exit codes of the command; see harness/README.md.
enum ExitCode { kPass = 0, kFailed = 1, kUsage = 2, kRegression = 3, kCellCrashed = 4 };

// The last is the most severe.
using catalogue::Outcome;

// The name in reports: "pass", "too_large".
std::string_view OutcomeName(Outcome outcome);
// The name for people: "too large".
std::string_view OutcomeText(Outcome outcome);
std::optional<Outcome> FindOutcome(std::string_view name);

// Whether it is no failure: its exit code is 0.
bool Passes(Outcome outcome);
// The most severe one; kPass for an empty list.
Outcome WorstOf(std::span<const Outcome> outcomes);
// The exit code of a command that ended with this outcome.
ExitCode ExitCodeOf(Outcome outcome);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_OUTCOME_H_
