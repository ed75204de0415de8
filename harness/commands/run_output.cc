#include "harness/commands/run_output.h"

#include "harness/base/json_output.h"
#include "harness/base/table.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

constexpr const char* kOutcomeNames[] = {
    "exited",   "fault",        "instruction limit", "time limit",
    "rejected", "tool missing", "crashed",           "ended by the debugger"};

nlohmann::ordered_json FaultJson(const emulation::Fault& fault) {
  nlohmann::ordered_json json = {{"kind", fault.kind},
                                 {"pc", fmt::format("{:#010x}", fault.pc)},
                                 {"symbol", fault.symbol},
                                 {"cause", fault.cause}};
  if (fault.address) json["address"] = fmt::format("{:#010x}", *fault.address);
  return json;
}

}  // namespace

std::string RunJson(const std::string& firmware, const std::vector<std::string>& names,
                    const emulation::Core& core, const emulation::RunResult& result) {
  nlohmann::ordered_json json;
  json["firmware"] = firmware;
  json["outcome"] = kOutcomeNames[static_cast<size_t>(result.outcome)];
  if (result.outcome == emulation::Outcome::kExited) json["exit_code"] = result.exit_code;
  json["message"] = result.message;
  json["output"] = result.output;
  if (result.instructions) json["instructions"] = Count(*result.instructions);
  if (result.cycles) {
    json["cycles"] = Count(*result.cycles);
    json["cycle_basis"] = result.cycle_basis == emulation::CycleBasis::kBlocks ? "blocks" : "operands";
  } else if (!core.has_cycles()) {
    json["cycles_unavailable"] = core.no_cycles;
  }
  if (result.exceptions_untimed) json["exceptions_untimed"] = true;
  if (result.stack_bytes) json["stack_bytes"] = *result.stack_bytes;
  if (result.process_stack_bytes) json["process_stack_bytes"] = *result.process_stack_bytes;
  if (!result.unknown_peripherals.empty()) {
    json["unknown_peripherals"] = nlohmann::ordered_json::array();
    for (const emulation::PeripheralUse& use : result.unknown_peripherals)
      json["unknown_peripherals"].push_back({{"address", fmt::format("{:#010x}", use.address)},
                                             {"reads", use.reads},
                                             {"writes", use.writes},
                                             {"place", use.first_symbol}});
  }
  if (!result.not_modelled.empty()) json["not_modelled"] = result.not_modelled;
  if (!result.marks.empty()) {
    json["marks"] = nlohmann::ordered_json::array();
    for (const emulation::Mark& mark : result.marks) {
      json["marks"].push_back({{"instructions", Count(mark.instructions)}});
      if (mark.cycles) json["marks"].back()["cycles"] = Count(*mark.cycles);
    }
  }
  if (result.between) {
    const emulation::RunResult::Between& between = *result.between;
    json["between"] = {{"from", names[0]}, {"to", names[1]}, {"times", between.times}};
    if (between.times > 0) {
      json["between"]["mean_cycles"] =
          static_cast<double>(between.cycles) / static_cast<double>(between.times);
      json["between"]["least_cycles"] = between.least;
      json["between"]["most_cycles"] = between.most;
    }
  }
  if (result.fault) json["fault"] = FaultJson(*result.fault);
  if (result.fault_count != 0) {
    json["handled_faults"] = {{"count", result.fault_count}, {"first", nlohmann::ordered_json::array()}};
    for (const emulation::Fault& fault : result.handled_faults)
      json["handled_faults"]["first"].push_back(FaultJson(fault));
  }
  return JsonText(json);
}

std::string CountsText(const emulation::Core& core, const emulation::RunResult& result) {
  std::string counted = result.instructions ? StrCat(Grouped(Count(*result.instructions)), " instructions")
                                            : "instructions not counted";
  if (result.cycles) StrAppend(&counted, ", ", Grouped(Count(*result.cycles)), " modelled cycles");
  if (!core.has_cycles()) StrAppend(&counted, ", no cycles (", core.no_cycles, ")");
  if (result.cycles && result.cycles_depend_on_data && result.cycle_basis == emulation::CycleBasis::kBlocks)
    counted += " (by blocks alone)";
  if (result.exceptions_untimed && core.has_cycles())
    counted += " (unreliable: exceptions came at the host's time and are not counted)";
  if (result.stack_bytes) StrAppend(&counted, ", ", Grouped(*result.stack_bytes), " bytes of stack");
  if (result.process_stack_bytes)
    StrAppend(&counted, " and ", Grouped(*result.process_stack_bytes), " of process stack");
  return counted;
}

std::string BetweenText(const std::vector<std::string>& names, const emulation::RunResult::Between& between) {
  std::string text = StrCat(names[0], " to ", names[1], ": ", Grouped(between.times), " times");
  if (between.times == 0) return text;
  return StrCat(text,
                fmt::format(", {:.1f} cycles on average, ",
                            static_cast<double>(between.cycles) / static_cast<double>(between.times)),
                Grouped(between.least), " to ", Grouped(between.most));
}

std::string HandledFaultsText(const emulation::RunResult& result) {
  constexpr size_t kMostShown = 4;
  std::string text;
  for (size_t k = 0; k < result.handled_faults.size() && k < kMostShown; ++k)
    StrAppend(&text, "atome: taken by the firmware's handler: ", OneLine(result.handled_faults[k]), "\n");
  if (result.fault_count > kMostShown)
    StrAppend(&text, "atome: and ", Grouped(result.fault_count - kMostShown), " more faults\n");
  return text;
}

std::string PeripheralText(const std::vector<emulation::PeripheralUse>& uses) {
  constexpr size_t kMostShown = 12;
  std::string text = "atome: registers of peripherals that are not modelled read 0:\n";
  for (size_t k = 0; k < uses.size() && k < kMostShown; ++k)
    StrAppend(&text, fmt::format("  {:#010x}  reads: {}, writes: {}; first in {}\n", uses[k].address,
                                 uses[k].reads, uses[k].writes, uses[k].first_symbol));
  if (uses.size() > kMostShown)
    StrAppend(&text, "  and ", uses.size() - kMostShown, " more; --format json lists all\n");
  return text;
}

}  // namespace atome::harness
