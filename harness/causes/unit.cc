#include "harness/causes/unit.h"

#include <map>
#include <tuple>
#include <utility>

namespace atome::harness::report {
namespace {

CauseKind KindOfOutcome(Outcome outcome, Kind kind) {
  switch (outcome) {
    case Outcome::kCrashed:
      return CauseKind::kCrash;
    case Outcome::kMissing:
      return CauseKind::kMissing;
    case Outcome::kTooLarge:
      return CauseKind::kFit;
    case Outcome::kError:
      return CauseKind::kCheck;
    case Outcome::kPass:
    case Outcome::kWithin:
    case Outcome::kMismatch:
      break;
  }
  return kind == Kind::kParity ? CauseKind::kBits : CauseKind::kCheck;
}

// Sections that no flash is taken for.
bool IsOfRam(const FigureId& figure) {
  return figure.part.name == ".bss" || figure.part.name == ".stack" || figure.part.name == ".noinit";
}

CauseKind KindOfFigure(const FigureId& figure) {
  using enum Quantity;
  switch (figure.quantity) {
    case kTokensMatched:
    case kMaxUlp:
    case kMaxAbsError:
    case kMaxRelativeError:
    case kLogitsSha256:
    case kStepDigests:
      return CauseKind::kBits;
    case kInstructionsPerToken:
    case kInstructionsTotal:
    case kInstructionsBefore:
    case kCyclesPerToken:
    case kCyclesTotal:
    case kCyclesBefore:
    case kCyclesMean:
    case kCyclesLeast:
    case kCyclesMost:
    case kTokensPerSecond:
      return CauseKind::kCycles;
    case kEngineTextBytes:
    case kLibraryTextBytes:
    case kStartupTextBytes:
    case kCodeBytes:
    case kRodataBytes:
    case kDataBytes:
    case kFirmwareBytes:
    case kModelBytes:
    case kFlashBytes:
    case kFlashBytesNeeded:
      return CauseKind::kFlash;
    case kSectionBytes:
      return IsOfRam(figure) ? CauseKind::kRam : CauseKind::kFlash;
    case kStateBytes:
    case kBssBytes:
    case kStackReservedBytes:
    case kStackBytes:
    case kProcessStackBytes:
    case kLogitsBytes:
    case kRamBytes:
    case kRamBytesNeeded:
    case kLongestMaxSeq:
      return CauseKind::kRam;
    case kFits:
      return CauseKind::kFit;
    case kPerplexity:
    case kBitsPerByte:
    case kBitsPerToken:
    case kPerplexityRatio:
    case kKlMeanNats:
    case kKlP50Nats:
    case kKlP90Nats:
    case kKlP99Nats:
    case kKlMaxNats:
    case kSameTopShare:
      return CauseKind::kPerplexity;
    default:
      break;
  }
  if (IsWall(figure.quantity)) return CauseKind::kWall;
  return InfoOf(figure.quantity).better == Better::kEqual ? CauseKind::kCheck : CauseKind::kOther;
}

CauseKind KindOf(const Change& change, const CellPair& cell) {
  switch (change.what) {
    case What::kNothingCompared:
      return CauseKind::kCheck;
    case What::kCellVanished:
    case What::kFigureVanished:
      return CauseKind::kMissing;
    case What::kOverBudget:
    case What::kEmptyBudget:
      return CauseKind::kBudget;
    default:
      break;
  }
  const Kind kind = change.key.kind;
  // What a cell that fails has otherwise follows from that; so does what is mended where one passes again.
  if (cell.after != nullptr && !cell.after->passed()) return KindOfOutcome(cell.after->outcome, kind);
  const bool failed = cell.before != nullptr && !cell.before->passed();
  if (failed && change.severity == Severity::kImprovement) return KindOfOutcome(cell.before->outcome, kind);
  return change.figure ? KindOfFigure(*change.figure) : KindOfOutcome(Outcome::kWithin, kind);
}

using UnitId = std::tuple<CauseKind, Severity, Key>;

}  // namespace

std::vector<Unit> UnitsOf(const std::vector<Change>& changes, const CellIndex& cells) {
  std::map<UnitId, Unit> units;
  const auto add = [&](CauseKind kind, Severity severity, const Change& change) {
    Unit& unit = units[{kind, severity, change.key}];
    unit.changes.push_back(&change);
    return &unit;
  };
  std::map<std::pair<Key, FigureId>, UnitId> worse;  // where a figure's own change is
  for (const Change& change : changes) {
    if (change.severity == Severity::kNote || change.what == What::kOverBudget) continue;
    const CellPair cell = IsOfCell(change.what) ? cells.Find(change.key) : CellPair{};
    const CauseKind kind = KindOf(change, cell);
    const bool fails = cell.after != nullptr && !cell.after->passed();
    const Severity severity = fails ? Severity::kRegression : change.severity;
    Unit* const unit = add(kind, severity, change);
    unit->cell = cell;
    if (change.figure && severity == Severity::kRegression)
      worse.emplace(std::pair(change.key, *change.figure), UnitId(kind, severity, change.key));
  }
  for (const Change& change : changes) {
    if (change.what != What::kOverBudget) continue;
    const auto own = worse.find({change.key, *change.figure});
    const CauseKind kind = own == worse.end() ? CauseKind::kBudget : std::get<CauseKind>(own->second);
    add(kind, Severity::kRegression, change)->cell = cells.Find(change.key);
  }
  std::vector<Unit> all;
  for (auto& [id, unit] : units) {
    std::tie(unit.kind, unit.severity, unit.key) = id;
    all.push_back(std::move(unit));
  }
  return all;
}

}  // namespace atome::harness::report
