#include "harness/run/firmware_runner.h"

#include "harness/base/file.h"
#include "harness/base/text.h"
#include "harness/run/firmware_answer.h"

namespace atome::harness {
namespace {

// The limits of engine/firmware/protocol.md.
constexpr size_t CommandLineBytes(Variant variant, FirmwareBuild build) {
  return variant == Variant::kQ15Kv8 || build == FirmwareBuild::kSize ? 511 : 2047;
}

Outcome OutcomeOf(emulation::Outcome outcome) {
  switch (outcome) {
    case emulation::Outcome::kToolMissing:
      return Outcome::kMissing;
    case emulation::Outcome::kRejected:
      return Outcome::kError;
    default:
      return Outcome::kCrashed;
  }
}

// Each step lies between two arrivals at the mark. Nothing is assigned unless there are exactly two a step.
void AssignCounts(const std::vector<emulation::Mark>& marks, Execution* execution) {
  size_t steps = 0, next = 0;
  for (const CaseExecution& each : execution->cases) steps += each.steps.size();
  if (marks.size() != 2 * steps) {
    execution->no_step_counts =
        marks.empty() ? "the firmware does not call atome_mark" : "the firmware's marks are not two a step";
    return;
  }
  for (CaseExecution& each : execution->cases) {
    for (Step& step : each.steps) {
      const emulation::Mark &begin = marks[next], &end = marks[next + 1];
      step.instructions = Count(end.instructions) - Count(begin.instructions);
      if (begin.cycles && end.cycles) step.cycles = Count(*end.cycles) - Count(*begin.cycles);
      next += 2;
    }
  }
}

}  // namespace

std::string DescribeFailure(const emulation::RunResult& run) {
  if (!run.fault.has_value()) return run.message;
  return fmt::format("{} at pc {:#010x}, {}: {}", run.fault->kind, run.fault->pc, run.fault->symbol,
                     run.fault->cause);
}

FirmwareRun RunFirmware(const emulation::Machine& machine, const emulation::Core& core,
                        const Firmware& firmware, const Model& model, const Task& task,
                        const FirmwareOptions& options) {
  FirmwareRun both;
  Execution& result = both.execution;
  result.outcome = Outcome::kError;
  result.build = firmware.name;
  result.build_sha256 = Sha256Hex(firmware.elf);
  result.build_note = firmware.Note();
  result.no_cycles = core.no_cycles;

  emulation::RunRequest request;
  request.elf = firmware.elf;
  request.elf_name = firmware.name;
  request.core = &core;
  request.board = options.board;
  request.multiply_cycles = options.multiply_cycles;
  request.time_limit = options.limits.time;
  request.memory_limit_bytes = options.limits.memory_bytes;
  request.cycle_basis = options.cycle_basis;
  request.profile = options.profile;
  request.flips = options.flips;
  if (options.instruction_limit) request.instruction_limit = *options.instruction_limit;
  request.fault_handlers = options.is_given;  // ours only says where; the machine explains
  request.command_line = FirmwareRequest(task, model.config.vocab_size);
  if (!options.is_given && request.command_line.size() > CommandLineBytes(task.variant, firmware.build)) {
    result.message = StrCat("the prompts make a request of ", request.command_line.size(),
                            " bytes, but the firmware takes ", CommandLineBytes(task.variant, firmware.build),
                            "; give fewer or shorter ones");
    return both;
  }

  both.machine = machine.Run(request);
  const emulation::RunResult& run = both.machine;
  if (run.outcome != emulation::Outcome::kExited) {
    result.outcome = OutcomeOf(run.outcome);
    result.message = DescribeFailure(run) + HowFar(run.output);
    return both;
  }
  const FirmwareAnswer answer = TakeAnswer(run.output, run.exit_code, model, task, core.title, &result);
  if (answer.status == ATOME_ERROR_MEMORY)
    StrAppend(&result.message, "; the core has ", core.ram_bytes, " bytes of RAM; give a smaller max_seq");
  if (options.is_given && !(answer.banner && answer.banner->taps))
    result.no_taps = "the firmware has no taps";
  if (!result.cases.empty()) AssignCounts(run.marks, &result);
  if (run.instructions) result.instructions_total = Count(*run.instructions);
  if (run.cycles) result.cycles_total = Count(*run.cycles);
  result.cycles_by_operands = run.cycle_basis == emulation::CycleBasis::kOperands;
  result.cycles_depend_on_data = run.cycles_depend_on_data;
  if (result.outcome != Outcome::kPass && run.fault.has_value())
    StrAppend(&result.message, "; ", DescribeFailure(run));
  return both;
}

Execution FirmwareRunner::Run(const Model& model, const Task& task) const {
  const Result<Firmware> firmware =
      FindFirmware(model, core_.name, task.taps, task.variant, build_, specialise_);
  if (firmware.ok())
    return RunFirmware(machine_, core_, *firmware, model, task, {.limits = limits_, .profile = {}}).execution;
  Execution refused;
  refused.outcome = firmware.missing() ? Outcome::kMissing : Outcome::kError;
  refused.message = firmware.error().message;
  return refused;
}

Execution GivenFirmwareRunner::Run(const Model& model, const Task& task) const {
  return RunFirmware(machine_, core_, *firmware_, model, task,
                     {.limits = limits_, .is_given = true, .profile = {}})
      .execution;
}

}  // namespace atome::harness
