#include "harness/run/firmware_cell.h"

#include <filesystem>

#include "harness/base/file.h"
#include "harness/base/text.h"
#include "harness/run/firmware_runner.h"

namespace atome::harness {
namespace {

using report::PartKind;
using report::Quantity;

// A program may arrive at its mark millions of times.
constexpr size_t kMostMarks = 256;

void SetOutcome(const emulation::RunResult& result, report::Cell* cell) {
  switch (result.outcome) {
    case emulation::Outcome::kExited:
      cell->outcome = Outcome::kPass;
      if (result.exit_code != 0)
        cell->Fail(Outcome::kMismatch, StrCat("the firmware's exit code is ", result.exit_code));
      return;
    case emulation::Outcome::kRejected:
      return cell->Fail(Outcome::kError, result.message);
    case emulation::Outcome::kToolMissing:
      return cell->Fail(Outcome::kMissing, result.message);
    default:
      return cell->Fail(Outcome::kCrashed, DescribeFailure(result));
  }
}

void AddMarks(const emulation::RunResult& result, report::Cell* cell) {
  if (result.marks.empty()) return;
  for (size_t k = 0; k < result.marks.size() && k < kMostMarks; ++k) {
    const report::Part mark{PartKind::kMark, fmt::format("arrival {:03}", k + 1)};
    cell->Add(Quantity::kInstructionsBefore, Count(result.marks[k].instructions), mark);
    if (result.marks[k].cycles) cell->Add(Quantity::kCyclesBefore, Count(*result.marks[k].cycles), mark);
  }
  if (result.marks.size() > kMostMarks)
    cell->note = StrCat("of ", result.marks.size(), " arrivals at the mark the first ", kMostMarks);
}

void AddBetween(const emulation::RunRequest& request, const emulation::RunResult::Between& between,
                report::Cell* cell) {
  const report::Part part{PartKind::kMark, StrCat(request.from_symbol, " to ", request.to_symbol)};
  cell->Add(Quantity::kTimes, between.times, part);
  if (between.times == 0) return;
  cell->Add(Quantity::kCyclesMean, static_cast<double>(between.cycles) / static_cast<double>(between.times),
            part);
  cell->Add(Quantity::kCyclesLeast, between.least, part);
  cell->Add(Quantity::kCyclesMost, between.most, part);
}

}  // namespace

report::Cell CellOfRun(const emulation::Machine& machine, const emulation::RunRequest& request,
                       const emulation::RunResult& result, std::string_view options) {
  const std::string file = std::filesystem::path(request.elf_name).filename().string();
  report::Cell cell;
  cell.key = {.kind = report::Kind::kRun,
              .runner = std::string(machine.name()),
              .core = std::string(request.core->name),
              .board = request.board != nullptr ? std::string(request.board->name) : "",
              .model = "",
              .variant = "",
              .build_kind = "",
              .text = "",
              .detail = StrCat(file, options.empty() ? "" : ", ", options)};
  cell.build = file;
  cell.build_sha256 = Sha256Hex(request.elf);
  cell.note = machine.Note(*request.core);
  SetOutcome(result, &cell);
  if (result.outcome == emulation::Outcome::kExited)
    cell.Add(Quantity::kExitCode, static_cast<uint32_t>(result.exit_code));
  else
    cell.unavailable[Quantity::kExitCode] = "the firmware did not exit";
  std::optional<uint64_t> instructions, cycles;
  if (result.instructions) instructions = Count(*result.instructions);
  if (result.cycles) cycles = Count(*result.cycles);
  const bool ran =
      result.outcome != emulation::Outcome::kRejected && result.outcome != emulation::Outcome::kToolMissing;
  const bool real = machine.name() == "probe";
  const std::string uncounted = !ran   ? cell.message
                                : real ? "a core behind a debug probe does not count them"
                                       : "the emulator's end hides them";
  const std::string no_stack = !ran   ? cell.message
                               : real ? "a debug probe does not watch the stack"
                                      : "QEMU does not show the stack";
  cell.AddOr(Quantity::kInstructionsTotal, instructions, uncounted);
  cell.AddOr(Quantity::kCyclesTotal, cycles,
             !request.core->has_cycles() && !real ? std::string(request.core->no_cycles) : uncounted);
  if (cycles)
    cell.Add(Quantity::kCyclesBasis,
             std::string(result.cycle_basis == emulation::CycleBasis::kBlocks ? "blocks" : "operands"));
  cell.AddOr(Quantity::kStackBytes, result.stack_bytes, no_stack);
  cell.AddOr(Quantity::kProcessStackBytes, result.process_stack_bytes,
             result.stack_bytes ? "the firmware did not use PSP" : no_stack);
  AddMarks(result, &cell);
  if (result.between) AddBetween(request, *result.between, &cell);
  return cell;
}

}  // namespace atome::harness
