#include "harness/cell.h"

#include <algorithm>
#include <array>

namespace atome::harness {

std::string_view StatusName(CellStatus status) {
  static constexpr std::array<std::string_view, 5> kNames{"pass", "mismatch", "error", "crashed", "missing"};
  return kNames[static_cast<size_t>(status)];
}

ExitCode Verdict(const std::vector<Cell>& cells) {
  const auto any = [&cells](auto... statuses) {
    return std::any_of(cells.begin(), cells.end(),
                       [=](const Cell& cell) { return ((cell.status == statuses) || ...); });
  };
  if (any(CellStatus::kMismatch)) return kFailed;
  if (any(CellStatus::kCrashed)) return kCellCrashed;
  if (any(CellStatus::kError, CellStatus::kMissing)) return kUsage;
  return kPass;
}

}  // namespace atome::harness
