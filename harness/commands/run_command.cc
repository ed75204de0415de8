// atome run
#include <unistd.h>

#include <iostream>
#include <optional>

#include "emulation/base/printable.h"
#include "emulation/boards/core.h"
#include "emulation/gdb/server.h"
#include "emulation/machine/machine.h"
#include "emulation/probe/probe_machine.h"
#include "emulation/scene/scene_text.h"
#include "harness/base/file.h"
#include "harness/base/text.h"
#include "harness/commands/analysis_options.h"
#include "harness/commands/boards_option.h"
#include "harness/commands/chip_options.h"
#include "harness/commands/command.h"
#include "harness/commands/host_options.h"
#include "harness/commands/image_options.h"
#include "harness/commands/probe_options.h"
#include "harness/commands/progress.h"
#include "harness/commands/report_option.h"
#include "harness/commands/run_output.h"
#include "harness/report/command_line.h"
#include "harness/run/firmware_cell.h"
#include "harness/run/firmware_runner.h"
#include "harness/run/target.h"

namespace atome::harness {
namespace {

struct RunArguments {
  std::string elf;
  std::string core;
  std::string board;
  BoardsOption more_boards;
  std::string runner = "unicorn";
  std::string command_line;
  LimitOptions limits;
  uint64_t instruction_limit = 20'000'000'000;
  ImageOptions image;
  ChipOptions chip;
  AnalysisOptions analysis;
  HostOptions host;
  std::string faults = "handle";
  bool strict = false;
  std::string cycles = "operands";
  std::string exit_code = "outcome";
  std::string format = "text";
  ProbeOptions probe;
  ReportOption report;
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
  Target target = targets->front();
  if (const std::string why = arguments.chip.Apply(&target); !why.empty()) return Bad(why);
  return target;
}

// What the options ask for that --runner probe cannot do; empty when it can do all.
std::string WhyNotOnProbe(const RunArguments& arguments) {
  if (arguments.runner != "probe")
    return arguments.probe.reset().empty() ? "" : "--reset is of --runner probe; add it, or leave it out";
  if (arguments.probe.gdb().empty())
    return "--runner probe needs --gdb HOST:PORT, where a GDB server listens (emulation/probe/README.md)";
  if (!arguments.chip.Detail().empty() || !arguments.host.Detail().empty() || arguments.cycles == "blocks" ||
      arguments.faults == "stop")
    return "--clock, --multiply, --files, --stdin, --console, --cycles and --faults are of emulators; leave "
           "them "
           "out with --runner probe";
  return {};
}

// The port that the emulator waits for GDB on, when it is asked to. The error says what is wrong.
Result<std::optional<uint16_t>> ServerPort(const RunArguments& arguments) {
  if (arguments.probe.gdb().empty() || arguments.runner == "probe") return std::optional<uint16_t>();
  if (arguments.runner == "qemu")
    return Bad("--gdb needs --runner unicorn; QEMU has a server of its own: qemu-system-arm -S -gdb");
  const std::optional<uint32_t> port = Number(arguments.probe.gdb());
  if (!port || *port > 65535)
    return Bad(StrCat(
        "--gdb ", arguments.probe.gdb(),
        ": give a port from 0 to 65535, on which the emulator waits for GDB; or --runner probe, to ask "
        "the GDB server at an address"));
  return std::optional<uint16_t>(static_cast<uint16_t>(*port));
}

// Returns an error message, or nothing.
std::string WriteReport(const RunArguments& arguments, const emulation::Machine& machine,
                        const emulation::RunRequest& request, const emulation::RunResult& result) {
  std::vector<std::string> options;
  if (!arguments.command_line.empty()) options.push_back(StrCat("args ", arguments.command_line));
  if (const std::string chip = arguments.chip.Detail(); !chip.empty()) options.push_back(chip);
  if (const std::string host = arguments.host.Detail(); !host.empty()) options.push_back(host);
  if (const std::string image = arguments.image.Detail(); !image.empty()) options.push_back(image);
  if (arguments.cycles == "blocks") options.push_back("by blocks");
  if (arguments.faults == "stop") options.push_back("faults stop");
  if (arguments.strict) options.push_back("strict");
  report::Cell cell = CellOfRun(machine, request, result, Join(options, ", "));
  report::CommandLine line("run");
  line.Path(arguments.elf).Option("--core", arguments.core).Option("--board", arguments.board);
  if (arguments.runner != "unicorn") line.Option("--runner", arguments.runner);
  if (arguments.runner == "probe") arguments.probe.AddTo(&line);
  line.Option("--args", arguments.command_line);
  if (arguments.cycles == "blocks") line.Option("--cycles", arguments.cycles);
  if (arguments.faults == "stop") line.Option("--faults", arguments.faults);
  if (arguments.strict) line.Word("--strict");
  line.Option("--mark", Join(arguments.analysis.between(), ","));
  arguments.chip.AddTo(&line);
  arguments.host.AddTo(&line);
  arguments.image.AddTo(&line);
  arguments.more_boards.AddTo(&line);
  cell.command = line.text();
  return arguments.report.Write(arguments.report.ReportOf({std::move(cell)}, {&machine}));
}

// What the firmware printed: its bytes, and on a terminal what of them is harmless there.
void Show(std::string_view output) {
  if (isatty(STDOUT_FILENO) == 0) {
    std::cout << output << std::flush;
    return;
  }
  static emulation::TerminalText terminal;  // a character may come in parts
  for (const char byte : output) {
    if (byte != '\r') std::cout << terminal.Feed(static_cast<uint8_t>(byte));
  }
  std::cout << std::flush;
}

int RunFirmware(const RunArguments& arguments) {
  if (const std::string why = arguments.more_boards.Load(); !why.empty()) return UsageError(why);
  const Result<Target> target = TargetOf(arguments);
  if (!target.ok()) return UsageError(target.error().message);
  const emulation::Core* core = target->core;
  if (const std::string why = arguments.analysis.WhyNot(arguments.runner, *core); !why.empty())
    return UsageError(why);
  if (const std::string why = arguments.host.WhyNot(arguments.runner, *target); !why.empty())
    return UsageError(why);
  if (const std::string why = WhyNotOnProbe(arguments); !why.empty()) return UsageError(why);
  const Result<std::optional<uint16_t>> gdb_port = ServerPort(arguments);
  if (!gdb_port.ok()) return UsageError(gdb_port.error().message);
  if (arguments.strict && (arguments.runner != "unicorn" || target->board == nullptr))
    return UsageError("--strict needs --runner unicorn and a --board, whose peripherals it is about");
  if (arguments.chip.multiply_cycles() != 0 && arguments.runner == "qemu")
    return UsageError("--multiply needs --runner unicorn");
  const emulation::ProbeMachine probe(arguments.probe.gdb(), arguments.probe.reset());
  const emulation::Machine& machine = arguments.runner == "probe"  ? probe
                                      : arguments.runner == "qemu" ? emulation::QemuMachine()
                                                                   : emulation::UnicornMachine();
  Result<std::string> file = ReadFile(arguments.elf);
  if (!file.ok()) return UsageError(file.error().message);

  emulation::RunRequest request;
  request.elf_name = arguments.elf;
  request.core = core;
  request.board = target->board;
  if (const std::string why = arguments.image.Apply(*std::move(file), &request); !why.empty())
    return UsageError(why);
  request.cycle_basis =
      arguments.cycles == "blocks" ? emulation::CycleBasis::kBlocks : emulation::CycleBasis::kOperands;
  arguments.analysis.Apply(&request);
  if (const std::string why = arguments.host.Apply(&request); !why.empty()) return UsageError(why);
  request.fault_handlers = arguments.faults == "handle";
  request.strict_peripherals = arguments.strict;
  request.multiply_cycles = arguments.chip.multiply_cycles();
  request.command_line = arguments.command_line;
  request.time_limit = arguments.limits.Get().time;
  request.memory_limit_bytes = arguments.limits.Get().memory_bytes;
  request.instruction_limit = emulation::Instructions{arguments.instruction_limit};
  const bool text = arguments.format == "text";
  std::unique_ptr<emulation::gdb::Server> debugger;
  if (*gdb_port) {
    std::string why;
    debugger = emulation::gdb::Server::Listen(
        **gdb_port, core->has_fpu,
        [text](std::string_view output) {
          if (text) Show(output);
        },
        why);
    if (debugger == nullptr) return UsageError(StrCat("--gdb: ", why));
    request.debugger = debugger.get();
    std::cerr << "atome: waits in front of the first instruction; type: gdb-multiarch " << arguments.elf
              << " -ex 'target remote :" << debugger->port() << "'" << std::endl;
  }
  std::optional<Progress> progress;
  if (debugger == nullptr) progress.emplace("running");  // with one the program's output comes as it runs
  const emulation::RunResult result = machine.Run(request);
  progress.reset();

  const size_t printed = debugger != nullptr ? debugger->printed() : 0;
  if (text)
    Show(std::string_view(result.output).substr(printed));
  else
    std::cout << RunJson(arguments.elf, arguments.analysis.between(), *core, result) << std::flush;
  if (text && !result.output.empty() && !result.output.ends_with('\n')) std::cerr << "\n";
  if (!machine.Note(*core).empty())
    Tell(StrCat(core->title, " in ", machine.name(), ": ", machine.Note(*core)));
  const std::string counted = CountsText(*core, result);
  std::string unwritten = arguments.analysis.Show(request, result);
  if (unwritten.empty() && arguments.report.given())
    unwritten = WriteReport(arguments, machine, request, result);
  if (!unwritten.empty()) UsageError(unwritten);
  if (!result.unknown_peripherals.empty() && text && !arguments.strict)
    std::cerr << PeripheralText(result.unknown_peripherals);
  // That of a run which ended in it is told below.
  if (text && !result.fault) std::cerr << HandledFaultsText(result);
  for (const std::string& lack : result.not_modelled) Tell(StrCat("not modelled: ", lack));
  if (result.between && text) Tell(BetweenText(arguments.analysis.between(), *result.between));
  switch (result.outcome) {
    case emulation::Outcome::kExited:
      if (text && result.scene)
        std::cerr << "atome: the firmware's handler of this fault ended the run:\n\n"
                  << Paragraph(OneLine(*result.fault), *result.scene) << "\n";
      Tell(StrCat("exit code ", result.exit_code, ", ", counted));
      // A profile that cannot be written must not hide the firmware's own failure.
      if (result.exit_code == 0 && !unwritten.empty()) return kUsage;
      if (arguments.exit_code == "firmware" && result.exit_code != 0)
        return (result.exit_code & 0xFF) != 0 ? result.exit_code & 0xFF : kFailed;
      return result.exit_code == 0 ? kPass : kFailed;
    case emulation::Outcome::kEnded:
      Tell(StrCat(result.message, ", ", counted));
      return kPass;
    case emulation::Outcome::kRejected:
    case emulation::Outcome::kToolMissing:
      return UsageError(result.message);
    default:
      std::cerr << "atome: " << emulation::Printable(arguments.elf) << ": ";
      if (result.scene)
        std::cerr << "\n\n" << Paragraph(result.message, *result.scene) << "\n";
      else
        std::cerr << DescribeFailure(result) << "\n";
      Tell(counted);
      return kCellCrashed;
  }
}

void Declare(Options& options, RunArguments* arguments) {
  options.Text("FIRMWARE", &arguments->elf, "ELF, Intel HEX, UF2 or raw (.bin) file").Required();
  options.Text("--core", &arguments->core, KnownCores()).Offer(CoreNames());
  options
      .Text("--board", &arguments->board,
            "Board instead of a bare core, with its memories and wait states, as in emulation/README.md")
      .Offer(BoardNames());
  arguments->more_boards.AddTo(options);
  arguments->image.AddTo(options);
  options.Word("--runner", &arguments->runner, {"unicorn", "qemu", "probe"},
               "unicorn, qemu, or probe: a connected board");
  options.Text("--args", &arguments->command_line, "The firmware's command line");
  arguments->host.AddTo(options);
  arguments->limits.AddTo(options);
  options.Count("--instruction-limit", &arguments->instruction_limit, 0, UINT64_MAX,
                "Most instructions to execute");
  options.Word("--cycles", &arguments->cycles, {"operands", "blocks"},
               "Basis of modelled cycles: operands, or blocks alone, which is all that QEMU shows");
  arguments->probe.AddTo(
      options,
      "; with --runner unicorn: PORT of this host on which to wait for GDB, which then steps and "
      "stops the run, 0 a free one");
  arguments->chip.AddTo(options);
  arguments->analysis.AddTo(options);
  arguments->report.AddTo(options);
  options.Flag(
      "--strict", &arguments->strict,
      "Fault on registers of a board's peripherals that no model has; else they read 0, listed at the end");
  options.Word("--faults", &arguments->faults, {"handle", "stop"},
               "handle: the firmware's own fault handlers run; stop: the first fault ends the run");
  options.Word("--format", &arguments->format, {"text", "json"},
               "text: the firmware's output alone on stdout; json: its output, counts and outcome");
  options.Word(
      "--exit-code", &arguments->exit_code, {"outcome", "firmware"},
      "What this program exits with when the firmware does: 1 for every failure, or the firmware's own "
      "code (its low byte; 1 when that is 0)");
  options.Footer(
      "Example: atome run build/firmware/m3/atome_60k-f32.elf --core m3 --runner qemu\n"
      "Exit code 0 when the firmware's is 0, 1 when it is not, 4 on a fault or limit.");
}

}  // namespace

void AddRun(Program& program) {
  program.Add("run", "Run any semihosting firmware; show its output and where it fails", Declare,
              RunFirmware);
}

}  // namespace atome::harness
