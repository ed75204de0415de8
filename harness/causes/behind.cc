#include "harness/causes/behind.h"

#include <algorithm>
#include <cmath>

namespace atome::harness::report {
namespace {

constexpr double kShareOfReason = 0.25;  // of the whole growth, from which a part may be what is behind it
constexpr double kShareOfCost = 0.01;    // of the whole cost: ops below it move by chance
constexpr double kAlike = 0.7;           // the least relative growth, of the largest
constexpr ptrdiff_t kLeastOps = 3;

// Whether all ops that cost something moved by about the same share, as they do when a board gets wait
// states. `growths`: of those that moved.
bool AllAlike(const CellPair& cell, Quantity quantity, const std::vector<Growth>& growths) {
  double all = 0;
  for (const Figure& figure : cell.before->figures) {
    if (figure.id.part.kind == PartKind::kOp && figure.id.quantity == quantity)
      all += figure.Number().value_or(0);
  }
  const auto costs = [all](double cycles) { return cycles > kShareOfCost * all; };
  const auto ops = std::ranges::count_if(cell.before->figures, [&](const Figure& figure) {
    return figure.id.part.kind == PartKind::kOp && figure.id.quantity == quantity &&
           costs(figure.Number().value_or(0));
  });
  double least = HUGE_VAL, most = 0;
  ptrdiff_t moved = 0;
  for (const Growth& growth : growths) {
    if (!costs(growth.before)) continue;
    const double share = std::abs(growth.by()) / growth.before;
    least = std::min(least, share);
    most = std::max(most, share);
    ++moved;
  }
  return moved == ops && ops >= kLeastOps && least >= kAlike * most;
}

Behind OfOps(const CellPair& cell, Direction direction) {
  for (const Quantity quantity : {Quantity::kCyclesPerToken, Quantity::kInstructionsPerToken}) {
    Behind behind{.growths = ChangedParts(cell, PartKind::kOp, quantity, direction)};
    behind.all_alike = AllAlike(cell, quantity, behind.growths);
    if (!behind.growths.empty()) return behind;
  }
  return {};
}

Behind OfFlash(const CellPair& cell, Direction direction) {
  Behind behind{ChangedParts(cell, PartKind::kSymbol, Quantity::kSymbolBytes, direction)};
  if (behind.growths.empty())
    behind.growths = ChangedParts(cell, PartKind::kSection, Quantity::kSectionBytes, direction);
  return behind;
}

// Contenders have figures of several cores.
CellPair CellWithOps(const Unit& unit, const CellIndex& cells) {
  if (!unit.cell.after->Parts(PartKind::kOp, Quantity::kCyclesPerToken).empty()) return unit.cell;
  Key key = unit.key;
  for (const Change* change : unit.changes) {
    if (change->figure && change->figure->part.kind == PartKind::kCore) key.core = change->figure->part.name;
    if (const CellPair* by_op = cells.ByOp(key)) return *by_op;
  }
  return {};
}

}  // namespace

std::vector<Reason> Behind::Reasons() const {
  if (!other_firmware.empty()) return {{0, other_firmware}};
  if (all_alike) return {{0, kEveryOp}};
  double all = 0;
  for (const Growth& growth : growths) all += std::abs(growth.by());
  std::vector<Reason> reasons;
  for (const Growth& growth : growths) {
    if (reasons.empty() || std::abs(growth.by()) >= kShareOfReason * all) reasons.push_back({0, growth.name});
  }
  return reasons;
}

const Growth* Behind::Find(const std::string& name) const {
  const auto at = std::ranges::find(growths, name, &Growth::name);
  return at == growths.end() ? nullptr : &*at;
}

Behind BehindOf(const Unit& unit, const CellIndex& cells) {
  using enum Quantity;
  if (unit.cell.before == nullptr || unit.cell.after == nullptr) return {};
  const Direction direction = unit.severity == Severity::kImprovement ? Direction::kShrank : Direction::kGrew;
  if (unit.kind == CauseKind::kFlash) {
    Behind behind = OfFlash(unit.cell, direction);
    behind.other_firmware = OtherFirmware(unit.cell);
    return behind;
  }
  if (unit.kind == CauseKind::kCycles) {
    const CellPair cell = CellWithOps(unit, cells);
    if (cell.before == nullptr || cell.after == nullptr) return {};
    Behind behind = OfOps(cell, direction);
    behind.other_firmware = OtherFirmware(cell);
    return behind;
  }
  if (unit.kind != CauseKind::kRam) return {};
  static constexpr Quantity kSummands[] = {
      kStateBytes, kStackBytes, kStackReservedBytes, kProcessStackBytes, kLogitsBytes, kDataBytes, kBssBytes};
  return {ChangedSummands(unit.cell, kSummands, direction), OtherFirmware(unit.cell)};
}

}  // namespace atome::harness::report
