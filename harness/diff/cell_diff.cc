#include "harness/diff/cell_diff.h"

#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "harness/base/text.h"
#include "harness/diff/compare_figures.h"
#include "harness/diff/value_text.h"
#include "harness/report/walk.h"

namespace atome::harness::report {
namespace {

constexpr size_t kHashDigits = 12;  // that tell hashes apart

Figure NothingOf(const Figure& figure) {
  Figure nothing = figure;
  nothing.value = uint64_t{0};
  return nothing;
}

class Comparer {
 public:
  Comparer(const CellPair& pair, const CellPair* by_op, const DiffOptions& options, Diff* diff)
      : before_(*pair.before),
        after_(*pair.after),
        explainer_(pair, by_op),
        options_(options),
        diff_(*diff) {}

  void Run() {
    ++diff_.totals.cells_compared;
    CompareOutcomes();
    if (before_.model_sha256 != after_.model_sha256) {
      Change& change = Add(What::kOtherModel);
      change.before = before_.model_sha256.substr(0, kHashDigits);
      change.after = after_.model_sha256.substr(0, kHashDigits);
      change.why = "the file of this name holds another model";
    }
    Walk(
        SortedFigures(before_), SortedFigures(after_),
        [](const Figure& a, const Figure& b) { return a.id <=> b.id; },
        [this](const Figure& a, const Figure& b) {
          ++diff_.totals.figures_compared;
          if (!CompareFigure(a, b)) ++diff_.totals.figures_equal;
        },
        [this](const Figure& a) { Vanished(a); }, [this](const Figure& b) { New(b); });
  }

 private:
  Change& Add(What what) { return diff_.changes.emplace_back(ChangeOf(what, after_.key)); }
  Change& Add(What what, const FigureId& figure) {
    Change& change = Add(what);
    change.figure = figure;
    return change;
  }

  // What became of the outcome; nothing when both pass alike.
  std::optional<What> WhatOfOutcomes() const {
    if (!after_.passed()) return before_.passed() ? What::kFails : What::kStillFails;
    if (!before_.passed()) return What::kPassesAgain;
    if (before_.outcome == after_.outcome) return std::nullopt;
    return before_.outcome < after_.outcome ? What::kOnlyWithin : What::kToTheBit;
  }

  void CompareOutcomes() {
    const std::optional<What> what = WhatOfOutcomes();
    if (!what) return;
    Change& change = Add(*what);
    change.before = OutcomeName(before_.outcome);
    change.after = OutcomeName(after_.outcome);
    if (after_.outcome == Outcome::kPass) return;
    const std::string steps = DivergedSteps({&before_, &after_});
    change.why = StrCat(after_.message, after_.message.empty() || steps.empty() ? "" : "; ", steps);
  }

  // Returns whether they differ.
  bool CompareFigure(const Figure& before, const Figure& after) {
    Comparison comparison = CompareFigures(before, after, options_.gate_wall_percent);
    if (!comparison.what) return false;
    Change& change = Add(*comparison.what, after.id);
    std::tie(change.before, change.after) = ValueTexts(before, after);
    change.from = before.Number();
    change.to = after.Number();
    change.change = std::move(comparison.change);
    // That what must be equal is another than when the cell failed is what mended it.
    if (change.what == What::kDiffers && !before_.passed() && after_.passed())
      change.severity = Severity::kImprovement;
    if (change.severity == Severity::kRegression) change.why = explainer_.Of(after.id);
    return true;
  }

  void Vanished(const Figure& figure) {
    ++diff_.totals.figures_only_before;
    if (!after_.passed()) return;
    if (figure.info().absent_is_zero) {
      CompareFigure(figure, NothingOf(figure));
      return;
    }
    Change& change = Add(What::kFigureVanished, figure.id);
    if (figure.info().better == Better::kTold || (figure.is_wall() && !options_.gate_wall_percent))
      change.severity = Severity::kNote;
    change.before = ValueText(figure);
    const auto reason = after_.unavailable.find(figure.id.quantity);
    change.why = reason == after_.unavailable.end() ? "the new report does not say why" : reason->second;
  }

  void New(const Figure& figure) {
    ++diff_.totals.figures_only_after;
    // Baselines have no wall time.
    if (!before_.passed() || figure.is_wall()) return;
    if (figure.info().absent_is_zero) {
      CompareFigure(NothingOf(figure), figure);
      return;
    }
    Add(What::kFigureNew, figure.id).after = ValueText(figure);
  }

  const Cell& before_;
  const Cell& after_;
  Explainer explainer_;
  const DiffOptions& options_;
  Diff& diff_;
};

}  // namespace

void CompareCells(const CellPair& pair, const CellPair* by_op, const DiffOptions& options, Diff* diff) {
  Comparer(pair, by_op, options, diff).Run();
}

}  // namespace atome::harness::report
