#include "harness/commands/report_option.h"

#include <iostream>
#include <span>

#include "harness/commands/command.h"
#include "harness/report/environment.h"
#include "harness/report/print.h"
#include "harness/report/report_file.h"
#include "harness/run/firmware_store.h"

namespace atome::harness {

void ReportOption::AddTo(Options& options) {
  options.Text("--report", &path_, "Also write a report file (.json, else binary protobuf)").Output();
}

report::Report ReportOption::ReportOf(std::vector<report::Cell> cells,
                                      std::initializer_list<const emulation::Machine*> machines) const {
  report::Report report;
  report.command = TypedCommandLine();
  report.environment = report::EnvironmentSince(began_, std::span(machines.begin(), machines.size()));
  for (const report::Cell& cell : cells) {
    if (!cell.build.ends_with(".elf") && cell.build.find(".elf + ") == std::string::npos) continue;
    const std::string compiler = FirmwareCompiler(cell.build);
    if (compiler.empty()) continue;
    report.environment.tools["firmware"] = compiler;
    break;
  }
  report.cells = std::move(cells);
  return report;
}

std::string ReportOption::Write(const report::Report& report) const {
  return path_ ? report::WriteReport(report, *path_) : "";
}

int ReportOption::Finish(const report::Report& report, const FormatOption& format,
                         std::string_view notes) const {
  const TextStyle style = format.style();
  std::cout << report::Print(report, format.get(), style);
  if (format.get() == OutputFormat::kTable) std::cout << WrappedLines(notes, style.width, 2);
  if (format.get() == OutputFormat::kMarkdown) std::cout << notes;
  const ExitCode verdict = ExitCodeOf(report::WorstOf(report.cells));
  const std::string error = Write(report);
  if (error.empty()) return verdict;
  const int unwritten = UsageError(error);
  return verdict == kPass ? unwritten : verdict;
}

}  // namespace atome::harness
