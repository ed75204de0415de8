// atome merge
#include <iostream>
#include <memory>

#include "harness/base/text.h"
#include "harness/commands/command.h"
#include "harness/report/merge.h"
#include "harness/report/report_file.h"

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

void Declare(Options& options, MergeArguments* arguments) {
  options.Text("OUT", &arguments->out, "Report to write (.json, else binary protobuf)").Required().Output();
  options.Texts("IN", &arguments->in, "Reports that --report or this command wrote").Required();
  options.Footer(
      "Example: atome merge night.json shard-1.json shard-2.json\n"
      "A cell in several reports must be equal in all, except for wall time; else exit code 2.\n"
      "Failed cells are merged too and do not change the exit code.");
}

}  // namespace

void AddMerge(Program& program) { program.Add("merge", "Join several reports into one", Declare, RunMerge); }

}  // namespace atome::harness
