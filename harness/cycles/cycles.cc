#include "harness/cycles/cycles.h"

#include <algorithm>
#include <cctype>

#include "emulation/elf/elf_image.h"
#include "emulation/silicon/accuracy.h"
#include "harness/base/parallel.h"
#include "harness/base/table.h"
#include "harness/base/text.h"
#include "harness/run/firmware_runner.h"
#include "harness/run/firmware_store.h"
#include "harness/run/probe_runner.h"
#include "harness/size/board_fit.h"

namespace atome::harness {
namespace {

using report::Cell;
using report::Quantity;

// Notes, one behind the other.
std::string Joined(const std::string& note, const std::string& more) {
  return StrCat(note, note.empty() || more.empty() ? "" : "; ", more);
}

// Notes what recordings of real chips say about the modelled cycles. Those are of cores without wait states,
// so they say nothing about a board.
void AddAccuracy(const CycleTarget& target, Cell* cell) {
  if (!target.place.core->has_cycles()) {
    const std::string none = StrCat("no cycles, only instructions: ", target.place.core->no_cycles);
    cell->note = Joined(none, cell->note);
    return;
  }
  const silicon::Evidence* const evidence =
      target.place.board == nullptr ? silicon::EvidenceFor(target.place.core->name) : nullptr;
  std::string note = "cycles: no silicon seen";
  if (evidence != nullptr) {
    cell->Add(Quantity::kCyclesMeanErrorPercent, evidence->mean_percent);
    cell->Add(Quantity::kCyclesWorstErrorPercent, evidence->worst_percent);
    note = fmt::format(
        "cycles: {:.2f}% mean, {:.0f}% worst error on {} short sequences recorded on chips ({}), {:.1f}% "
        "exact",
        evidence->mean_percent, evidence->worst_percent, evidence->measured, evidence->code_memory,
        100.0 * evidence->exact / evidence->measured);
  } else if (target.place.board != nullptr) {
    note += StrCat("; not modelled: ", target.place.board->not_modelled);
  }
  cell->note = Joined(note, cell->note);
}

// The cost of an op over all positions: whole numbers, so that what ops leave of the sum is exact.
struct OpCost {
  std::string op;
  int64_t cycles = 0;  // meaningless without a cycle model
  int64_t instructions = 0;
};

Variant VariantOf(const Model& model, const CycleTarget& target) {
  return target.variant.value_or(model.config.Traits().variants.front());
}

// The costs of the ops, from a profile of tokens that took `total`.
std::vector<OpCost> CostsByOp(const std::vector<std::string_view>& ops, const emulation::Profile& profile,
                              OpCost total) {
  std::vector<OpCost> costs;
  for (const std::string_view op : ops) costs.push_back({std::string(op)});
  total.op = "other";
  std::vector<size_t> op_of_node(profile.nodes.size(), costs.size());
  for (size_t i = 0; i < profile.nodes.size(); ++i) {
    const emulation::ProfileNode& node = profile.nodes[i];
    const auto found = std::ranges::find(costs, OpOfFunction(node.function), &OpCost::op);
    op_of_node[i] = found != costs.end() ? static_cast<size_t>(found - costs.begin())
                    : i == 0             ? costs.size()
                                         : op_of_node[node.parent];
    if (op_of_node[i] == costs.size()) continue;
    OpCost& cost = costs[op_of_node[i]];
    const auto cycles = static_cast<int64_t>(node.cycles);
    const auto instructions = static_cast<int64_t>(node.instructions);
    cost.cycles += cycles;
    cost.instructions += instructions;
    total.cycles -= cycles;
    total.instructions -= instructions;
  }
  costs.push_back(total);
  return costs;
}

void AddCost(const OpCost& cost, double tokens, bool has_cycles, const report::Part& part, Cell* cell) {
  if (has_cycles) cell->Add(Quantity::kCyclesPerToken, static_cast<double>(cost.cycles) / tokens, part);
  cell->Add(Quantity::kInstructionsPerToken, static_cast<double>(cost.instructions) / tokens, part);
}

// Why the firmware and its state do not fit the board's memories; empty when they fit.
std::string WhyNotOnBoard(const Firmware& firmware, const emulation::Board& board, uint64_t state_bytes,
                          uint32_t vocab_size) {
  std::string error;
  const auto image = emulation::ElfImage::Read(firmware.elf, firmware.name, error);
  if (image == nullptr) return error;
  const emulation::MemoryMap map = MapForFirmware(board);
  std::string why = image->WhyNotOn(map);
  const std::optional<MemoryNeeds> needs = NeedsOf(*image, map, state_bytes, vocab_size);
  if (!why.empty() || !needs || needs->Fit(map)) return why;
  return StrCat("does not fit: needs ", Grouped(needs->ram_bytes), " bytes of RAM, ", board.title, " has ",
                Grouped(map.ram().bytes), ": ", Grouped(needs->ram_bytes - map.ram().bytes), " too many");
}

// The mean over the positions of what the core's own counter said; nothing where it said nothing.
std::optional<double> MeanMeasured(const Execution& execution, const Positions& positions) {
  double sum = 0;
  for (uint32_t position = positions.from; position < positions.to; ++position) {
    const std::optional<uint64_t> cycles = execution.cases.front().steps[position].measured_cycles;
    if (!cycles) return std::nullopt;
    sum += static_cast<double>(*cycles);
  }
  return sum / (positions.to - positions.from);
}

// The same firmware and request on the target and in the Unicorn machine, by the same counter.
void MeasureOnTarget(const Model& model, const CycleTarget& target, const CycleOptions& options,
                     const Firmware& firmware, Task task, FirmwareOptions run_options, Cell* cell) {
  task.measure_cycles = true;
  const emulation::Core& core = *target.place.core;
  const Execution modelled =
      RunFirmware(emulation::UnicornMachine(), core, firmware, model, task, run_options).execution;
  if (modelled.outcome != Outcome::kPass) return cell->Fail(modelled.outcome, modelled.message);
  run_options.board = target.place.board;
  const Execution measured = RunFirmware(*options.probe, core, firmware, model, task, run_options).execution;
  cell->build = measured.build;
  cell->build_sha256 = measured.build_sha256;
  if (measured.outcome != Outcome::kPass) return cell->Fail(measured.outcome, measured.message);
  cell->Add(Quantity::kMeasuredThrough, MeasuredThrough(*options.probe));
  const std::optional<double> by_model = MeanMeasured(modelled, options.positions);
  const std::optional<double> by_target = MeanMeasured(measured, options.positions);
  if (!by_target)
    return cell->Fail(
        Outcome::kError,
        StrCat("the target's counter is not to be believed: it has none, or one that does not count "
               "the core's cycles (",
               MeasuredThrough(*options.probe), ")"));
  cell->outcome = Outcome::kPass;
  cell->Add(Quantity::kMeasuredCyclesPerToken, *by_target);
  if (!options.unknown_clock && target.place.board != nullptr)
    cell->Add(Quantity::kTokensPerSecond, static_cast<double>(target.place.board->clock_hz) / *by_target);
  if (!by_model) return;
  cell->Add(Quantity::kCyclesPerToken, *by_model);
  cell->Add(Quantity::kMeasuredDifferencePercent, 100 * (*by_model - *by_target) / *by_target);
}

void Measure(const Model& model, const CycleTarget& target, const CycleOptions& options, Cell* cell) {
  const Variant variant = VariantOf(model, target);
  const bool given = target.given != nullptr;
  const Result<Firmware> firmware =
      given ? *target.given
      : options.probe != nullptr
          ? FirmwareForProbe(target.place, model, false, variant, target.build, options.specialise)
      : options.place != Place::kFlash
          ? CompileFirmware(model, target.place.core->name, variant, target.build, options.place)
          : FindFirmware(model, target.place.core->name, false, variant, target.build, options.specialise);
  if (!firmware.ok())
    return cell->Fail(firmware.missing() ? Outcome::kMissing : Outcome::kError, firmware.error().message);
  cell->Add(Quantity::kFirmware, std::string(firmware->Kind()));
  if (!firmware->why_generic.empty()) cell->note = Joined(cell->note, firmware->Note());
  if (firmware->generic && (model.bytes.starts_with("ATOME01") || model.bytes.starts_with("ATOME02")))
    cell->note = Joined(cell->note, "ATOME03, which atome convert writes of any model, takes fewer cycles");
  const emulation::Machine& machine = emulation::UnicornMachine();
  std::vector<uint32_t> prompt = options.prompt;
  for (uint32_t& token : prompt) token %= model.config.vocab_size;
  Task task{.prompts = {prompt}, .generate = 1, .taps = false, .variant = variant};
  FirmwareOptions run_options;
  run_options.limits = options.limits;
  run_options.multiply_cycles = options.multiply_cycles;
  run_options.is_given = given;
  if (given || (options.probe != nullptr && NeedsFirmwareOfItsOwn(target.place))) {
    run_options.board = target.place.board;  // for which it is linked
  } else if (target.place.board != nullptr) {
    // A short run on the bare core, which has room, tells the size of the state.
    task.prompts[0].resize(1);
    const Execution probe =
        RunFirmware(machine, *target.place.core, *firmware, model, task, run_options).execution;
    if (probe.outcome != Outcome::kPass) return cell->Fail(probe.outcome, probe.message);
    const std::string why =
        WhyNotOnBoard(*firmware, *target.place.board, probe.state_bytes.value_or(0), model.config.vocab_size);
    if (!why.empty()) return cell->Fail(Outcome::kTooLarge, why);
    task.prompts[0] = prompt;
    // Instructions are those of the bare core, for which the firmware is linked.
    if (target.place.core->has_cycles()) run_options.board = target.place.board;
  }
  // There are as many steps as positions, because the last generated token is not consumed.
  const auto [from, to] = options.positions;
  const auto consumed = static_cast<uint32_t>(prompt.size());
  task.generate = to >= consumed ? to - consumed + 1 : 1;
  if (options.probe != nullptr)
    return MeasureOnTarget(model, target, options, *firmware, std::move(task), run_options, cell);
  run_options.profile =
      emulation::ProfileWindow{.from_mark = 2 * size_t{from} + 1, .to_mark = 2 * size_t{to}};
  const FirmwareRun run = RunFirmware(machine, *target.place.core, *firmware, model, task, run_options);
  cell->build = run.execution.build;
  cell->build_sha256 = run.execution.build_sha256;
  if (run.execution.outcome != Outcome::kPass)
    return cell->Fail(run.execution.outcome, run.execution.message);

  const bool has_cycles = target.place.core->has_cycles();
  if (given) {
    cell->AddOr(Quantity::kInstructionsTotal, run.execution.instructions_total, "they were not counted");
    cell->AddOr(Quantity::kCyclesTotal, run.execution.cycles_total, target.place.core->no_cycles);
    if (!run.execution.no_step_counts.empty()) {
      cell->outcome = Outcome::kPass;
      cell->unavailable[Quantity::kInstructionsPerToken] = run.execution.no_step_counts;
      cell->unavailable[Quantity::kCyclesPerToken] = run.execution.no_step_counts;
      return;
    }
  }
  const std::vector<Step>& steps = run.execution.cases.front().steps;
  OpCost total;
  for (uint32_t position = from; position < to; ++position) {
    const Step& step = steps[position];
    if (!step.instructions || step.cycles.has_value() != has_cycles)
      return cell->Fail(Outcome::kError, StrCat(firmware->name, ": its marks are not two a step"));
    total.cycles += static_cast<int64_t>(step.cycles.value_or(0));
    total.instructions += static_cast<int64_t>(*step.instructions);
  }
  const double tokens = to - from;
  cell->outcome = Outcome::kPass;
  AddCost(total, tokens, has_cycles, {}, cell);
  if (target.place.board != nullptr && has_cycles)
    cell->Add(Quantity::kTokensPerSecond, static_cast<double>(target.place.board->clock_hz) /
                                              (static_cast<double>(total.cycles) / tokens));
  const std::vector<OpCost> costs = CostsByOp(model.config.Traits().ops, *run.machine.profile, total);
  if (given && costs.back().instructions == total.instructions) return;  // its ops have other names
  for (const OpCost& cost : costs) AddCost(cost, tokens, has_cycles, {report::PartKind::kOp, cost.op}, cell);
}

Cell NewCell(const Model& model, const CycleTarget& target, const Positions& positions, bool on_probe) {
  Cell cell;
  cell.key = {.kind = report::Kind::kCycles,
              .runner = on_probe ? "probe" : "unicorn",
              .core = std::string(target.place.core->name),
              .board = target.place.board == nullptr ? "" : std::string(target.place.board->name),
              .model = model.Name(),
              .variant = std::string(VariantName(VariantOf(model, target))),
              .build_kind = target.given ? "" : std::string(BuildName(target.build)),
              .text = "",
              .detail = StrCat("positions ", positions.from, ":", positions.to)};
  if (target.given) StrAppend(&cell.key.detail, ", ", GivenFirmwareDetail(*target.given));
  cell.model_sha256 = model.sha256;
  cell.note = target.place.core->unicorn_note;
  return cell;
}

// Gives absent figures of the whole cell their reason.
void ExplainAbsent(const emulation::Core& core, Cell* cell) {
  for (const Quantity quantity :
       {Quantity::kCyclesPerToken, Quantity::kInstructionsPerToken, Quantity::kTokensPerSecond}) {
    if (cell->Find(quantity) != nullptr || cell->unavailable.contains(quantity)) continue;
    const bool no_clock = quantity == Quantity::kTokensPerSecond && cell->key.board.empty();
    const bool real = cell->passed() && cell->key.runner == "probe";
    cell->unavailable[quantity] = no_clock ? "a core without a board has no clock"
                                  : real && quantity == Quantity::kTokensPerSecond
                                      ? "the clock after a reset is not known; give --clock"
                                  : real && quantity == Quantity::kInstructionsPerToken
                                      ? "a core behind a debug probe does not count them"
                                  : cell->passed() ? std::string(core.no_cycles)
                                                   : cell->message;
  }
}

}  // namespace

Result<Positions> ParsePositions(std::string_view text) {
  const std::vector<std::string_view> parts = Split(text, ':');
  const std::optional<uint32_t> from = Number(parts.front()), to = Number(parts.back());
  if (parts.size() != 2 || !from || !to || *from >= *to || *to > 1u << 20) {
    return Bad(StrCat("positions \"", text,
                      "\" are not FROM:TO with FROM below TO; 16:64 means the 17th to the 64th token"));
  }
  return Positions{*from, *to};
}

std::string OpOfFunction(std::string_view function) {
  constexpr std::string_view kSpace = "::op::";  // in namespace atome, or in a variant's namespace inside it
  const size_t at = function.find(kSpace);
  if (at == std::string_view::npos || function.substr(0, at).find("atome") == std::string_view::npos)
    return {};
  const std::string_view rest = function.substr(at + kSpace.size());
  std::string op;
  for (const char c : rest.substr(0, rest.find_first_of("<(:"))) {
    op += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return op;
}

Result<std::vector<CycleTarget>> CycleTargets(const std::vector<std::string>& cores,
                                              const std::vector<std::string>& boards,
                                              const std::vector<std::string>& variants) {
  const Result<std::vector<Target>> places = ParseTargets(cores, boards);
  if (!places.ok()) return places.error();
  std::vector<std::optional<Variant>> wanted{std::nullopt};  // the model's default variant
  if (!variants.empty()) {
    const Result<std::vector<Variant>> named = ParseVariants(variants);
    if (!named.ok()) return named.error();
    wanted.assign(named->begin(), named->end());
  }
  std::vector<CycleTarget> targets;
  for (const Target& place : *places) {
    for (const std::optional<Variant>& variant : wanted) targets.push_back({place, variant});
  }
  return targets;
}

std::vector<report::Cell> MeasureCycles(const std::vector<Model>& models,
                                        const std::vector<CycleTarget>& targets,
                                        const CycleOptions& options) {
  std::vector<report::Cell> cells(models.size() * targets.size());
  const auto measure = [&](size_t index) {
    const Model& model = models[index / targets.size()];
    const CycleTarget& target = targets[index % targets.size()];
    report::Cell& cell = cells[index];
    cell = NewCell(model, target, options.positions, options.probe != nullptr);
    try {
      Measure(model, target, options, &cell);
    } catch (const std::exception& error) {  // out of memory, say: only this cell fails
      cell.Fail(Outcome::kCrashed, StrCat("the measurement threw: ", error.what()));
    }
    if (options.probe == nullptr) AddAccuracy(target, &cell);
    if (target.place.board != nullptr && !options.unknown_clock)
      cell.Add(Quantity::kClockHz, target.place.board->clock_hz);
    ExplainAbsent(*target.place.core, &cell);
  };
  ForEachIndex(cells.size(), options.jobs, measure, [&](size_t done, size_t index) {
    if (options.progress) options.progress(done, cells.size(), cells[index]);
  });
  return cells;
}

}  // namespace atome::harness
