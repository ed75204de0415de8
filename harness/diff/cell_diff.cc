#include "harness/diff/cell_diff.h"

#include <string>
#include <tuple>
#include <utility>

#include "harness/diff/compare_figures.h"
#include "harness/report/same.h"
#include "harness/report/walk.h"
#include "harness/base/text.h"

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
      : before_(*pair.before), after_(*pair.after), by_op_(by_op), options_(options), diff_(*diff) {}

  void Run() {
    ++diff_.totals.cells_compared;
    CompareStatuses();
    if (before_.model_sha256 != after_.model_sha256) {
      Change& change = Add(Severity::kNote, What::kOtherModel);
      change.before = before_.model_sha256.substr(0, kHashDigits);
      change.after = after_.model_sha256.substr(0, kHashDigits);
      change.why = "the file of this name holds another model";
    }
    Walk(
        SortedFigures(before_), SortedFigures(after_),
        [](const Figure& a, const Figure& b) { return NameOf(a) <=> NameOf(b); },
        [this](const Figure& a, const Figure& b) {
          ++diff_.totals.figures_compared;
          if (!CompareFigure(a, b)) ++diff_.totals.figures_equal;
        },
        [this](const Figure& a) { Vanished(a); }, [this](const Figure& b) { New(b); });
  }

 private:
  bool Passed() const { return before_.status == CellStatus::kPass; }
  bool Passes() const { return after_.status == CellStatus::kPass; }

  Change& Add(Severity severity, What what) {
    return diff_.changes.emplace_back(ChangeOf(severity, what, after_.key));
  }

  void CompareStatuses() {
    if (Passed() && Passes()) return;
    Change& change =
        Add(Passes() ? Severity::kImprovement : Severity::kRegression, Passes()   ? What::kPassesAgain
                                                                       : Passed() ? What::kFails
                                                                                  : What::kStillFails);
    change.before = StatusName(before_.status);
    change.after = StatusName(after_.status);
    if (Passes()) return;
    const std::string steps = DivergedSteps({&before_, &after_});
    change.why = StrCat(after_.message, after_.message.empty() || steps.empty() ? "" : "; ", steps);
  }

  // Returns whether they differ.
  bool CompareFigure(const Figure& before, const Figure& after) {
    NoteRule(after);
    Comparison comparison = CompareFigures(before, after, RuleOf(after), options_.gate_wall_percent);
    if (comparison.outcome == Outcome::kEqual) return false;
    const auto [severity, what] = [&]() -> std::pair<Severity, What> {
      switch (comparison.outcome) {
        case Outcome::kWorse:
          return {Severity::kRegression, What::kWorse};
        case Outcome::kDiffers:
          return {Severity::kRegression, What::kDiffers};
        case Outcome::kBetter:
          return {Severity::kImprovement, What::kBetter};
        case Outcome::kMeasured:
          return {Severity::kNote, What::kWall};
        case Outcome::kEqual:
        case Outcome::kChanged:
          break;
      }
      return {Severity::kNote, What::kChanged};
    }();
    Change& change = Add(severity, what);
    change.figure = IdOf(after);
    std::tie(change.before, change.after) = ValueTexts(before, after);
    change.change = std::move(comparison.change);
    if (severity == Severity::kRegression) change.why = Explain({&before_, &after_}, by_op_, change.figure);
    return true;
  }

  void Vanished(const Figure& figure) {
    ++diff_.totals.figures_only_before;
    NoteRule(figure);
    if (!Passes()) return;
    const FigureRule rule = RuleOf(figure);
    if (rule.absent_is_zero) {
      CompareFigure(figure, NothingOf(figure));
      return;
    }
    const bool may = rule.direction == Direction::kInformational ||
                     (figure.figure_class == FigureClass::kWall && !options_.gate_wall_percent);
    Change& change = Add(may ? Severity::kNote : Severity::kRegression, What::kFigureVanished);
    change.figure = IdOf(figure);
    change.before = ValueText(figure);
    const auto reason = after_.unavailable.find(figure.name);
    change.why = reason == after_.unavailable.end() ? "the new report does not say why" : reason->second;
  }

  void New(const Figure& figure) {
    ++diff_.totals.figures_only_after;
    NoteRule(figure);
    // Baselines have no wall time.
    if (!Passed() || figure.figure_class == FigureClass::kWall) return;
    if (RuleOf(figure).absent_is_zero) {
      CompareFigure(NothingOf(figure), figure);
      return;
    }
    Change& change = Add(Severity::kNote, What::kFigureNew);
    change.figure = IdOf(figure);
    change.after = ValueText(figure);
  }

  void NoteRule(const Figure& figure) {
    if (!HasRule(figure)) diff_.names_without_rule.insert(figure.name);
  }

  const ReportCell& before_;
  const ReportCell& after_;
  const CellPair* by_op_;
  const DiffOptions& options_;
  Diff& diff_;
};

}  // namespace

void CompareCells(const CellPair& pair, const CellPair* by_op, const DiffOptions& options, Diff* diff) {
  Comparer(pair, by_op, options, diff).Run();
}

}  // namespace atome::harness::report
