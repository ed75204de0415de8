#include "harness/base/outcome.h"

#include <algorithm>

namespace atome::harness {
namespace {

const catalogue::OutcomeRow& RowOf(Outcome outcome) {
  return catalogue::kOutcomes[static_cast<size_t>(outcome)];
}

}  // namespace

std::string_view OutcomeName(Outcome outcome) { return RowOf(outcome).name; }
std::string_view OutcomeText(Outcome outcome) { return RowOf(outcome).text; }

std::optional<Outcome> FindOutcome(std::string_view name) {
  const auto* row = std::ranges::find(catalogue::kOutcomes, name, &catalogue::OutcomeRow::name);
  if (row == std::end(catalogue::kOutcomes)) return std::nullopt;
  return static_cast<Outcome>(row - std::begin(catalogue::kOutcomes));
}

bool Passes(Outcome outcome) { return RowOf(outcome).exit_code == ExitCode::kPass; }

Outcome WorstOf(std::span<const Outcome> outcomes) {
  return outcomes.empty() ? Outcome::kPass : std::ranges::max(outcomes);
}

ExitCode ExitCodeOf(Outcome outcome) { return static_cast<ExitCode>(RowOf(outcome).exit_code); }

}  // namespace atome::harness
