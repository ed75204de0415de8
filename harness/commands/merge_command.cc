// atome merge
#include <iostream>
#include <memory>

#include "harness/commands/command.h"
#include "harness/report/merge.h"
#include "harness/report/report_file.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

struct MergeArguments {
  std::string out;
  std::vector<std::string> in;
};

int RunMerge(const MergeArguments& arguments) {
  std::vector<report::NamedReport> parts;
  for (const std::string& path : arguments.in) {
    Result<report::Report> report = report::ReadReport(path);
    if (!report.ok()) return UsageError(report.error().message);
    parts.push_back({path, *std::move(report)});
  }
  const Result<report::Report> merged = report::Merge(std::move(parts));
  if (!merged.ok()) return UsageError(merged.error().message);
  if (const std::string error = report::WriteReport(*merged, arguments.out); !error.empty())
    return UsageError(error);
  std::cout << StrCat(arguments.out, ": ", merged->cells.size(), " cells of ", arguments.in.size(),
                      " reports\n");
  return kPass;
}

}  // namespace

void AddMerge(CLI::App& app, int* exit_code) {
  auto arguments = std::make_shared<MergeArguments>();
  CLI::App* merge = app.add_subcommand("merge", "Several reports as one");
  merge->add_option("OUT", arguments->out, "The report to write (.json, else binary protobuf)")->required();
  merge->add_option("IN", arguments->in, "Reports that --report or this command wrote")->required();
  merge->footer(
      "Example: atome merge night.json shard-1.json shard-2.json\n"
      "A cell that is in several must be the same in all, but for wall time; else exit code 2.\n"
      "Cells that failed are merged like others and do not change the exit code.");
  merge->callback([arguments, exit_code] { *exit_code = RunMerge(*arguments); });
}

}  // namespace atome::harness
