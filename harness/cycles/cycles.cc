#include "harness/cycles/cycles.h"

#include <algorithm>
#include <cctype>

#include "emulation/elf/elf_image.h"
#include "emulation/timing/timing_core.h"
#include "harness/size/board_fit.h"
#include "harness/run/firmware_runner.h"
#include "harness/run/firmware_store.h"
#include "harness/base/parallel.h"
#include "harness/base/table.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

CycleAccuracy AccuracyOf(const CycleTarget& target) {
  const timing::Accuracy core = timing::FindTimingCore(target.core->name)->accuracy;
  if (target.board == nullptr) return {core.mean_percent, core.worst_percent, std::string(core.basis)};
  return {std::nullopt, target.board->accuracy_percent, std::string(target.board->accuracy_basis)};
}

Variant VariantOf(const Model& model, const CycleTarget& target) {
  return target.variant.value_or(model.config.Traits().variants.front());
}

// Costs of the ops in the profile of `tokens` tokens, which took `total` each.
std::vector<OpCost> CostsByOp(const std::vector<std::string_view>& ops, const emulation::Profile& profile,
                              double tokens, OpCost total) {
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
    const double cycles = static_cast<double>(node.cycles) / tokens;
    const double instructions = static_cast<double>(node.instructions) / tokens;
    cost.cycles += cycles;
    cost.instructions += instructions;
    total.cycles -= cycles;
    total.instructions -= instructions;
  }
  costs.push_back(total);
  return costs;
}

// How much more than the board's memories the firmware with its state needs; empty when it fits.
std::string WhyNotOnBoard(const Firmware& firmware, const emulation::Board& board, uint64_t state_bytes,
                          uint32_t vocab_size) {
  std::string error;
  const auto image = emulation::ElfImage::Read(firmware.elf, firmware.name, error);
  if (image == nullptr) return error;
  const emulation::MemoryMap map = MapFor(board, *image);
  std::string why = image->WhyNotOn(map);
  const std::optional<MemoryNeeds> needs = NeedsOf(*image, map, state_bytes, vocab_size);
  if (!why.empty() || !needs || needs->Fit(map)) return why;
  return StrCat("does not fit: needs ", Grouped(needs->ram_bytes), " bytes of RAM, ", board.title, " has ",
                Grouped(map.ram_bytes), ": ", Grouped(needs->ram_bytes - map.ram_bytes), " too many");
}

void Measure(const Model& model, const CycleTarget& target, const CycleOptions& options, CycleCell* cell) {
  const auto fail = [cell](CellStatus status, std::string message) {
    cell->status = status;
    cell->message = std::move(message);
  };
  const Variant variant = VariantOf(model, target);
  const Result<Firmware> firmware = FindFirmware(model, target.core->name, false, variant, target.build);
  if (!firmware.ok())
    return fail(firmware.missing() ? CellStatus::kMissing : CellStatus::kError, firmware.error().message);
  const emulation::Machine& machine = emulation::UnicornMachine();
  std::vector<uint32_t> prompt = options.prompt;
  for (uint32_t& token : prompt) token %= model.config.vocab_size;
  Task task{.prompts = {prompt}, .generate = 1, .taps = false, .variant = variant};
  FirmwareOptions run_options;
  run_options.time_limit = options.time_limit;
  if (target.board != nullptr) {
    // The core alone has room for it, and tells how much it takes.
    task.prompts[0].resize(1);
    const Execution probe = RunFirmware(machine, *target.core, *firmware, model, task, run_options).execution;
    if (probe.status != ExecutionStatus::kComplete) return fail(StatusOf(probe.status), probe.message);
    const std::string why =
        WhyNotOnBoard(*firmware, *target.board, probe.state_bytes.value_or(0), model.config.vocab_size);
    if (!why.empty()) return fail(CellStatus::kTooLarge, why);
    task.prompts[0] = prompt;
    run_options.board = target.board;
  }
  // As many steps as positions: the last generated token is not consumed.
  const auto [from, to] = options.positions;
  const auto consumed = static_cast<uint32_t>(prompt.size());
  task.generate = to >= consumed ? to - consumed + 1 : 1;
  run_options.profile =
      emulation::ProfileWindow{.from_mark = 2 * size_t{from} + 1, .to_mark = 2 * size_t{to}};
  const FirmwareRun run = RunFirmware(machine, *target.core, *firmware, model, task, run_options);
  cell->build = run.execution.build;
  cell->build_sha256 = run.execution.build_sha256;
  if (run.execution.status != ExecutionStatus::kComplete)
    return fail(StatusOf(run.execution.status), run.execution.message);

  const std::vector<Step>& steps = run.execution.cases.front().steps;
  OpCost total;
  for (uint32_t position = from; position < to; ++position) {
    const Step& step = steps[position];
    if (!step.cycles || !step.instructions)
      return fail(CellStatus::kError, StrCat(firmware->name, ": its marks are not two a step"));
    total.cycles += static_cast<double>(*step.cycles);
    total.instructions += static_cast<double>(*step.instructions);
  }
  const double tokens = to - from;
  total.cycles /= tokens;
  total.instructions /= tokens;
  cell->status = CellStatus::kPass;
  cell->cycles_per_token = total.cycles;
  cell->instructions_per_token = total.instructions;
  cell->ops = CostsByOp(model.config.Traits().ops, *run.machine.profile, tokens, total);
  if (cell->clock_hz) cell->tokens_per_second = static_cast<double>(*cell->clock_hz) / total.cycles;
}

}  // namespace

