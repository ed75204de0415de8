// atome diff, atome budget
#include <iostream>
#include <memory>
#include <optional>

#include "harness/causes/diff_output.h"
#include "harness/causes/find_causes.h"
#include "harness/commands/command.h"
#include "harness/diff/budget.h"
#include "harness/diff/diff.h"
#include "harness/report/report_file.h"

namespace atome::harness {
namespace {

struct DiffArguments {
  std::string report;
  std::optional<std::string> newer;  // then `report` is what it is compared with
  bool judge = true;                 // a report alone, and not only its budgets
  std::optional<std::string> budgets;
  report::DiffOptions options;
  FormatOption format;
  bool all = false;
};

int RunDiff(const DiffArguments& arguments) {
  Result<report::Report> first = report::ReadReport(arguments.report);
  if (!first.ok()) return UsageError(first.error().message);
  report::Report before, after;
  report::Diff diff;
  diff.alone = true;
  if (arguments.newer) {
    Result<report::Report> second = report::ReadReport(*arguments.newer);
    if (!second.ok()) return UsageError(second.error().message);
    before = *std::move(first);
    after = *std::move(second);
    diff = report::Compare(before, after, arguments.options);
  } else {
    after = *std::move(first);
    if (arguments.judge) diff = report::Judge(after);
  }
  if (arguments.budgets) {
    const Result<std::vector<report::Budget>> budgets = report::ReadBudgets(*arguments.budgets);
    if (!budgets.ok()) return UsageError(budgets.error().message);
    report::CheckBudgets(*budgets, after, arguments.options.partial, &diff);
  }
  diff.causes = report::FindCauses(diff.changes, before, after);
  std::cout << report::FormatDiff(
      diff, {.format = arguments.format.get(), .style = arguments.format.style(), .all = arguments.all});
  return diff.Regressed() ? kRegression : kPass;
}

void AddPartial(Options& options, DiffArguments* arguments) {
  options.Flag(
      "--partial", &arguments->options.partial,
      "The report has only some cells; missing ones, and their budgets, do not count as regressions");
}

void AddView(Options& options, DiffArguments* arguments) {
  options.Flag("--all", &arguments->all, "Show every change below its cause, and the notes");
  arguments->format.AddTo(options);
}

void DeclareDiff(Options& options, DiffArguments* arguments) {
  options
      .Text("OLD", &arguments->report,
            "Report file to compare with, such as the baseline; alone, the report to judge")
      .Required();
  options.Text("NEW", &arguments->newer,
               "Report file that must not be worse; without it, no cell of OLD may fail");
  options.Text("--budgets", &arguments->budgets, "File of limits that the report must also keep");
  options.Real("--gate-wall", &arguments->options.gate_wall_percent, 0, 1e6,
               "Count wall time as a regression when a rank test says so and it is this many percent worse; "
               "default: wall time is only told");
  AddPartial(options, arguments);
  AddView(options, arguments);
  options.Footer(
      "Example: atome diff ci/baselines/nightly.json.xz tonight.json --budgets ci/baselines/budgets.json");
}

void DeclareBudget(Options& options, DiffArguments* arguments) {
  arguments->judge = false;
  options.Text("REPORT", &arguments->report, "Report file").Required();
  options.Text("--budgets", &arguments->budgets, "File of limits").Required();
  AddPartial(options, arguments);
  AddView(options, arguments);
  options.Footer("Example: atome budget tonight.json --budgets ci/baselines/budgets.json");
}

}  // namespace

void AddDiff(Program& program) {
  program.Add("diff", "Compare two reports and say the causes; a regression gives exit code 3", DeclareDiff,
              RunDiff);
}

void AddBudget(Program& program) {
  program.Add("budget", "Check a report against limits; exceeding one gives exit code 3", DeclareBudget,
              RunDiff);
}

}  // namespace atome::harness
