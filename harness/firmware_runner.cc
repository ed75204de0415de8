#include "harness/firmware_runner.h"

#include "harness/firmware_answer.h"
#include "harness/firmware_store.h"
#include "harness/text.h"

namespace atome::harness {
namespace {

constexpr size_t kCommandLineBytes = 2047;  // engine/firmware/protocol.md

ExecutionStatus StatusOf(emulation::Outcome outcome) {
  switch (outcome) {
    case emulation::Outcome::kToolMissing:
      return ExecutionStatus::kMissing;
    case emulation::Outcome::kRejected:
      return ExecutionStatus::kRefused;
    default:
      return ExecutionStatus::kCrashed;
  }
}

// Each step lies between two arrivals at the mark. Without exactly two a step nothing is assigned.
void AssignInstructions(const std::vector<emulation::Mark>& marks, std::vector<CaseExecution>* cases) {
  size_t steps = 0, next = 0;
  for (const CaseExecution& each : *cases) steps += each.steps.size();
  if (marks.size() != 2 * steps) return;
  for (CaseExecution& each : *cases) {
    for (Step& step : each.steps) {
      step.instructions = Count(marks[next + 1].instructions) - Count(marks[next].instructions);
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

Execution FirmwareRunner::Run(const Model& model, const Task& task) const {
  Execution result;
  result.status = ExecutionStatus::kRefused;
  Result<Firmware> firmware = FindFirmware(model, core_.name, task.taps);
  if (!firmware.ok()) {
    if (firmware.missing()) result.status = ExecutionStatus::kMissing;
    result.message = firmware.error().message;
    return result;
  }
  result.build = firmware->name;
  result.build_sha256 = Sha256Hex(firmware->elf);

  emulation::RunRequest request;
  request.elf = std::move(firmware->elf);
  request.elf_name = firmware->name;
  request.core = &core_;
  request.time_limit = time_limit_;
  request.command_line = FirmwareRequest(task, model.config.vocab_size);
  if (request.command_line.size() > kCommandLineBytes) {
    result.message = StrCat("the prompts make a request of ", request.command_line.size(),
                            " bytes, the firmware takes ", kCommandLineBytes, "; give fewer or shorter ones");
    return result;
  }

  emulation::RunResult run = machine_.Run(request);
  if (run.outcome != emulation::Outcome::kExited) {
    result.status = StatusOf(run.outcome);
    result.message = DescribeFailure(run);
    return result;
  }
  Result<FirmwareAnswer> answer = ParseAnswer(run.output);
  if (!answer.ok()) {
    result.status = ExecutionStatus::kCrashed;
    result.message = StrCat(result.build, ": ", answer.error().message);
    return result;
  }
  result.state_bytes = answer->state_bytes;
  const std::string lack = WhyIncomplete(*answer, task, model.config.vocab_size);
  result.cases = std::move(answer->cases);
  AssignInstructions(run.marks, &result.cases);
  if (run.instructions.has_value()) result.instructions_total = Count(*run.instructions);
  if (!answer->status.has_value()) {
    result.status = ExecutionStatus::kCrashed;
    result.message = StrCat(result.build, ": its output ends early, exit code ", run.exit_code);
  } else if (run.exit_code != (*answer->status == ATOME_OK ? 0 : 1)) {
    result.status = ExecutionStatus::kCrashed;
    result.message =
        StrCat(result.build, ": ends with status ", *answer->status, " but exit code ", run.exit_code);
  } else if (*answer->status != ATOME_OK) {
    if (*answer->status == ATOME_ERROR_NON_FINITE) result.status = ExecutionStatus::kFailed;
    const auto status = static_cast<atome_status>(*answer->status);
    result.message = StrCat(model.path, " on ", core_.title, ": ", atome_status_text(status), result.Place(),
                            " (", answer->error, ")");
    if (status == ATOME_ERROR_MEMORY) {
      StrAppend(&result.message, "; the core has ", core_.ram_bytes, " bytes of RAM; give a smaller max_seq");
    }
  } else if (!lack.empty()) {
    result.status = ExecutionStatus::kCrashed;
    result.message = StrCat(result.build, ": its answer is not whole: ", lack);
  } else {
    result.status = ExecutionStatus::kComplete;
  }
  return result;
}

}  // namespace atome::harness
