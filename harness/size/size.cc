#include "harness/size/size.h"

#include <algorithm>

#include "harness/size/board_fit.h"
#include "harness/cycles/cycles.h"
#include "harness/run/firmware_runner.h"
#include "harness/base/parallel.h"
#include "harness/size/state_bytes.h"
#include "harness/base/table.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

// Long enough for attention to choose among more positions than it may keep.
constexpr std::string_view kPrompt = "Once upon";
constexpr uint32_t kGenerated = 8;

// One run of the firmware on the core alone, which has more memory than any board.
FirmwareRun RunShortly(const emulation::Core& core, const Firmware& firmware, const Model& model,
                       Variant variant, size_t prompt_tokens, uint32_t generate,
                       std::chrono::milliseconds time_limit) {
  Task task{.prompts = {{}}, .generate = generate, .taps = false, .variant = variant};
  for (const char c : kPrompt.substr(0, prompt_tokens))
    task.prompts[0].push_back(static_cast<uint8_t>(c) % model.config.vocab_size);
  return RunFirmware(emulation::UnicornMachine(), core, firmware, model, task,
                     {.time_limit = time_limit, .profile = {}});
}

// The state of this model with another max_seq, as the generic firmware says.
std::optional<uint64_t> AskStateBytes(Model model, const emulation::Core& core, Variant variant,
                                      FirmwareBuild build, uint32_t max_seq,
                                      std::chrono::milliseconds time_limit) {
  model.config.max_seq = static_cast<uint16_t>(max_seq);
  model.path.clear();  // there is a firmware for this very model, perhaps, but not for the other lengths
  const Result<Firmware> firmware = FindFirmware(model, core.name, false, variant, build);
  if (!firmware.ok()) return std::nullopt;
  return RunShortly(core, *firmware, model, variant, 1, 1, time_limit).execution.state_bytes;
}

// A firmware with its dimensions compiled in has a smaller head before its state; the difference is the same
// at any max_seq.
BoardFit FitOn(const emulation::Board& board, const emulation::ElfImage& image, const Model& model,
               uint64_t state_bytes, StateBytes* generic) {
  const emulation::MemoryMap map = MapFor(board, image);
  const uint32_t vocab_size = model.config.vocab_size;
  BoardFit fit;
  fit.board = &board;
  const std::optional<MemoryNeeds> needs = NeedsOf(image, map, state_bytes, vocab_size);
  const std::optional<MemoryNeeds> without = NeedsOf(image, map, 0, vocab_size);
  if (!needs || !without) return fit;
  fit.flash_bytes_needed = needs->flash_bytes;
  fit.ram_bytes_needed = needs->ram_bytes;
  fit.fits = needs->Fit(map) && image.WhyNotOn(map).empty();
  const std::optional<uint64_t> asked = generic->At(model.config.max_seq);
  if (!asked || !without->Fit(map)) return fit;
  const uint64_t room = (map.ram_bytes - without->ram_bytes) / 8 * 8 + *asked;
  if (room >= state_bytes) fit.longest_max_seq = generic->LongestWithin(room - state_bytes);
  if (fit.longest_max_seq && model.config.Traits().positions_end)
    fit.longest_max_seq = std::min<uint32_t>(*fit.longest_max_seq, model.config.max_seq);
  return fit;
}

std::string WhyTooLarge(const BoardFit& fit) {
  const emulation::Board& board = *fit.board;
  const bool flash = fit.flash_bytes_needed > board.flash_bytes;
  const uint64_t needed = flash ? fit.flash_bytes_needed : fit.ram_bytes_needed;
  const uint64_t there = flash ? board.flash_bytes : board.ram_bytes;
  std::string why = StrCat("does not fit ", board.title, ": needs ", Grouped(needed), " bytes of ",
                           flash ? "flash" : "RAM", " of ", Grouped(there));
  if (!flash && fit.longest_max_seq) StrAppend(&why, "; max_seq ", *fit.longest_max_seq, " would fit");
  return why;
}

void Fail(CellStatus status, std::string message, SizeCell* cell) {
  cell->status = status;
  cell->message = std::move(message);
}

