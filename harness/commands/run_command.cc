// atome run
#include <iostream>

#include "emulation/core.h"
#include "emulation/machine.h"
#include "harness/commands/command.h"
#include "harness/firmware_runner.h"
#include "harness/model.h"
#include "harness/table.h"
#include "harness/text.h"

namespace atome::harness {
namespace {

struct Arguments {
  std::string elf;
  std::string core;
  std::string runner = "unicorn";
  std::string command_line;
  TimeLimit time_limit;
  uint64_t instruction_limit = 20'000'000'000;
};

int RunFirmware(const Arguments& arguments) {
  const emulation::Core* core = emulation::FindCore(arguments.core);
  if (core == nullptr) {
    std::vector<std::string_view> known;
    for (const emulation::Core& each : emulation::Cores()) known.push_back(each.name);
    return UsageError(
        fmt::format("unknown core \"{}\"; known are {}", arguments.core, fmt::join(known, ", ")));
  }
  const emulation::Machine& machine =
      arguments.runner == "qemu" ? emulation::QemuMachine() : emulation::UnicornMachine();
  Result<std::string> elf = ReadFile(arguments.elf);
  if (!elf.ok()) return UsageError(elf.error().message);

  emulation::RunRequest request;
  request.elf = *std::move(elf);
  request.elf_name = arguments.elf;
  request.core = core;
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
  if (result.stack_bytes) StrAppend(&counted, ", ", Grouped(*result.stack_bytes), " bytes of stack");
  switch (result.outcome) {
    case emulation::Outcome::kExited:
      std::cerr << "atome: exit code " << result.exit_code << ", " << counted << "\n";
      return result.exit_code == 0 ? kPass : kFailed;
    case emulation::Outcome::kRejected:
    case emulation::Outcome::kToolMissing:
      return UsageError(result.message);
    default:
      std::cerr << "atome: " << arguments.elf << ": " << DescribeFailure(result) << "\n";
      std::cerr << "atome: " << counted << "\n";
      return kCellCrashed;
  }
}

}  // namespace

void AddRun(CLI::App& app, int* exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* run = app.add_subcommand(
      "run", "Run any semihosting firmware; its output goes to stdout, instructions and exit code to stderr");
  run->add_option("FIRMWARE", arguments->elf, "ELF file")->required();
  run->add_option("--core", arguments->core, "m0, m0plus, m3, m4, m4f, m7")->required();
  run->add_option("--runner", arguments->runner, "unicorn or qemu")
      ->check(CLI::IsMember({"unicorn", "qemu"}))
      ->capture_default_str();
  run->add_option("--args", arguments->command_line, "What the firmware gets as its command line");
  arguments->time_limit.AddTo(run);
  run->add_option("--instruction-limit", arguments->instruction_limit, "Instructions")->capture_default_str();
  run->footer(
      "Example: atome run build/firmware/m3/atome_60k-f32.elf --core m3 --runner qemu\n"
      "Exit code 0 when the firmware's is 0, 1 when it is not, 4 on a fault or limit.");
  run->callback([arguments, exit_code] { *exit_code = RunFirmware(*arguments); });
}

}  // namespace atome::harness
