// atome show
#include <iostream>
#include <memory>

#include "harness/base/text.h"
#include "harness/commands/command.h"
#include "harness/report/print.h"
#include "harness/report/report_file.h"

namespace atome::harness {
namespace {

struct ShowArguments {
  std::string report;
  FormatOption format;
};

int RunShow(const ShowArguments& arguments) {
  const Result<report::Report> read = report::ReadReport(arguments.report);
  if (!read.ok()) return UsageError(read.error().message);
  std::cout << report::Print(*read, arguments.format.get(), arguments.format.style());
  if (!read->renamed.empty()) std::cerr << "renamed: " << Join(read->renamed, ", ") << "\n";
  return kPass;
}

void Declare(Options& options, ShowArguments* arguments) {
  options.Text("REPORT", &arguments->report, "Report file that --report wrote").Required();
  arguments->format.AddTo(options);
  options.Footer(
      "Example: atome show ci/baselines/nightly.json.xz --format csv\n"
      "Failed cells are printed too and do not change the exit code.");
}

}  // namespace

void AddShow(Program& program) {
  program.Add("show", "Print a report file, also of an older atome", Declare, RunShow);
}

}  // namespace atome::harness
