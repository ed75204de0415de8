// atome run
#include <fstream>
#include <iostream>

#include "emulation/boards/core.h"
#include "emulation/machine/machine.h"
#include "emulation/scene/scene_text.h"
#include "harness/base/file.h"
#include "harness/base/table.h"
#include "harness/base/text.h"
#include "harness/commands/command.h"
#include "harness/cycles/profile_output.h"
#include "harness/model/model.h"
#include "harness/run/firmware_runner.h"
#include "harness/run/target.h"

namespace atome::harness {
namespace {

struct RunArguments {
  std::string elf;
  std::string core;
  std::string board;
  std::string runner = "unicorn";
  std::string command_line;
  TimeLimit time_limit;
  uint64_t instruction_limit = 20'000'000'000;
  bool profile = false;
  std::string folded;
  std::string cycles = "operands";
};

// The core that --core or --board names; the error names the known ones.
Result<Target> TargetOf(const RunArguments& arguments) {
  if (arguments.core.empty() && arguments.board.empty())
    return Bad("give the --core or --board that the firmware is built for");
  const auto list = [](const std::string& name) {
    return name.empty() ? std::vector<std::string>{} : std::vector<std::string>{name};
  };
  const Result<std::vector<Target>> targets = ParseTargets(list(arguments.core), list(arguments.board));
  if (!targets.ok()) return targets.error();
  if (targets->size() != 1) return Bad("--board all works only with atome cycles; name one board");
  return targets->front();
}

// Prints the table on stderr and writes the stacks to their file. Returns an error message, or nothing.
std::string ShowProfile(const RunArguments& arguments, const emulation::RunResult& result) {
  if (!result.profile) return {};
  if (arguments.profile) std::cerr << "\n" << FormatText(FlatProfile(*result.profile)) << "\n";
  if (arguments.folded.empty()) return {};
  std::ofstream file(arguments.folded, std::ios::binary);
  file << FoldedStacks(*result.profile);
  file.close();
  return file ? "" : StrCat("cannot write ", arguments.folded);
}

int RunFirmware(const RunArguments& arguments) {
  const Result<Target> target = TargetOf(arguments);
  if (!target.ok()) return UsageError(target.error().message);
  const emulation::Core* core = target->core;
  const bool profile = arguments.profile || !arguments.folded.empty();
  if (profile && arguments.runner == "qemu")
    return UsageError("a profile needs --runner unicorn, because QEMU does not show calls");
  const emulation::Machine& machine =
      arguments.runner == "qemu" ? emulation::QemuMachine() : emulation::UnicornMachine();
  Result<std::string> elf = ReadFile(arguments.elf);
  if (!elf.ok()) return UsageError(elf.error().message);

  emulation::RunRequest request;
  request.elf = *std::move(elf);
  request.elf_name = arguments.elf;
  request.core = core;
  request.board = target->board;
  request.cycle_basis =
      arguments.cycles == "blocks" ? emulation::CycleBasis::kBlocks : emulation::CycleBasis::kOperands;
  if (profile) request.profile = emulation::ProfileWindow{};
  request.command_line = arguments.command_line;
  request.time_limit = arguments.time_limit.Get();
  request.instruction_limit = emulation::Instructions{arguments.instruction_limit};
  const emulation::RunResult result = machine.Run(request);

  std::cout << result.output << std::flush;
  if (!result.output.empty() && !result.output.ends_with('\n')) std::cerr << "\n";
  if (!machine.Note(*core).empty())
    std::cerr << "atome: " << core->title << " in " << machine.name() << ": " << machine.Note(*core) << "\n";
  std::string counted = result.instructions ? StrCat(Grouped(Count(*result.instructions)), " instructions")
                                            : "instructions not counted";
  if (result.cycles) StrAppend(&counted, ", ", Grouped(Count(*result.cycles)), " modelled cycles");
  if (result.cycles && result.cycles_depend_on_data && result.cycle_basis == emulation::CycleBasis::kBlocks)
    counted += " (by blocks alone)";
  if (result.stack_bytes) StrAppend(&counted, ", ", Grouped(*result.stack_bytes), " bytes of stack");
  const std::string unwritten = ShowProfile(arguments, result);
  if (!unwritten.empty()) UsageError(unwritten);
  switch (result.outcome) {
    case emulation::Outcome::kExited:
      std::cerr << "atome: exit code " << result.exit_code << ", " << counted << "\n";
      // A profile that cannot be written must not hide the firmware's own failure.
      if (result.exit_code == 0 && !unwritten.empty()) return kUsage;
      return result.exit_code == 0 ? kPass : kFailed;
    case emulation::Outcome::kRejected:
    case emulation::Outcome::kToolMissing:
      return UsageError(result.message);
    default:
      std::cerr << "atome: " << arguments.elf << ": ";
      if (result.scene)
        std::cerr << "\n\n" << Paragraph(result.message, *result.scene) << "\n";
      else
        std::cerr << DescribeFailure(result) << "\n";
      std::cerr << "atome: " << counted << "\n";
      return kCellCrashed;
  }
}

void Declare(Options& options, RunArguments* arguments) {
  options.Text("FIRMWARE", &arguments->elf, "ELF file").Required();
  options.Text("--core", &arguments->core, "m0, m0plus, m3, m4, m4f, m7");
  options.Text("--board", &arguments->board,
               "Board instead of a bare core, with its memories and wait states, as in emulation/README.md");
  options.Word("--runner", &arguments->runner, {"unicorn", "qemu"}, "unicorn or qemu");
  options.Text("--args", &arguments->command_line, "The firmware's command line");
  arguments->time_limit.AddTo(options);
  options.Count("--instruction-limit", &arguments->instruction_limit, 0, UINT64_MAX,
                "Most instructions to execute");
  options.Word("--cycles", &arguments->cycles, {"operands", "blocks"},
               "Basis of modelled cycles: operands, or blocks alone, which is all that QEMU shows");
  options.Flag("--profile", &arguments->profile, "Print cycles by function on stderr");
  options.Text("--folded", &arguments->folded, "File for call chains and their cycles, for flame graphs");
  options.Footer(
      "Example: atome run build/firmware/m3/atome_60k-f32.elf --core m3 --runner qemu\n"
      "Exit code 0 when the firmware's is 0, 1 when it is not, 4 on a fault or limit.");
}

}  // namespace

void AddRun(Program& program) {
  program.Add("run",
              "Run any semihosting firmware; its output goes to stdout, instructions and exit code to stderr",
              Declare, RunFirmware);
}

}  // namespace atome::harness
