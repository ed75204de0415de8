// Runs firmware in qemu-system-arm and turns what happened into a result.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <iterator>
#include <optional>
#include <string>

#include "emulation/base/hex.h"
#include "emulation/base/printable.h"
#include "emulation/base/subprocess.h"
#include "emulation/machine/machine.h"
#include "emulation/machine/prepare.h"
#include "emulation/qemu/qemu_diagnosis.h"
#include "emulation/qemu/qemu_launch.h"
#include "emulation/qemu/shared_tally.h"
#include "emulation/scene/fault.h"
#include "emulation/thumb/decode.h"

namespace atome::emulation {
namespace {

// What GLib says when QEMU may take no more memory, and what QEMU says itself.
constexpr std::string_view kNoMemory[] = {"failed to allocate", "Cannot allocate memory"};

std::string LastLine(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  const size_t newline = text.rfind('\n');
  return Printable(newline == std::string_view::npos ? text : text.substr(newline + 1));
}

// Whether QEMU's last words are about memory. The program's own output is in front of them.
bool LacksMemory(std::string_view output) {
  constexpr size_t kLastWords = 512;
  const std::string_view last = output.substr(output.size() - std::min(output.size(), kLastWords));
  return std::ranges::any_of(
      kNoMemory, [last](std::string_view words) { return last.find(words) != std::string_view::npos; });
}

class Qemu : public Machine {
 public:
  std::string_view name() const override { return "qemu"; }
  std::string_view Note(const Core& core) const override { return core.qemu_note; }
  std::string Version() const override;
  RunResult Run(const RunRequest& request) const override;
};

// The first line that `qemu-system-arm --version` prints.
std::string Qemu::Version() const {
  std::string message;
  const std::optional<QemuTools> tools = FindQemuTools(message);
  if (!tools) return "";
  const SubprocessResult process =
      RunSubprocess({.arguments = {tools->qemu, "--version"},
                     .deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10)});
  return Printable(std::string_view(process.log).substr(0, process.log.find('\n')));
}

// The outcome as far as one run shows it. `facts` when the guest faulted; `unclear` when a traced run would
// tell where and why.
struct Ending {
  RunResult result;
  std::optional<FaultFacts> facts;
  bool unclear = false;
};

// A cause of an endless wait, and the remedy; empty where it cannot be that.
std::string WithoutClocks(const RunRequest& request) {
  if (QemuMachineOf(request) == request.core->qemu_machine) return {};
  return "; QEMU's " + std::string(request.board->name) +
         " has no clock registers: a program that waits for its clocks needs --runner unicorn";
}

Ending Interpret(const QemuLaunch& launch, const SubprocessResult& process, const SharedTally& tally) {
  using End = SubprocessResult::End;
  const volatile PluginTally& plugin = tally.get();
  const RunRequest& request = launch.request;
  Ending ending;
  RunResult& result = ending.result;
  result.output = process.output;
  const auto finish = [&](Outcome outcome, std::string message) {
    result.outcome = outcome;
    result.message = std::move(message);
  };
  const auto fault = [&](FaultFacts facts, bool unclear) {
    result.outcome = Outcome::kFault;
    ending.facts = facts;
    ending.unclear = unclear;
  };

  if (process.end == End::kNotStarted) {
    finish(Outcome::kToolMissing, process.error);
    return ending;
  }
  if (plugin.state == PluginState::kNotStarted) {
    if (process.end == End::kDeadline) {
      finish(Outcome::kTimeLimit, "stopped after " + std::to_string(request.time_limit.count()) + " ms");
    } else {
      finish(Outcome::kCrashed, "QEMU ended before the firmware began: " + LastLine(process.log));
    }
    return ending;
  }
  if (plugin.state == PluginState::kConfinementFailed) {
    finish(Outcome::kToolMissing, "refusing to run the firmware unconfined: " + Printable(tally.Message()));
    return ending;
  }
  result.instructions = Instructions{plugin.instructions};
  result.marks = tally.Marks(request.core->has_cycles());
  if (plugin.has_cycles != 0) result.cycles = Cycles{plugin.cycles};
  result.cycles_depend_on_data = plugin.depends_on_data != 0;
  result.exceptions_untimed = plugin.exceptions != 0;
  const std::string in = " in " + launch.prepared.image->Symbolise(plugin.block);

  if (plugin.state == PluginState::kInstructionLimit) {
    finish(
        Outcome::kInstructionLimit,
        "stopped at the limit of " + std::to_string(Count(request.instruction_limit)) + " instructions" + in);
  } else if (plugin.state == PluginState::kMarkLimit) {
    fault({.kind = FaultKind::kMarkLimit, .pc = plugin.block}, false);
  } else if (plugin.state == PluginState::kCodeLimit) {
    fault({.kind = FaultKind::kCodeLimit, .pc = plugin.block}, false);
  } else if (plugin.state == PluginState::kNeverExecutable) {
    fault({.kind = FaultKind::kUnmappedFetch, .pc = plugin.block, .address = plugin.target}, true);
  } else if (plugin.state == PluginState::kFaultHandler) {
    fault({.pc = plugin.block}, true);
  } else if (process.end == End::kDeadline) {
    finish(Outcome::kTimeLimit, "stopped after " + std::to_string(request.time_limit.count()) + " ms" + in +
                                    WithoutClocks(request));
  } else if (process.end == End::kGaveUp) {
    fault({.kind = FaultKind::kSleep, .pc = plugin.block}, true);
  } else if (process.end == End::kOutputLimit) {
    // The guest ran ahead of its reader when it was stopped, so the place differs from run to run.
    fault({.kind = FaultKind::kOutputLimit, .pc = plugin.block}, false);
    result.instructions = std::nullopt;
  } else if (plugin.state == PluginState::kShutdown) {
    fault({.kind = FaultKind::kSystemReset, .pc = plugin.block}, false);  // some instructions later
  } else if (process.end == End::kExited) {
    result.outcome = Outcome::kExited;
    result.exit_code = process.code;
  } else if (const std::optional<Abort> abort = ParseAbort(process.output);
             abort && process.code == SIGABRT) {
    result.output.resize(abort->offset);
    if (abort->unsupported_semihosting) {
      fault({.kind = FaultKind::kSemihosting,
             .pc = abort->pc.value_or(plugin.block),
             .address = abort->unsupported_semihosting},
            false);
      result.instructions = Instructions{plugin.instructions - 1};  // BKPT ends its block
    } else {
      fault({.pc = abort->pc.value_or(plugin.block)}, true);
    }
  } else if (LacksMemory(process.output)) {
    fault({.kind = FaultKind::kMemoryLimit, .pc = plugin.block}, false);
    result.instructions = std::nullopt;
  } else {
    finish(Outcome::kCrashed, "QEMU ended by signal " + std::to_string(process.code) + in);
  }
  return ending;
}

// The fault as QEMU says it, refined by what the instruction is.
FaultKind Refined(const FaultFacts& facts, const QemuLaunch& launch) {
  const ElfImage& image = *launch.prepared.image;
  const std::optional<uint16_t> first = image.HalfwordAt(facts.pc);
  if (!first) return facts.kind;
  const uint16_t halfwords[] = {*first, image.HalfwordAt(facts.pc + 2).value_or(0)};
  const thumb::Instruction instruction = thumb::Decode(facts.pc, halfwords);
  switch (facts.kind) {
    case FaultKind::kUnmappedAccess:
      if (instruction.access() == thumb::Access::kLoad) return FaultKind::kUnmappedRead;
      if (instruction.access() == thumb::Access::kStore) return FaultKind::kUnmappedWrite;
      return facts.kind;
    case FaultKind::kUndefinedInstruction:
    case FaultKind::kFpuOff:
      return instruction.Has(thumb::kFpu) && !launch.request.core->has_fpu ? FaultKind::kNoFpu : facts.kind;
    case FaultKind::kSleep:
      return *first == thumb::kSemihostingBreakpoint ? FaultKind::kConsoleInput : facts.kind;
    default:
      return facts.kind;
  }
}

// Runs the program again, which leads to the same fault, to learn its instruction and cause. If the second
// run does not get there, the fault keeps its block's start and no cause.
void Clarify(QemuLaunch launch, const SubprocessResult& first, Ending& ending) {
  launch.trace = true;
  const SharedTally tally;
  if (!tally.valid()) return;
  const SubprocessResult process = launch.Run(tally);
  if (process.end != first.end || process.code != first.code) return;
  FaultFacts& facts = *ending.facts;
  const volatile PluginTally& plugin = tally.get();
  const std::optional<LoggedFault> logged = ParseExceptionLog(process.log);
  // Instructions "begun" in Arm state come after the one that matters.
  const uint32_t skipped = logged ? logged->arm_state_faults : 0;
  if (skipped >= std::size(plugin.last_pc) || plugin.instructions <= skipped) return;
  facts.pc = plugin.last_pc[skipped];
  if (logged && facts.kind == FaultKind::kUnknown) {
    facts.kind = logged->kind;
    facts.address = logged->address;
  }
  facts.kind = Refined(facts, launch);
  if (facts.kind == FaultKind::kArmState) facts.address = plugin.last_pc[skipped - 1];
  const bool branch_done = facts.kind == FaultKind::kArmState || facts.kind == FaultKind::kUnmappedFetch ||
                           facts.kind == FaultKind::kNonSecure;
  ending.result.instructions = Instructions{plugin.instructions - skipped - (branch_done ? 0 : 1)};
}

RunResult Qemu::Run(const RunRequest& request) const {
  const auto deadline = std::chrono::steady_clock::now() + request.time_limit;
  RunResult result;
  if (!request.memories.empty() || request.vectors) {
    result.outcome = Outcome::kRejected;
    result.message =
        "--memory and --vectors need --runner unicorn: the memories of QEMU's machines are fixed, and it "
        "starts at their usual vector table";
    return result;
  }
  const std::optional<Prepared> prepared = Prepare(request, result);
  if (!prepared) return result;
  const std::string machine = QemuMachineOf(request);
  const Core& core = *request.core;
  const bool linked_for_it =
      prepared->map.program_address == core.flash_address && prepared->map.ram().begin == core.ram_address;
  if (machine.empty()) {
    result.outcome = Outcome::kToolMissing;
    result.message = "QEMU has no " + std::string(request.board->title) + ": use --runner unicorn";
    if (linked_for_it)
      result.message += ", or --core " + std::string(core.name) + " without the board, which runs on " +
                        std::string(core.qemu_machine);
    return result;
  }
  if (request.console_input || (request.files && request.files->writable)) {
    result.outcome = Outcome::kRejected;
    result.message = "programs in QEMU have no console input and write no files: use --runner unicorn";
    return result;
  }
  if (request.board == nullptr && !linked_for_it) {
    result.outcome = Outcome::kRejected;
    result.message = request.elf_name + ": QEMU's " + machine + " has its code memory at " +
                     Hex(core.flash_address) + " and RAM at " + Hex(core.ram_address) +
                     ", the image is linked elsewhere: link it there, or use --runner unicorn";
    return result;
  }
  const std::optional<QemuTools> tools = FindQemuTools(result.message);
  const SharedTally tally;
  if (!tools || !tally.valid()) {
    if (tools) result.message = "no memory for the plugin's tally";
    result.outcome = tools ? Outcome::kCrashed : Outcome::kToolMissing;
    return result;
  }
  const QemuLaunch launch{request, *prepared, *tools, deadline};
  const SubprocessResult process = launch.Run(tally);
  Ending ending = Interpret(launch, process, tally);
  if (!ending.facts) return std::move(ending.result);
  if (ending.unclear) Clarify(launch, process, ending);
  ending.result.fault = Explain(*ending.facts, *request.core, prepared->map, *prepared->image);
  ending.result.message = OneLine(*ending.result.fault);
  return std::move(ending.result);
}

}  // namespace

const Machine& QemuMachine() {
  static const Qemu machine;
  return machine;
}

}  // namespace atome::emulation
