// atome run
#include <fstream>
#include <iostream>

#include "emulation/boards/core.h"
#include "emulation/machine/machine.h"
#include "emulation/scene/scene_text.h"
#include "harness/base/file.h"
#include "harness/base/json_output.h"
#include "harness/base/table.h"
#include "harness/base/text.h"
#include "harness/commands/chip_options.h"
#include "harness/commands/command.h"
#include "harness/cycles/annotation_output.h"
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
  ChipOptions chip;
  bool annotate = false;
  bool strict = false;
  std::vector<std::string> functions;
  std::string annotation;
  bool profile = false;
  std::string folded;
  std::string cycles = "operands";
  std::string exit_code = "outcome";
  std::vector<std::string> between;
  std::string format = "text";
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

// Prints the annotated functions on stderr and writes the list to its file. Returns an error message, or
// nothing.
std::string ShowAnnotation(const RunArguments& arguments, const std::string& elf,
                           const emulation::RunResult& result) {
  if (result.annotation.empty()) return {};
  std::string why;
  const auto image = emulation::ElfImage::Read(elf, arguments.elf, why);
  if (image == nullptr) return why;
  if (arguments.annotate) {
    const std::string text = AnnotatedFunctions(result.annotation, *image, arguments.functions);
    if (text.empty())
      return StrCat("no executed function's name contains ", Join(arguments.functions, " or "));
    std::cerr << text << "\n";
  }
  if (arguments.annotation.empty()) return {};
  std::ofstream file(arguments.annotation, std::ios::binary);
  file << FormatCsv(AnnotationList(result.annotation, *image));
  file.close();
  return file ? "" : StrCat("cannot write ", arguments.annotation);
}

constexpr const char* kOutcomeNames[] = {
    "exited", "fault", "instruction limit", "time limit", "rejected", "tool missing", "crashed"};

std::string JsonOf(const RunArguments& arguments, const emulation::RunResult& result) {
  nlohmann::ordered_json json;
  json["firmware"] = arguments.elf;
  json["outcome"] = kOutcomeNames[static_cast<size_t>(result.outcome)];
  if (result.outcome == emulation::Outcome::kExited) json["exit_code"] = result.exit_code;
  json["message"] = result.message;
  json["output"] = result.output;
  if (result.instructions) json["instructions"] = Count(*result.instructions);
  if (result.cycles) {
    json["cycles"] = Count(*result.cycles);
    json["cycle_basis"] = result.cycle_basis == emulation::CycleBasis::kBlocks ? "blocks" : "operands";
  }
  if (result.stack_bytes) json["stack_bytes"] = *result.stack_bytes;
  if (result.process_stack_bytes) json["process_stack_bytes"] = *result.process_stack_bytes;
  if (!result.unknown_peripherals.empty()) {
    json["unknown_peripherals"] = nlohmann::ordered_json::array();
    for (const emulation::PeripheralUse& use : result.unknown_peripherals)
      json["unknown_peripherals"].push_back(
          {{"address", fmt::format("{:#010x}", use.address)}, {"reads", use.reads}, {"writes", use.writes}});
  }
  if (!result.not_modelled.empty()) json["not_modelled"] = result.not_modelled;
  if (!result.marks.empty()) {
    json["marks"] = nlohmann::ordered_json::array();
    for (const emulation::Mark& mark : result.marks)
      json["marks"].push_back({{"instructions", Count(mark.instructions)}, {"cycles", Count(mark.cycles)}});
  }
  if (result.between) {
    const emulation::RunResult::Between& between = *result.between;
    json["between"] = {
        {"from", arguments.between[0]}, {"to", arguments.between[1]}, {"times", between.times}};
    if (between.times > 0) {
      json["between"]["mean_cycles"] =
          static_cast<double>(between.cycles) / static_cast<double>(between.times);
      json["between"]["least_cycles"] = between.least;
      json["between"]["most_cycles"] = between.most;
    }
  }
  if (result.fault) {
    json["fault"] = {{"kind", result.fault->kind},
                     {"pc", fmt::format("{:#010x}", result.fault->pc)},
                     {"symbol", result.fault->symbol},
                     {"cause", result.fault->cause}};
    if (result.fault->address) json["fault"]["address"] = fmt::format("{:#010x}", *result.fault->address);
  }
  return JsonText(json);
}

std::string BetweenText(const RunArguments& arguments, const emulation::RunResult::Between& between) {
  std::string text =
      StrCat(arguments.between[0], " to ", arguments.between[1], ": ", Grouped(between.times), " times");
  if (between.times == 0) return text;
  return StrCat(text,
                fmt::format(", {:.1f} cycles on average, ",
                            static_cast<double>(between.cycles) / static_cast<double>(between.times)),
                Grouped(between.least), " to ", Grouped(between.most));
}

// Nothing is ignored in silence: what read 0 and what was lost.
std::string PeripheralText(const std::vector<emulation::PeripheralUse>& uses) {
  constexpr size_t kMostShown = 8;
  std::string text = StrCat("atome: registers of peripherals that are not modelled read 0: ");
  for (size_t k = 0; k < uses.size() && k < kMostShown; ++k)
    StrAppend(&text, k == 0 ? "" : ", ", fmt::format("{:#010x}", uses[k].address), " (reads: ", uses[k].reads,
              ", writes: ", uses[k].writes, ")");
  if (uses.size() > kMostShown) StrAppend(&text, " and ", uses.size() - kMostShown, " more");
  return text + "\n";
}

