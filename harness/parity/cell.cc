#include "harness/parity/cell.h"

#include <algorithm>
#include <array>

namespace atome::harness {

std::string_view StatusName(CellStatus status) {
  static constexpr std::array<std::string_view, 6> kNames{"pass",    "mismatch", "error",
                                                          "crashed", "missing",  "too large"};
  return kNames[static_cast<size_t>(status)];
}

CellStatus StatusOf(ExecutionStatus status) {
  switch (status) {
    case ExecutionStatus::kComplete:
      return CellStatus::kPass;
    case ExecutionStatus::kRefused:
      return CellStatus::kError;
    case ExecutionStatus::kFailed:  // of a model that is known to run
      return CellStatus::kMismatch;
    case ExecutionStatus::kCrashed:
      return CellStatus::kCrashed;
    case ExecutionStatus::kMissing:
      return CellStatus::kMissing;
  }
  return CellStatus::kCrashed;
}

ExitCode Verdict(const std::vector<Cell>& cells) {
  std::vector<CellStatus> statuses;
  for (const Cell& cell : cells) statuses.push_back(cell.status);
  return VerdictOf(statuses);
}

ExitCode VerdictOf(const std::vector<CellStatus>& statuses) {
  const auto any = [&statuses](auto... wanted) {
    return std::any_of(statuses.begin(), statuses.end(),
                       [=](CellStatus status) { return ((status == wanted) || ...); });
  };
  if (any(CellStatus::kMismatch, CellStatus::kTooLarge)) return kFailed;
  if (any(CellStatus::kCrashed)) return kCellCrashed;
  if (any(CellStatus::kError, CellStatus::kMissing)) return kUsage;
  return kPass;
}

}  // namespace atome::harness
