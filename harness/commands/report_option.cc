#include "harness/commands/report_option.h"

#include "harness/commands/command.h"
#include "harness/report/environment.h"
#include "harness/report/report_file.h"

namespace atome::harness {

void ReportOption::AddTo(CLI::App* command, const std::string& command_line) {
  command_line_ = command_line;
  command->add_option("--report", path_, "Also write a report file (.json, else binary protobuf)");
}

int ReportOption::Write(const std::function<std::vector<report::ReportCell>()>& cells, int verdict,
                        std::initializer_list<const emulation::Machine*> machines) const {
  if (!path_) return verdict;
  report::Report report;
  report.command = command_line_;
  report.environment = report::EnvironmentSince(began_, std::span(machines.begin(), machines.size()));
  report.cells = cells();
  const std::string error = report::WriteReport(report, *path_);
  if (error.empty()) return verdict;
  const int unwritten = UsageError(error);
  return verdict == kPass ? unwritten : verdict;
}

}  // namespace atome::harness
