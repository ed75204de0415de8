// atome accept
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>

#include "emulation/base/subprocess.h"
#include "harness/base/text.h"
#include "harness/baseline/accept.h"
#include "harness/causes/diff_output.h"
#include "harness/commands/command.h"
#include "harness/report/environment.h"
#include "harness/report/report_file.h"

namespace atome::harness {
namespace {

struct AcceptArguments {
  std::string report;
  report::Acceptance acceptance;
  FormatOption format;
};

// Empty when git or the setting is missing.
std::string GitSetting(const std::string& name) {
  std::string value;
  const emulation::SubprocessResult ended =
      emulation::RunSubprocess({.arguments = {"/usr/bin/env", "git", "config", name},
                                .trusted = true,
                                .on_line = [&value](std::string_view line) { value = line; }});
  return ended.error.empty() && ended.exit_code() == 0 ? value : "";
}

std::string Who() {
  const std::string name = GitSetting("user.name"), mail = GitSetting("user.email");
  if (!name.empty()) return mail.empty() ? name : StrCat(name, " <", mail, ">");
  const char* user = std::getenv("USER");
  return !mail.empty() ? mail : user == nullptr ? "" : user;
}

int RunAccept(const AcceptArguments& arguments) {
  const Result<report::Report> read = report::ReadReport(arguments.report);
  if (!read.ok()) return UsageError(read.error().message);
  report::Acceptance acceptance = arguments.acceptance;
  acceptance.who = Who();
  acceptance.when = report::DateText(std::chrono::system_clock::now());
  const Result<report::Diff> accepted = report::Accept(*read, acceptance);
  if (!accepted.ok()) return UsageError(StrCat("not accepted: ", accepted.error().message));
  if (accepted->changes.empty() && accepted->renamed.empty()) {
    std::cerr << "nothing changes in " << acceptance.baseline << "; nothing written\n";
    return kPass;
  }
  std::cout << report::FormatDiff(*accepted, {arguments.format.get(), arguments.format.style()});
  std::cerr << "accepted by " << acceptance.who << "; commit " << acceptance.baseline << " and "
            << acceptance.log << "\n";
  return kPass;
}

void Declare(Options& options, AcceptArguments* arguments) {
  report::Acceptance& acceptance = arguments->acceptance;
  options.Text("REPORT", &arguments->report, "Report file whose cells all pass").Required();
  options.Text("--reason", &acceptance.reason, "Why the new figures are right").Required();
  // Their folders are made where there are none.
  options.Text("--baseline", &acceptance.baseline,
               "File to write, .json or .json.xz; default: ci/baselines/nightly.json.xz of the sources");
  acceptance.baseline = (DataFolder() / "ci/baselines/nightly.json.xz").string();
  options.Text("--log", &acceptance.log,
               "File to which an entry, a line of JSON, is added; default: ci/baselines/accepted.jsonl");
  acceptance.log = (DataFolder() / "ci/baselines/accepted.jsonl").string();
  options.Text(
      "--dirty", &acceptance.dirty,
      "Why a report is taken whose tree has changes that no commit has, or whose commit is unknown; kept in "
      "the log");
  options.Flag("--partial", &acceptance.partial,
               "The report has only some cells; the baseline keeps the others");
  arguments->format.AddTo(options);
  options.Footer("Example: atome accept tonight.json --reason 'f32 sparse: scores as sums of 64 bits'");
}

}  // namespace

void AddAccept(Program& program) {
  program.Add("accept", "Make a report the baseline of atome diff, with a reason", Declare, RunAccept);
}

}  // namespace atome::harness
