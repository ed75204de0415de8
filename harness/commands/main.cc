// The `atome` command.
#include <algorithm>
#include <iostream>
#include <thread>
#include <vector>

#include "emulation/base/printable.h"
#include "emulation/machine/machine.h"
#include "harness/base/standard_files.h"
#include "harness/base/text.h"
#include "harness/base/variant.h"
#include "harness/base/version.h"
#include "harness/commands/command.h"
#include "harness/run/target.h"

namespace atome::harness {

void Tell(std::string_view message) {
  // Names in it may come from files and guests; lines of its own stay.
  std::vector<std::string> lines;
  for (const std::string_view line : Split(message, '\n')) lines.push_back(emulation::Printable(line));
  const std::string text = StrCat("atome: ", Join(lines, "\n"));
  std::cerr << WrappedLines(text, StandardErrorStyle().width, 2) << "\n";
}

int UsageError(std::string_view message) {
  Tell(message);
  return kUsage;
}

void FormatOption::AddTo(Options& options) {
  static constexpr Options::Named<OutputFormat> kFormats[] = {{"table", OutputFormat::kTable},
                                                              {"json", OutputFormat::kJson},
                                                              {"csv", OutputFormat::kCsv},
                                                              {"md", OutputFormat::kMarkdown}};
  options.OneOf("--format", &format_, kFormats, "Form of the output; default: table");
  options.Flag("--wide", &wide_,
               "All rows and columns, however wide the terminal, as files and pipes get them");
}

TextStyle FormatOption::style() const {
  TextStyle style = StandardOutputStyle();
  if (wide_) style.width = TextStyle::kUnbounded;
  return style;
}

unsigned DefaultJobs() { return std::max(1u, std::thread::hardware_concurrency()); }

std::vector<std::string> VariantWords() {
  std::vector<std::string> words;
  for (const Variant variant : kVariants) words.emplace_back(VariantName(variant));
  return words;
}

std::vector<std::string> CoreWordsWithHosts() {
  std::vector<std::string> words = CoreNames();
  words.insert(words.begin(), {"host", "host-simd"});
  return words;
}

void AddJobs(Options& options, unsigned* jobs, const std::string& help) {
  options.Count("--jobs", jobs, 1, 1024, help);
}

namespace {

// The versions that a bug report needs.
std::string VersionText() {
  std::string text = StrCat("atome ", Version(), "\ncommit   ", Commit().empty() ? "unknown" : Commit(),
                            "\ncompiler ", Compiler());
  for (const emulation::Machine* machine : {&emulation::UnicornMachine(), &emulation::QemuMachine()}) {
    const std::string version = machine->Version();
    StrAppend(&text, "\n", fmt::format("{:<8}", machine->name()), " ",
              version.empty() ? "not installed" : version);
  }
  return text;
}

struct Group {
  const char* title;
  std::vector<void (*)(Program&)> commands;
};

void AddCommands(Program& program) {
  const Group groups[] = {
      {"Check and measure", {AddVerify, AddCycles, AddSize, AddPpl, AddAb, AddBench, AddSilicon, AddInject}},
      {"Models and firmware",
       {AddAdvise, AddFirmware, AddRun, AddGenerate, AddLogits, AddConvert, AddInspect, AddCorpus}},
      {"Reports", {AddShow, AddReport, AddFrontier, AddDiff, AddBudget, AddAccept, AddMerge, AddHistory}},
      {"This program", {AddHelp, AddMan, AddCompletion}}};
  for (const Group& group : groups) {
    program.Group(group.title);
    for (void (*add)(Program&) : group.commands) add(program);
  }
}

}  // namespace
}  // namespace atome::harness

// Only a wrong declaration of an option can throw outside of Program's try.
int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  namespace harness = atome::harness;
  if (const std::optional<int> failed = harness::RunPython(argc, argv)) return *failed;
  harness::GuardStandardFiles();
  harness::Program program("Verify and benchmark tiny ternary language models on microcontrollers",
                           "Exit codes: 0 pass, 1 check failed, 2 usage, 3 regression, 4 crash or timeout",
                           harness::VersionText);
  harness::AddCommands(program);
  return program.Main(argc, argv);
}
