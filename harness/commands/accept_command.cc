// atome accept
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>

#include "emulation/base/subprocess.h"
#include "harness/base/text.h"
#include "harness/commands/command.h"
#include "harness/diff/accept.h"
#include "harness/diff/diff_output.h"
#include "harness/report/environment.h"
#include "harness/report/report_file.h"

namespace atome::harness {
namespace {

struct AcceptArguments {
  std::string report;
  report::Acceptance acceptance;
  OutputFormat format = OutputFormat::kTable;
};

// Empty when git or its setting is not there.
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
  if (accepted->changes.empty()) {
    std::cerr << "nothing changes in " << acceptance.baseline << "; nothing is written\n";
    return kPass;
  }
  std::cout << report::FormatDiff(*accepted, arguments.format);
  std::cerr << "accepted by " << acceptance.who << "; commit " << acceptance.baseline << " and "
            << acceptance.log << "\n";
  return kPass;
}

}  // namespace

void AddAccept(CLI::App& app, int* exit_code) {
  auto arguments = std::make_shared<AcceptArguments>();
  report::Acceptance& acceptance = arguments->acceptance;
  acceptance.baseline = ATOME_SOURCE_DIR "/ci/baselines/nightly.json.xz";
  acceptance.log = ATOME_SOURCE_DIR "/ci/baselines/accepted.jsonl";
  CLI::App* accept = app.add_subcommand(
      "accept", "Make a report the baseline of atome diff, and keep who did, when, why and what changed");
  accept->add_option("REPORT", arguments->report, "Report file, of cells that all pass")->required();
  accept->add_option("--reason", acceptance.reason, "Why its figures are right")->required();
  accept->add_option("--baseline", acceptance.baseline, "File to write, .json or .json.xz")
      ->capture_default_str();
  accept->add_option("--log", acceptance.log, "File to add an entry to, a line of JSON")
      ->capture_default_str();
  accept->add_flag("--partial", acceptance.partial,
                   "The report is of some cells only: others of the baseline stay");
  AddFormat(accept, &arguments->format);
  accept->footer("Example: atome accept tonight.json --reason 'f32 sparse: scores as sums of 64 bits'");
  accept->callback([arguments, exit_code] { *exit_code = RunAccept(*arguments); });
}

}  // namespace atome::harness