// By a run, which the emulated core must have the room for; without that only the stack stays unknown.
void MeasureRam(const Model& model, const emulation::Core& core, const Firmware& firmware,
                const emulation::ElfImage& image, std::chrono::milliseconds time_limit, StateBytes* generic,
                SizeCell* cell) {
  RamUse use;
  use.logits_bytes = uint64_t{4} * model.config.vocab_size;
  const emulation::MemoryMap map = MapOf(core);
  const std::optional<uint64_t> state_bytes = generic->At(model.config.max_seq);
  const auto needs = NeedsOf(image, map, state_bytes.value_or(0), model.config.vocab_size);
  if (state_bytes && needs && needs->ram_bytes > map.ram_bytes) {
    use.state_bytes = *state_bytes;
    cell->ram = use;
    return Fail(CellStatus::kTooLarge,
                StrCat("does not fit the emulated ", map.title, ": needs ", Grouped(needs->ram_bytes),
                       " bytes of RAM of ", Grouped(map.ram_bytes)),
                cell);
  }
  const FirmwareRun run =
      RunShortly(core, firmware, model, cell->variant, kPrompt.size(), kGenerated, time_limit);
  if (run.execution.status != ExecutionStatus::kComplete)
    return Fail(StatusOf(run.execution.status), run.execution.message, cell);
  use.state_bytes = run.execution.state_bytes.value_or(0);
  use.stack_bytes = run.machine.stack_bytes;
  cell->ram = use;
  cell->status = CellStatus::kPass;
}

void Measure(const Model& model, const SizeTarget& target, const SizeOptions& options, SizeCell* cell) {
  const emulation::Core& core = *target.core;
  const Result<Firmware> firmware = FindFirmware(model, core.name, false, cell->variant, cell->build);
  if (!firmware.ok())
    return Fail(firmware.missing() ? CellStatus::kMissing : CellStatus::kError, firmware.error().message,
                cell);
  cell->firmware = firmware->name;
  cell->firmware_sha256 = Sha256Hex(firmware->elf);
  std::string error;
  const auto image = emulation::ElfImage::Read(firmware->elf, firmware->name, error);
  if (image == nullptr) return Fail(CellStatus::kError, error, cell);
  Result<Footprint> footprint = FootprintOf(*image);
  if (!footprint.ok())
    return Fail(CellStatus::kError, StrCat(firmware->name, ": ", footprint.error().message), cell);
  cell->footprint = *std::move(footprint);

  StateBytes generic(
      [&](uint32_t max_seq) {
        return AskStateBytes(model, core, cell->variant, cell->build, max_seq, options.time_limit);
      },
      std::max<uint32_t>(model.config.kernel_size, 1));
  MeasureRam(model, core, *firmware, *image, options.time_limit, &generic, cell);
  if (!cell->ram) return;
  for (const emulation::Board* board : target.boards) {
    const BoardFit fit = FitOn(*board, *image, model, cell->ram->state_bytes, &generic);
    cell->boards.push_back(fit);
    if (target.must_fit && !fit.fits && cell->status == CellStatus::kPass)
      Fail(CellStatus::kTooLarge, WhyTooLarge(fit), cell);
  }
}

}  // namespace

std::optional<uint64_t> SizeCell::RamBytes() const {
  if (!footprint || !ram || !ram->stack_bytes) return std::nullopt;
  return ram->state_bytes + *ram->stack_bytes + ram->logits_bytes + footprint->Bytes(SectionKind::kData) +
         footprint->Bytes(SectionKind::kBss);
}

Result<std::vector<SizeTarget>> SizeTargets(const std::vector<std::string>& cores,
                                            const std::vector<std::string>& boards) {
  const Result<std::vector<CycleTarget>> named = CycleTargets(cores, boards);
  if (!named.ok()) return named.error();
  std::vector<SizeTarget> targets;
  for (const CycleTarget& each : *named) {
    auto target = std::ranges::find(targets, each.core, &SizeTarget::core);
    if (target == targets.end())
      target = targets.insert(target, {.core = each.core, .boards = {}, .must_fit = !boards.empty()});
    if (each.board != nullptr) {
      target->boards.push_back(each.board);
      continue;
    }
    for (const emulation::Board& board : emulation::Boards()) {
      if (board.core == each.core->name) target->boards.push_back(&board);
    }
  }
  return targets;
}

std::vector<SizeCell> MeasureSizes(const std::vector<Model>& models, const std::vector<SizeTarget>& targets,
                                   const SizeOptions& options) {
  const size_t variants = std::max<size_t>(options.variants.size(), 1), builds = options.builds.size();
  std::vector<SizeCell> cells(models.size() * targets.size() * variants * builds);
  const auto measure = [&](size_t index) {
    const Model& model = models[index / (targets.size() * variants * builds)];
    const SizeTarget& target = targets[index / (variants * builds) % targets.size()];
    SizeCell& cell = cells[index];
    cell.core = target.core->name;
    cell.model = model.Name();
    cell.variant = options.variants.empty() ? model.config.Traits().variants.front()
                                            : options.variants[index / builds % variants];
    cell.build = options.builds[index % builds];
    cell.max_seq = model.config.max_seq;
    cell.model_sha256 = model.sha256;
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

ExitCode Verdict(const std::vector<SizeCell>& cells) {
  std::vector<CellStatus> statuses;
  statuses.reserve(cells.size());
  for (const SizeCell& cell : cells) statuses.push_back(cell.status);
  return VerdictOf(statuses);
}

}  // namespace atome::harness
