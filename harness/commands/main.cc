// The `atome` command.
#include <algorithm>
#include <iostream>
#include <thread>

#include "emulation/machine/machine.h"
#include "harness/base/text.h"
#include "harness/base/version.h"
#include "harness/commands/command.h"

namespace atome::harness {

int UsageError(std::string_view message) {
  std::cerr << "atome: " << message << "\n";
  return kUsage;
}

void AddFormat(Options& options, OutputFormat* format) {
  static constexpr Options::Named<OutputFormat> kFormats[] = {{"table", OutputFormat::kTable},
                                                              {"json", OutputFormat::kJson},
                                                              {"csv", OutputFormat::kCsv},
                                                              {"md", OutputFormat::kMarkdown}};
  options.OneOf("--format", format, kFormats, "Form of the output; default: table");
}

unsigned DefaultJobs() { return std::max(1u, std::thread::hardware_concurrency()); }

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

}  // namespace
}  // namespace atome::harness

// Only a wrong declaration of an option can throw outside of Program's try.
int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  namespace harness = atome::harness;
  if (const std::optional<int> failed = harness::RunPython(argc, argv)) return *failed;
  harness::Program program(
      "Verification and benchmarking of tiny ternary language models on microcontrollers",
      "Exit codes: 0 pass, 1 parity or check failed, 2 usage or missing tool, 3 regression against the "
      "baseline,\n"
      "4 a cell crashed or timed out.",
      harness::VersionText);
  for (void (*add)(harness::Program&) :
       {harness::AddVerify, harness::AddCycles,   harness::AddSize,    harness::AddFirmware,
        harness::AddPpl,    harness::AddAb,       harness::AddBench,   harness::AddRun,
        harness::AddLogits, harness::AddGenerate, harness::AddConvert, harness::AddInspect,
        harness::AddCorpus, harness::AddShow,     harness::AddMerge,   harness::AddDiff,
        harness::AddBudget, harness::AddAccept,   harness::AddSilicon, harness::AddPython})
    add(program);
  return program.Main(argc, argv);
}
