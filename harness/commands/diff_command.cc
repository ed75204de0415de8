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
  std::optional<std::string> before;  // none: budgets alone
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

void AddPartial(CLI::App* command, DiffArguments* arguments) {
  command->add_flag(
      "--partial", arguments->options.partial,
      "The report is of some cells only: those it lacks, and budgets of them, are no regression");
}

}  // namespace

void AddDiff(CLI::App& app, int* exit_code) {
  auto arguments = std::make_shared<DiffArguments>();
  CLI::App* diff = app.add_subcommand(
      "diff", "Compare two reports, every figure; a regression is exit code 3 and says what is behind it");
  diff->add_option("OLD", arguments->before, "Report file to compare with, the baseline say")->required();
  diff->add_option("NEW", arguments->after, "Report file that must not be worse")->required();
  diff->add_option("--budgets", arguments->budgets, "File of limits that NEW must keep, too");
  diff->add_option("--gate-wall", arguments->options.gate_wall_percent,
                   "Wall time is a regression when a rank test says it and it is this much worse, percent; "
                   "default: it is told and gates nothing")
      ->check(CLI::Range(0.0, 1e6));
  AddPartial(diff, arguments.get());
  AddFormat(diff, &arguments->format);
  diff->footer(
      "Example: atome diff ci/baselines/nightly.json.xz tonight.json --budgets ci/baselines/budgets.json");
  diff->callback([arguments, exit_code] { *exit_code = RunDiff(*arguments); });
}

void AddBudget(CLI::App& app, int* exit_code) {
  auto arguments = std::make_shared<DiffArguments>();
  CLI::App* budget =
      app.add_subcommand("budget", "Hold a report against limits alone; one that is exceeded is exit code 3");
  budget->add_option("REPORT", arguments->after, "Report file")->required();
  budget->add_option("--budgets", arguments->budgets, "File of limits")->required();
  AddPartial(budget, arguments.get());
  AddFormat(budget, &arguments->format);
  budget->footer("Example: atome budget tonight.json --budgets ci/baselines/budgets.json");
  budget->callback([arguments, exit_code] { *exit_code = RunDiff(*arguments); });
}

}  // namespace atome::harness