Result<Positions> ParsePositions(std::string_view text) {
  const std::vector<std::string_view> parts = Split(text, ':');
  const std::optional<uint32_t> from = Number(parts.front()), to = Number(parts.back());
  if (parts.size() != 2 || !from || !to || *from >= *to || *to > 1u << 20) {
    return Bad(StrCat("positions \"", text,
                      "\" are not FROM:TO with FROM below TO, say 16:64 for the 17th to the 64th token"));
  }
  return Positions{*from, *to};
}

std::string OpOfFunction(std::string_view function) {
  constexpr std::string_view kSpace = "::op::";  // of namespace atome, or of a variant's within
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
  std::vector<std::string_view> known_cores, known_boards;
  for (const emulation::Core& core : emulation::Cores()) known_cores.push_back(core.name);
  for (const emulation::Board& board : emulation::Boards()) known_boards.push_back(board.name);
  for (const std::string& name : cores) {
    if (emulation::FindCore(name) == nullptr)
      return Bad(fmt::format("unknown core \"{}\"; known are {}", name, Join(known_cores, ", ")));
  }
  const auto wanted = [&](std::string_view core) {
    return cores.empty() || std::ranges::find(cores, core) != cores.end();
  };
  std::vector<CycleTarget> targets;
  for (const std::string& name : boards) {
    for (const emulation::Board& board : emulation::Boards()) {
      if ((name != "all" && name != board.name) || !wanted(board.core)) continue;
      targets.push_back({emulation::FindCore(board.core), &board, std::nullopt});
    }
    if (name != "all" && emulation::FindBoard(name) == nullptr)
      return Bad(fmt::format("unknown board \"{}\"; known are all, {}", name, Join(known_boards, ", ")));
  }
  if (boards.empty()) {
    for (const emulation::Core& core : emulation::Cores()) {
      if (wanted(core.name)) targets.push_back({&core, nullptr, std::nullopt});
    }
  }
  if (targets.empty())
    return Bad(fmt::format("board {} has not core {}", Join(boards, ", "), Join(cores, ", ")));
  if (variants.empty()) return targets;
  const Result<std::vector<Variant>> wanted_variants = ParseVariants(variants);
  if (!wanted_variants.ok()) return wanted_variants.error();
  std::vector<CycleTarget> all;
  for (const CycleTarget& target : targets) {
    for (const Variant variant : *wanted_variants) all.push_back({target.core, target.board, variant});
  }
  return all;
}

std::vector<CycleCell> MeasureCycles(const std::vector<Model>& models,
                                     const std::vector<CycleTarget>& targets, const CycleOptions& options) {
  std::vector<CycleCell> cells(models.size() * targets.size());
  const auto measure = [&](size_t index) {
    const Model& model = models[index / targets.size()];
    const CycleTarget& target = targets[index % targets.size()];
    CycleCell& cell = cells[index];
    cell.core = target.core->name;
    cell.model = model.Name();
    cell.model_sha256 = model.sha256;
    cell.build_kind = target.build;
    cell.positions = options.positions;
    cell.accuracy = AccuracyOf(target);
    cell.note = target.core->unicorn_note;
    cell.variant = VariantName(VariantOf(model, target));
    if (target.board != nullptr) {
      cell.board = target.board->name;
      cell.clock_hz = target.board->clock_hz;
    }
    try {
      Measure(model, target, options, &cell);
    } catch (const std::exception& error) {  // out of memory: this cell's loss, not the others'
      cell.status = CellStatus::kCrashed;
      cell.message = StrCat("the measurement threw: ", error.what());
    }
  };
  ForEachIndex(cells.size(), options.jobs, measure, [&](size_t done, size_t index) {
    if (options.progress) options.progress(done, cells.size(), cells[index]);
  });
  return cells;
}

ExitCode Verdict(const std::vector<CycleCell>& cells) {
  std::vector<CellStatus> statuses;
  for (const CycleCell& cell : cells) statuses.push_back(cell.status);
  return VerdictOf(statuses);
}

}  // namespace atome::harness
