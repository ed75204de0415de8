// atome diff, atome budget
#include <iostream>
#include <memory>
#include <optional>

#include "harness/commands/command.h"
#include "harness/diff/budget.h"
#include "harness/diff/diff.h"
#include "harness/diff/diff_output.h"
#include "harness/report/report_file.h"

namespace atome::harness {
namespace {

struct DiffArguments {
  std::optional<std::string> before;  // absent: only budgets are checked
  std::string after;
  std::optional<std::string> budgets;
  report::DiffOptions options;
  OutputFormat format = OutputFormat::kTable;
};

int RunDiff(const DiffArguments& arguments) {
  const Result<report::Report> after = report::ReadReport(arguments.after);
  if (!after.ok()) return UsageError(after.error().message);
  report::Diff diff;
  if (arguments.before) {
    const Result<report::Report> before = report::ReadReport(*arguments.before);
    if (!before.ok()) return UsageError(before.error().message);
    diff = report::Compare(*before, *after, arguments.options);
  }
  if (arguments.budgets) {
    const Result<std::vector<report::Budget>> budgets = report::ReadBudgets(*arguments.budgets);
    if (!budgets.ok()) return UsageError(budgets.error().message);
    report::CheckBudgets(*budgets, *after, arguments.options.partial, &diff);
  }
  std::cout << report::FormatDiff(diff, arguments.format);
  return diff.Regressed() ? kRegression : kPass;
}

void AddPartial(Options& options, DiffArguments* arguments) {
  options.Flag(
      "--partial", &arguments->options.partial,
      "The report has only some cells; missing ones, and their budgets, do not count as regressions");
}

void DeclareDiff(Options& options, DiffArguments* arguments) {
  options.Text("OLD", &arguments->before, "Report file to compare with, such as the baseline").Required();
  options.Text("NEW", &arguments->after, "Report file that must not be worse").Required();
  options.Text("--budgets", &arguments->budgets, "File of limits that NEW must also keep");
  options.Real("--gate-wall", &arguments->options.gate_wall_percent, 0, 1e6,
               "Count wall time as a regression when a rank test says so and it is this many percent worse; "
               "default: wall time is only told");
  AddPartial(options, arguments);
  AddFormat(options, &arguments->format);
  options.Footer(
      "Example: atome diff ci/baselines/nightly.json.xz tonight.json --budgets ci/baselines/budgets.json");
}

void DeclareBudget(Options& options, DiffArguments* arguments) {
  options.Text("REPORT", &arguments->after, "Report file").Required();
  options.Text("--budgets", &arguments->budgets, "File of limits").Required();
  AddPartial(options, arguments);
  AddFormat(options, &arguments->format);
  options.Footer("Example: atome budget tonight.json --budgets ci/baselines/budgets.json");
}

}  // namespace

void AddDiff(Program& program) {
  program.Add("diff", "Compare two reports; a regression gives exit code 3 and its cause", DeclareDiff,
              RunDiff);
}

void AddBudget(Program& program) {
  program.Add("budget", "Check a report against limits; exceeding one gives exit code 3", DeclareBudget,
              RunDiff);
}

}  // namespace atome::harness
