#include "harness/causes/summary.h"

#include <algorithm>
#include <vector>

#include "harness/base/table.h"
#include "harness/base/text.h"

namespace atome::harness::report {
namespace {

constexpr size_t kHash = 40, kHashShown = 12;  // digits of a commit

std::string CausesOf(const Diff& diff, Severity severity) {
  size_t causes = 0, figures = 0;
  for (const Cause& cause : diff.causes) {
    if (cause.severity != severity) continue;
    ++causes;
    figures += cause.changes.size();
  }
  return causes == 0 ? "" : StrCat(Plural(causes, "cause"), ", ", Plural(figures, "figure"));
}

void OnlyIn(std::string_view where, size_t cells, size_t figures, std::string* text) {
  if (cells + figures == 0) return;
  StrAppend(text, " Only in ", where, ": ", Plural(cells, "cell"), ", ", Plural(figures, "figure"), ".");
}

std::string WithShortHashes(std::string_view line) {
  std::string out;
  for (size_t at = 0; at < line.size();) {
    const size_t end = std::min(line.find_first_not_of("0123456789abcdef", at), line.size());
    out += line.substr(at, end - at == kHash ? kHashShown : end - at);
    at = end;
    if (at < line.size()) out += line[at++];
  }
  return out;
}

}  // namespace

std::string Plural(size_t count, std::string_view what) {
  return StrCat(Grouped(count), " ", what, count == 1 ? "" : "s");
}

std::string Headline(const Diff& diff) {
  const std::string worse = CausesOf(diff, Severity::kRegression);
  const std::string better = CausesOf(diff, Severity::kImprovement);
  if (!worse.empty()) return better.empty() ? worse : StrCat(worse, "; better: ", better);
  if (!better.empty()) return StrCat("better: ", better);
  const Totals& totals = diff.totals;
  if (diff.alone) {
    const std::string cells =
        totals.cells_only_after > 0 ? StrCat("all ", Plural(totals.cells_only_after, "cell"), " pass") : "";
    const size_t held = totals.budgets - totals.budgets_elsewhere;
    const std::string budgets = totals.budgets > 0 ? StrCat(Plural(held, "budget"), " kept") : "";
    return StrCat(cells, cells.empty() || budgets.empty() ? "" : ", ", budgets);
  }
  return diff.changes.empty() ? "nothing changed" : "nothing is worse or better";
}

std::string Summary(const Diff& diff) {
  return StrCat(Plural(diff.Count(Severity::kRegression), "regression"), ", ",
                Plural(diff.Count(Severity::kImprovement), "improvement"), ", ",
                Plural(diff.Count(Severity::kNote), "note"), "; compared ",
                Plural(diff.totals.cells_compared, "cell"), ", ",
                Plural(diff.totals.figures_compared, "figure"));
}

std::string_view Verdict(const Diff& diff) {
  return !diff.Regressed() ? "PASS" : diff.alone ? "FAIL" : "REGRESSION";
}

std::string Compared(const Diff& diff) {
  const Totals& totals = diff.totals;
  std::string text;
  if (!diff.alone) {
    text = StrCat("Compared: ", Plural(totals.cells_compared, "cell"), ", ",
                  Plural(totals.figures_compared, "figure"), ", of which ", Grouped(totals.figures_equal),
                  " equal.");
    OnlyIn("the old report", totals.cells_only_before, totals.figures_only_before, &text);
    OnlyIn("the new report", totals.cells_only_after, totals.figures_only_after, &text);
  } else if (totals.cells_only_after > 0) {
    text = StrCat("Judged alone, and compared with nothing: ", Plural(totals.cells_only_after, "cell"), ", ",
                  Plural(totals.figures_only_after, "figure"), ".");
  }
  if (totals.budgets > 0) {
    StrAppend(&text, text.empty() ? "" : " ", "Budgets: ", totals.budgets);
    if (totals.budgets_elsewhere > 0)
      StrAppend(&text, ", of which ", totals.budgets_elsewhere, " are of what this report does not have");
    text += ".";
  }
  return text;
}

std::string AlsoDifferent(const Diff& diff) {
  std::vector<std::string> lines;
  for (const std::string& line : diff.environment) lines.push_back(WithShortHashes(OneLine(line)));
  return lines.empty() ? "" : StrCat("Also different: ", Join(lines, "; "));
}

std::string Renamed(const Diff& diff) {
  return diff.renamed.empty() ? "" : StrCat("renamed: ", OneLine(Join(diff.renamed, ", ")));
}

}  // namespace atome::harness::report
