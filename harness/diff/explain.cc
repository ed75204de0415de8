#include "harness/diff/explain.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "harness/base/text.h"

namespace atome::harness::report {
namespace {

constexpr size_t kMostNamed = 3;
constexpr size_t kDigits = 8;  // of a step's digest

std::string TextOf(const std::vector<Growth>& grown, std::string_view of_what) {
  if (grown.empty()) return "";
  std::string text = StrCat(of_what, " ");
  for (size_t i = 0; i < std::min(grown.size(), kMostNamed); ++i) {
    StrAppend(&text, i == 0 ? "" : ", ", grown[i].name, fmt::format(" {:+.6g}", grown[i].by()),
              grown[i].is_new() ? " (new)" : "");
  }
  if (grown.size() > kMostNamed) StrAppend(&text, " and ", grown.size() - kMostNamed, " more");
  return text;
}

std::string GrownParts(const CellPair& cell, PartKind kind, Quantity quantity) {
  return TextOf(ChangedParts(cell, kind, quantity, Direction::kGrew),
                StrCat(NameOf(kind), "s that grew most:"));
}

// Figures of the whole cell of which a sum is made.
std::string GrownSummands(const CellPair& cell, std::initializer_list<Quantity> summands) {
  return TextOf(ChangedSummands(cell, {summands.begin(), summands.size()}, Direction::kGrew), "of it");
}

std::string GrownFlash(const CellPair& cell) {
  const std::string symbols = GrownParts(cell, PartKind::kSymbol, Quantity::kSymbolBytes);
  return symbols.empty() ? GrownParts(cell, PartKind::kSection, Quantity::kSectionBytes) : symbols;
}

std::string SlowedOps(const CellPair& cell, const CellPair* by_op, Quantity quantity) {
  std::string ops = GrownParts(cell, PartKind::kOp, quantity);
  if (ops.empty() && by_op != nullptr) ops = GrownParts(*by_op, PartKind::kOp, quantity);
  return ops;
}

// The first step of which the digests differ; nothing when none does.
std::optional<size_t> FirstDifference(std::string_view before, std::string_view after) {
  const auto at = std::ranges::mismatch(before, after);
  if (at.in1 == before.end() && at.in2 == after.end()) return std::nullopt;
  return static_cast<size_t>(at.in1 - before.begin()) / kDigits;
}

std::vector<CaseStep> DifferentSteps(const CellPair& cell) {
  std::vector<CaseStep> steps;
  if (cell.before == nullptr || cell.after == nullptr) return steps;
  for (const std::string& name : cell.before->Parts(PartKind::kCase, Quantity::kStepDigests)) {
    const Part part{PartKind::kCase, name};
    if (cell.after->Find(Quantity::kStepDigests, part) == nullptr) continue;
    if (const std::optional<size_t> step = FirstDifference(cell.before->Text(Quantity::kStepDigests, part),
                                                           cell.after->Text(Quantity::kStepDigests, part)))
      steps.push_back({name, *step});
  }
  return steps;
}

}  // namespace

std::optional<CaseStep> FirstDifferentStep(const CellPair& cell) {
  const std::vector<CaseStep> steps = DifferentSteps(cell);
  return steps.empty() ? std::nullopt : std::optional(steps.front());
}

std::string DivergedSteps(const CellPair& cell) {
  std::string text;
  for (const CaseStep& step : DifferentSteps(cell))
    StrAppend(&text, text.empty() ? "" : ", ", NameOf(PartKind::kCase), " ", step.name, " from step ",
              step.step);
  if (!text.empty()) text = "other logits or tokens: " + text;
  if (cell.after->divergence)
    StrAppend(&text, text.empty() ? "" : "; ", "from the golden trace: ", cell.after->divergence->Describe());
  return text;
}

std::string Explainer::Of(const FigureId& figure) {
  const Behind behind = BehindOf(figure);
  const auto [at, is_new] = known_.try_emplace(behind);
  if (is_new) {
    const bool of_firmware = behind != Behind::kNothing && behind != Behind::kSteps;
    const std::string other = of_firmware ? OtherFirmware(cell_) : "", said = Say(behind);
    at->second = StrCat(other, other.empty() || said.empty() ? "" : "; ", said);
  }
  return at->second;
}

Explainer::Behind Explainer::BehindOf(const FigureId& figure) {
  using enum Quantity;
  const bool whole = figure.part.kind == PartKind::kWhole;
  switch (figure.quantity) {
    case kLogitsSha256:
    case kStepDigests:
    case kTokensMatched:
    case kMaxUlp:
      return Behind::kSteps;
    case kCyclesPerToken:
    case kCyclesTotal:
      return whole ? Behind::kCycles : Behind::kNothing;
    case kInstructionsPerToken:
    case kInstructionsTotal:
      return whole ? Behind::kInstructions : Behind::kNothing;
    case kRamBytes:
      return Behind::kRam;
    case kRamBytesNeeded:
    case kLongestMaxSeq:
      return Behind::kRamNeeded;
    case kFits:
      return Behind::kFits;
    case kEngineTextBytes:
    case kLibraryTextBytes:
    case kStartupTextBytes:
    case kCodeBytes:
    case kRodataBytes:
    case kFirmwareBytes:
    case kFlashBytesNeeded:
    case kDataBytes:
    case kBssBytes:
    case kSectionBytes:
      return Behind::kFlash;
    default:
      return Behind::kNothing;
  }
}

std::string Explainer::Say(Behind behind) const {
  using enum Quantity;
  switch (behind) {
    case Behind::kSteps:
      return DivergedSteps(cell_);
    case Behind::kCycles:
      return SlowedOps(cell_, by_op_, kCyclesPerToken);
    case Behind::kInstructions:
      return SlowedOps(cell_, by_op_, kInstructionsPerToken);
    case Behind::kRam:
      return GrownSummands(cell_, {kStateBytes, kStackBytes, kLogitsBytes, kDataBytes, kBssBytes});
    case Behind::kRamNeeded:
      return GrownSummands(cell_, {kStateBytes, kStackReservedBytes, kLogitsBytes, kDataBytes, kBssBytes});
    case Behind::kFits:
      return GrownSummands(cell_, {kStateBytes, kStackReservedBytes, kLogitsBytes, kDataBytes, kBssBytes,
                                   kFirmwareBytes, kModelBytes});
    case Behind::kFlash:
      return GrownFlash(cell_);
    case Behind::kNothing:
      break;
  }
  return "";
}

}  // namespace atome::harness::report
