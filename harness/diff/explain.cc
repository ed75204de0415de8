#include "harness/diff/explain.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "harness/base/text.h"

namespace atome::harness::report {
namespace {

constexpr size_t kMostNamed = 3;
constexpr size_t kMostLetters = 100;  // of a symbol: template arguments may take lines
constexpr size_t kDigits = 8;         // of a step's digest

struct Growth {
  std::string_view what;
  double by = 0;
  bool is_new = false;
};

std::string TextOf(std::vector<Growth> grown, std::string_view of_what) {
  if (grown.empty()) return "";
  std::ranges::stable_sort(grown, [](const Growth& a, const Growth& b) { return a.by > b.by; });
  std::string text = StrCat(of_what, " ");
  for (size_t i = 0; i < std::min(grown.size(), kMostNamed); ++i) {
    const bool cut = grown[i].what.size() > kMostLetters;
    StrAppend(&text, i == 0 ? "" : ", ", grown[i].what.substr(0, kMostLetters), cut ? "..." : "",
              fmt::format(" {:+.6g}", grown[i].by), grown[i].is_new ? " (new)" : "");
  }
  if (grown.size() > kMostNamed) StrAppend(&text, " and ", grown.size() - kMostNamed, " more");
  return text;
}

// Parts of a kind by a figure that they all have.
std::string GrownParts(const CellPair& cell, PartKind kind, Quantity quantity) {
  const auto is_of = [&](const Figure& figure) {
    return figure.id.part.kind == kind && figure.id.quantity == quantity;
  };
  std::map<std::string_view, double> before;
  for (const Figure& figure : cell.before->figures) {
    if (is_of(figure)) before[figure.id.part.name] = figure.Number().value_or(0);
  }
  std::vector<Growth> grown;
  for (const Figure& figure : cell.after->figures) {
    if (!is_of(figure)) continue;
    const auto at = before.find(figure.id.part.name);
    const double by = figure.Number().value_or(0) - (at == before.end() ? 0 : at->second);
    if (by > 0) grown.push_back({figure.id.part.name, by, at == before.end()});
  }
  return TextOf(std::move(grown), StrCat(NameOf(kind), "s that grew most:"));
}

// Figures of the whole cell of which a sum is made.
std::string GrownSummands(const CellPair& cell, std::initializer_list<Quantity> summands) {
  std::vector<Growth> grown;
  for (const Quantity summand : summands) {
    const std::optional<double> before = cell.before->Number(summand), after = cell.after->Number(summand);
    if (before && after && *after > *before) grown.push_back({NameOf(summand), *after - *before});
  }
  return TextOf(std::move(grown), "of it");
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
std::optional<size_t> FirstDifferentStep(std::string_view before, std::string_view after) {
  const auto at = std::ranges::mismatch(before, after);
  if (at.in1 == before.end() && at.in2 == after.end()) return std::nullopt;
  return static_cast<size_t>(at.in1 - before.begin()) / kDigits;
}

}  // namespace

std::string DivergedSteps(const CellPair& cell) {
  std::string text;
  for (const std::string& name : cell.before->Parts(PartKind::kCase, Quantity::kStepDigests)) {
    const Part part{PartKind::kCase, name};
    if (cell.after->Find(Quantity::kStepDigests, part) == nullptr) continue;
    if (const std::optional<size_t> step = FirstDifferentStep(cell.before->Text(Quantity::kStepDigests, part),
                                                              cell.after->Text(Quantity::kStepDigests, part)))
      StrAppend(&text, text.empty() ? "" : ", ", NameOf(part.kind), " ", name, " from step ", *step);
  }
  if (!text.empty()) text = "other logits or tokens: " + text;
  if (cell.after->divergence)
    StrAppend(&text, text.empty() ? "" : "; ", "from the golden trace: ", cell.after->divergence->Describe());
  return text;
}

std::string Explain(const CellPair& cell, const CellPair* by_op, const FigureId& figure) {
  using enum Quantity;
  const PartKind part = figure.part.kind;
  switch (figure.quantity) {
    case kLogitsSha256:
    case kStepDigests:
    case kTokensMatched:
    case kMaxUlp:
      return DivergedSteps(cell);
    case kCyclesPerToken:
    case kCyclesTotal:
      return part == PartKind::kWhole ? SlowedOps(cell, by_op, kCyclesPerToken) : "";
    case kInstructionsPerToken:
    case kInstructionsTotal:
      return part == PartKind::kWhole ? SlowedOps(cell, by_op, kInstructionsPerToken) : "";
    case kRamBytes:
      return GrownSummands(cell, {kStateBytes, kStackBytes, kLogitsBytes, kDataBytes, kBssBytes});
    case kRamBytesNeeded:
    case kLongestMaxSeq:
      return GrownSummands(cell, {kStateBytes, kStackReservedBytes, kLogitsBytes, kDataBytes, kBssBytes});
    case kFits:
      return GrownSummands(cell, {kStateBytes, kStackReservedBytes, kLogitsBytes, kDataBytes, kBssBytes,
                                  kFirmwareBytes, kModelBytes});
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
      return GrownFlash(cell);
    default:
      return "";
  }
}

}  // namespace atome::harness::report