int RunFirmware(const RunArguments& arguments) {
  const Result<Target> target = TargetOf(arguments);
  if (!target.ok()) return UsageError(target.error().message);
  const emulation::Core* core = target->core;
  const bool profile = arguments.profile || !arguments.folded.empty();
  if (profile && arguments.runner == "qemu")
    return UsageError("a profile needs --runner unicorn, because QEMU does not show calls");
  const bool annotate = arguments.annotate || !arguments.annotation.empty();
  if (annotate && arguments.runner == "qemu")
    return UsageError("an annotation needs --runner unicorn, because QEMU does not show data");
  if (!arguments.functions.empty() && !arguments.annotate)
    return UsageError("--functions chooses what --annotate shows; give that too");
  if (!arguments.between.empty() && arguments.between.size() != 2)
    return UsageError("--mark takes two names of functions: FROM,TO");
  if (!arguments.between.empty() && arguments.runner == "qemu")
    return UsageError("--mark needs --runner unicorn, because QEMU does not tell cycles on the way");
  if (arguments.strict && (arguments.runner == "qemu" || target->board == nullptr))
    return UsageError("--strict needs --runner unicorn and a --board, whose peripherals it is about");
  if (arguments.chip.multiply_cycles() != 0 && arguments.runner == "qemu")
    return UsageError("--multiply needs --runner unicorn");
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
  request.annotate = annotate;
  request.strict_peripherals = arguments.strict;
  if (!arguments.between.empty()) {
    request.from_symbol = arguments.between[0];
    request.to_symbol = arguments.between[1];
  }
  request.multiply_cycles = arguments.chip.multiply_cycles();
  request.command_line = arguments.command_line;
  request.time_limit = arguments.time_limit.Get();
  request.instruction_limit = emulation::Instructions{arguments.instruction_limit};
  const emulation::RunResult result = machine.Run(request);

  const bool text = arguments.format == "text";
  std::cout << (text ? result.output : JsonOf(arguments, result)) << std::flush;
  if (text && !result.output.empty() && !result.output.ends_with('\n')) std::cerr << "\n";
  if (!machine.Note(*core).empty())
    std::cerr << "atome: " << core->title << " in " << machine.name() << ": " << machine.Note(*core) << "\n";
  std::string counted = result.instructions ? StrCat(Grouped(Count(*result.instructions)), " instructions")
                                            : "instructions not counted";
  if (result.cycles) StrAppend(&counted, ", ", Grouped(Count(*result.cycles)), " modelled cycles");
  if (result.cycles && result.cycles_depend_on_data && result.cycle_basis == emulation::CycleBasis::kBlocks)
    counted += " (by blocks alone)";
  if (result.stack_bytes) StrAppend(&counted, ", ", Grouped(*result.stack_bytes), " bytes of stack");
  if (result.process_stack_bytes)
    StrAppend(&counted, " and ", Grouped(*result.process_stack_bytes), " of process stack");
  std::string unwritten = ShowProfile(arguments, result);
  if (unwritten.empty()) unwritten = ShowAnnotation(arguments, request.elf, result);
  if (!unwritten.empty()) UsageError(unwritten);
  if (!result.unknown_peripherals.empty() && text && !arguments.strict)
    std::cerr << PeripheralText(result.unknown_peripherals);
  for (const std::string& lack : result.not_modelled) std::cerr << "atome: not modelled: " << lack << "\n";
  if (result.between && text) std::cerr << "atome: " << BetweenText(arguments, *result.between) << "\n";
  switch (result.outcome) {
    case emulation::Outcome::kExited:
      std::cerr << "atome: exit code " << result.exit_code << ", " << counted << "\n";
      // A profile that cannot be written must not hide the firmware's own failure.
      if (result.exit_code == 0 && !unwritten.empty()) return kUsage;
      if (arguments.exit_code == "firmware" && result.exit_code != 0)
        return (result.exit_code & 0xFF) != 0 ? result.exit_code & 0xFF : kFailed;
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
  arguments->chip.AddTo(options);
  options.Flag("--annotate", &arguments->annotate,
               "Print on stderr what each instruction took, and why, the costliest functions first");
  options.Texts("--functions", &arguments->functions, "Only functions whose names contain one of these");
  options.Text("--annotation", &arguments->annotation,
               "CSV file for the cycles of every instruction and their parts");
  options.Flag("--profile", &arguments->profile, "Print cycles by function on stderr");
  options.Text("--folded", &arguments->folded, "File for call chains and their cycles, for flame graphs");
  options.Flag(
      "--strict", &arguments->strict,
      "Fault on registers of a board's peripherals that no model has; else they read 0, listed at the end");
  options.Texts("--mark", &arguments->between,
                "FROM,TO: count the cycles from each arrival at one function to the next at the other");
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
  program.Add("run",
              "Run any semihosting firmware; its output goes to stdout, instructions and exit code to stderr",
              Declare, RunFirmware);
}

}  // namespace atome::harness
