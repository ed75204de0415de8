#include "harness/causes/figure_cause.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <tuple>

#include "harness/base/table.h"
#include "harness/base/terminal.h"
#include "harness/base/text.h"
#include "harness/causes/place.h"
#include "harness/causes/summary.h"
#include "harness/report/show.h"

namespace atome::harness::report {
namespace {

using enum Quantity;

constexpr size_t kMostOfName = 40;  // of a part or a value that is text
constexpr size_t kMostNames = 5;
constexpr double kFarWorse = 1.5;  // times the head's growth, from which the worst is told, too

// By which figure a cause of a kind is told, the best first.
constexpr Quantity kTold[] = {kCyclesPerToken, kCyclesTotal,     kTokensPerSecond, kInstructionsPerToken,
                              kFirmwareBytes,  kFlashBytes,      kCodeBytes,       kFlashBytesNeeded,
                              kRamBytes,       kRamBytesNeeded,  kStateBytes,      kStackBytes,
                              kPerplexity,     kPerplexityRatio, kBitsPerByte,     kBitsPerToken};
// Of what "+320 B" is, unless it is said.
constexpr Quantity kPlain[] = {kFirmwareBytes, kFlashBytes, kRamBytes, kCyclesPerToken, kPerplexity};

bool IsBytes(const FigureId& figure) { return InfoOf(figure.quantity).unit == "bytes"; }

bool IsBudget(const Change& change) { return change.what == What::kOverBudget; }

// By which share it is worse or better; infinite of nothing, 0 of what is no number.
double Share(const Change& change) {
  if (!change.from || !change.to) return 0;
  const double by = std::abs(*change.to - *change.from);
  return by == 0 ? 0 : by / std::abs(*change.from);
}

std::string Percent(double from, double to) {
  if (from == 0) return "";
  const double percent = 100 * (to - from) / std::abs(from);
  return std::abs(percent) >= 0.05 ? fmt::format("{:+.1f} %", percent) : fmt::format("{:+.2g} %", percent);
}

// "stack", "state"; beside it stands that it is bytes.
std::string_view ShortTitle(Quantity quantity) {
  const std::string_view title = InfoOf(quantity).short_title;
  static constexpr std::string_view kUnit = " bytes";
  return title.ends_with(kUnit) ? title.substr(0, title.size() - kUnit.size()) : title;
}

// "bits/byte", "sparse", "flash needed of bluepill"; empty where nobody has to be told.
std::string NameOfFigure(const FigureId& figure) {
  const std::string part = CutTo(kMostOfName, figure.part.name);
  const bool plain = std::ranges::find(kPlain, figure.quantity) != std::end(kPlain);
  switch (figure.part.kind) {
    case PartKind::kOp:
    case PartKind::kSection:
    case PartKind::kSymbol:
      return part;
    case PartKind::kWhole:
      break;
    default:
      return plain ? part : StrCat(ShortTitle(figure.quantity), " of ", part);
  }
  return plain ? "" : std::string(ShortTitle(figure.quantity));
}

// "151 095 -> 154 667 (+2.4 %)", "+320 B".
std::string Amount(const Change& change) {
  const FigureId& figure = *change.figure;
  std::string text = NameOfFigure(figure);
  if (!text.empty()) text += ' ';
  if (!change.from || !change.to)
    return StrCat(text, CutTo(kMostOfName, change.before), " -> ", CutTo(kMostOfName, change.after));
  const double by = *change.to - *change.from;
  if (IsBytes(figure)) {
    const auto bytes = static_cast<uint64_t>(std::llround(std::abs(by)));
    return StrCat(text, by < 0 ? "-" : "+", Grouped(bytes), " B");
  }
  const catalogue::Shown shown = InfoOf(figure.quantity).shown;
  std::string before = Show(*change.from, shown), after = Show(*change.to, shown);
  if (before == after) std::tie(before, after) = std::tie(change.before, change.after);
  const std::string percent = Percent(*change.from, *change.to);
  return StrCat(text, before, " -> ", after, percent.empty() ? "" : StrCat(" (", percent, ")"));
}

// "sparse +4.0 %", "Sparse::Attend 784 -> 1 104", "every op".
std::string TextOfReason(const Explained& head, const std::string& reason, const Change& told) {
  if (!reason.empty() && reason == head.behind.other_firmware) return reason;
  if (head.behind.all_alike && reason == kEveryOp) return "every op alike";
  const Growth* const growth = head.behind.Find(reason);
  if (growth == nullptr || told.figure->part.name == reason || NameOf(told.figure->quantity) == reason)
    return "";
  std::string text;
  if (head.unit->kind == CauseKind::kCycles) {
    const std::string percent = Percent(growth->before, growth->after);
    text = StrCat(CutTo(kMostOfName, reason), " ", percent.empty() ? "(new)" : percent);
  } else {
    const std::optional<Quantity> quantity = FindQuantity(reason);
    text = StrCat(quantity ? std::string(ShortTitle(*quantity)) : CutTo(kMostOfName, reason), " ",
                  Show(growth->before, catalogue::Shown::kWhole), " -> ",
                  Show(growth->after, catalogue::Shown::kWhole));
  }
  return text;
}

struct Told {
  const Explained* of = nullptr;
  const Change* change = nullptr;
};

// The cells that are made to measure it.
Kind KindFor(CauseKind kind) {
  return kind == CauseKind::kCycles       ? Kind::kCycles
         : kind == CauseKind::kPerplexity ? Kind::kPerplexity
                                          : Kind::kSize;
}

// The figure by which people know the whole, where several are the one that is worst.
Told HeadOf(const std::vector<const Explained*>& group, const std::string& reason) {
  const auto rank = [&reason](const Told& told) {
    const Change& change = *told.change;
    const auto* figure = std::ranges::find(kTold, change.figure->quantity);
    const bool is_part = change.figure->part.kind != PartKind::kWhole;
    const bool of_reason = told.of->behind.Find(reason) != nullptr ||
                           (reason == kEveryOp && told.of->behind.all_alike) ||
                           reason == told.of->behind.other_firmware;
    return std::tuple(IsBudget(change), !of_reason, change.key.kind != KindFor(told.of->unit->kind), is_part,
                      figure - std::begin(kTold), DistanceFromUsual(change.key), -Share(change));
  };
  Told head;
  for (const Explained* each : group) {
    for (const Change* change : each->unit->changes) {
      const Told told{each, change};
      if (change->figure && (head.of == nullptr || rank(told) < rank(head))) head = told;
    }
  }
  return head;
}

std::string Worst(const std::vector<const Explained*>& group, const Change& head) {
  const Change* worst = &head;
  for (const Explained* each : group) {
    for (const Change* change : each->unit->changes) {
      const bool comparable = change->figure && *change->figure == *head.figure && !IsBudget(*change);
      if (comparable && Share(*change) > Share(*worst)) worst = change;
    }
  }
  if (Share(*worst) <= kFarWorse * Share(head) || *worst->from == 0) return "";
  return StrCat("up to ", Percent(*worst->from, *worst->to), " in ", PlaceText(worst->key));
}

std::string TextOfBudgets(const std::vector<const Explained*>& group, const Change& head) {
  if (IsBudget(head)) return "";
  const Change* largest = nullptr;
  size_t count = 0;
  const auto is_head = [&head](const Change& change) {
    return change.key == head.key && change.figure == head.figure;
  };
  for (const Explained* each : group) {
    for (const Change* change : each->unit->changes) {
      if (!IsBudget(*change)) continue;
      ++count;
      const bool goes_before =
          largest == nullptr || is_head(*change) || (!is_head(*largest) && Share(*change) > Share(*largest));
      if (goes_before) largest = change;
    }
  }
  if (largest == nullptr) return "";
  const double over = largest->to.value_or(0) - largest->from.value_or(0);
  const std::string by = Show(over, InfoOf(largest->figure->quantity).shown);
  const std::string more = count > 1 ? StrCat(", and ", count - 1, " more") : "";
  return is_head(*largest) ? StrCat(by, " over budget", more)
                           : StrCat(Show(static_cast<double>(count), catalogue::Shown::kWhole),
                                    " over budget, by up to ", by);
}

// "RAM 20 544 needed of 20 480", of a board that a model does not fit any more.
std::string WhyNot(const Explained& of, const Change& fits) {
  const Part& board = fits.figure->part;
  const Cell* const cell = of.unit->cell.after;
  std::vector<std::string> lacking;
  for (const auto& [what, needed, there] :
       {std::tuple{"RAM", kRamBytesNeeded, kBoardRamBytes}, {"flash", kFlashBytesNeeded, kBoardFlashBytes}}) {
    const std::optional<uint64_t> need = cell->Count(needed, board), has = cell->Count(there, board);
    if (need && has && *need > *has)
      lacking.push_back(StrCat(what, " ", Grouped(*need), " of ", Grouped(*has)));
  }
  return Join(lacking, ", ");
}

std::string MainText(const Told& head) {
  const Change& change = *head.change;
  switch (change.what) {
    case What::kEmptyBudget:
      return StrCat("the budget of ", change.figure->Describe(), " holds nothing: ", change.why);
    case What::kOverBudget:
      return StrCat(change.figure->Describe(), " ",
                    Show(change.to.value_or(0), InfoOf(change.figure->quantity).shown), ", ", change.change);
    default:
      break;
  }
  if (change.figure->quantity != kFits) return Amount(change);
  const std::string board = CutTo(kMostOfName, change.figure->part.name);
  if (change.severity == Severity::kImprovement) return StrCat("fits ", board, " again");
  const std::string why = WhyNot(*head.of, change);
  const size_t boards = head.of->unit->changes.size();
  return StrCat("no longer fits ", board, why.empty() ? "" : ": ", why,
                boards > 1 ? StrCat(", nor ", Plural(boards - 1, "other board")) : "");
}

}  // namespace

std::vector<Reason> ReasonsOfFigures(const Explained& explained) {
  const Unit& unit = *explained.unit;
  switch (unit.kind) {
    case CauseKind::kCycles:
    case CauseKind::kFlash:
    case CauseKind::kRam:
      return explained.behind.Reasons();
    case CauseKind::kPerplexity:
      return {{0, StrCat("model ", unit.key.model)}, {1, StrCat("variant ", unit.key.variant)}};
    default:
      break;
  }
  std::vector<Reason> reasons;
  for (const Change* change : unit.changes) {
    if (change->what == What::kEmptyBudget) return {{0, "budgets of nothing"}};
    if (change->figure) reasons.push_back({0, std::string(NameOf(change->figure->quantity))});
  }
  return reasons;
}

void DescribeFigures(const std::vector<const Explained*>& group, const std::string& reason, Cause* cause) {
  const Told head = HeadOf(group, reason);
  const Change& change = *head.change;
  std::vector<std::string> pieces{MainText(head)};
  if (const std::string text = TextOfReason(*head.of, reason, change); !text.empty())
    StrAppend(&pieces.front(), ", ", text);
  const Cell *const before = head.of->unit->cell.before, *const after = head.of->unit->cell.after;
  if (before != nullptr && after != nullptr && before->model_sha256 != after->model_sha256)
    pieces.emplace_back("the file has another model");
  std::vector<const Key*> keys;
  for (const Explained* each : group) keys.push_back(&each->unit->key);
  pieces.push_back(AlsoText(change.key, keys));
  pieces.push_back(Worst(group, change));
  if (change.what == What::kEmptyBudget && group.front()->unit->changes.size() > 1)
    pieces.push_back(StrCat("and ", group.front()->unit->changes.size() - 1, " more"));
  pieces.push_back(TextOfBudgets(group, change));
  std::erase(pieces, "");
  cause->where = change.what == What::kEmptyBudget ? "budgets" : PlaceText(change.key);
  cause->what = Join(pieces, "; ");
  if (const Growth* growth = head.of->behind.Find(reason)) {
    for (const std::string& symbol : growth->symbols) {
      if (cause->names.size() < kMostNames) cause->names.push_back(symbol);
    }
  }
  if (after == nullptr || cause->severity == Severity::kImprovement) return;
  cause->next = after->command;
  const bool has_symbols = change.key.kind == Kind::kSize && cause->kind == CauseKind::kFlash;
  if (has_symbols && !cause->next.empty()) cause->next += " --symbols 20";
}

}  // namespace atome::harness::report
