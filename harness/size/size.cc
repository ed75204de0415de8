#include "harness/size/size.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "harness/base/file.h"
#include "harness/base/parallel.h"
#include "harness/base/table.h"
#include "harness/base/text.h"
#include "harness/run/given_firmware.h"
#include "harness/run/target.h"
#include "harness/size/board_fit.h"
#include "harness/size/short_run.h"
#include "harness/size/size_cell.h"
#include "harness/size/state_bytes.h"

namespace atome::harness {
namespace {

// The state of this model with another max_seq, as the generic firmware says.
std::optional<uint64_t> AskStateBytes(Model model, const emulation::Core& core, Variant variant,
                                      FirmwareBuild build, uint32_t max_seq, emulation::RunLimits limits) {
  model.config.max_seq = static_cast<uint16_t>(max_seq);
  const Result<Firmware> firmware = FindFirmware(model, core.name, false, variant, build, Specialise::kNever);
  if (!firmware.ok()) return std::nullopt;
  return RunShortly({&core, nullptr}, *firmware, model, variant, limits, 1, 1).execution.state_bytes;
}

// What one cell is of.
struct Place {
  const Model& model;
  const SizeTarget& target;
  Variant variant;
  FirmwareBuild build;
};

// The state of this firmware, for which the core may have no room. The generic one's may differ, as constants
// lie in flash or in RAM: by the same at every max_seq, so that one with a small max_seq tells.
std::optional<uint64_t> OwnStateBytes(const Place& place, const Firmware& firmware,
                                      emulation::RunLimits limits, StateBytes* generic) {
  const std::optional<uint64_t> asked = generic->At(place.model.config.max_seq);
  if (!asked || firmware.generic) return asked;
  Model shorter = place.model;
  shorter.config.max_seq = std::max<uint16_t>(shorter.config.kernel_size, 1);
  const emulation::Core& core = *place.target.core;
  const Result<Firmware> small =
      FindFirmware(shorter, core.name, false, place.variant, place.build, Specialise::kCompile);
  if (!small.ok() || small->generic) return asked;
  const std::optional<uint64_t> own =
      RunShortly({&core, nullptr}, *small, shorter, place.variant, limits, 1, 1).execution.state_bytes;
  const std::optional<uint64_t> least = generic->At(shorter.config.max_seq);
  return own && least ? *own + *asked - *least : asked;
}

// By a run, which the emulated core must have the room for; without that only the stack stays unknown.
void MeasureRam(const Place& place, const Firmware& firmware, const emulation::ElfImage& image,
                emulation::RunLimits limits, StateBytes* generic, Sizes* sizes, report::Cell* cell) {
  const Model& model = place.model;
  RamUse use;
  use.logits_bytes = uint64_t{4} * model.config.vocab_size;
  const emulation::MemoryMap map = MapOf(*place.target.core);
  std::optional<uint64_t> state_bytes = generic->At(model.config.max_seq);
  auto needs = NeedsOf(image, map, state_bytes.value_or(0), model.config.vocab_size);
  if (state_bytes && needs && needs->ram_bytes > map.ram().bytes) {
    state_bytes = OwnStateBytes(place, firmware, limits, generic);
    needs = NeedsOf(image, map, state_bytes.value_or(0), model.config.vocab_size);
  }
  if (state_bytes && needs && needs->ram_bytes > map.ram().bytes) {
    use.state_bytes = *state_bytes;
    sizes->ram = use;
    return cell->Fail(Outcome::kTooLarge,
                      StrCat("does not fit the emulated ", map.title, ": needs ", Grouped(needs->ram_bytes),
                             " bytes of RAM of ", Grouped(map.ram().bytes)));
  }
  const FirmwareRun run = RunShortly({place.target.core, nullptr}, firmware, model, place.variant, limits);
  if (run.execution.outcome != Outcome::kPass)
    return cell->Fail(run.execution.outcome, run.execution.message);
  use.state_bytes = run.execution.state_bytes.value_or(0);
  use.stack_bytes = run.machine.stack_bytes;
  sizes->ram = use;
  cell->outcome = Outcome::kPass;
}

// Firmware that is not ours has all RAM that it takes for variables in its ELF, but for a heap, which is not
// seen.
void MeasureGiven(const Place& place, const emulation::ElfImage& image, const SizeOptions& options,
                  Sizes* sizes, report::Cell* cell) {
  sizes->footprint = FootprintOfGiven(image, place.model.bytes);
  sizes->flash_bytes_needed = FlashNeeded(image, MapFor(*place.target.core, image));
  const FirmwareRun run =
      RunShortly({place.target.core, nullptr}, *options.given, place.model, place.variant, options.limits);
  cell->note = StrCat(GivenFirmwareDetail(*options.given), "; RAM is variables and stack, without a heap");
  if (run.execution.outcome != Outcome::kPass)
    return cell->Fail(run.execution.outcome, run.execution.message);
  sizes->ram = {.state_bytes = run.execution.state_bytes,
                .stack_bytes = run.machine.stack_bytes,
                .logits_bytes = std::nullopt};
  cell->outcome = Outcome::kPass;
}

void Measure(const Place& place, const SizeOptions& options, Sizes* sizes, report::Cell* cell) {
  const Model& model = place.model;
  const emulation::Core& core = *place.target.core;
  const Result<Firmware> firmware =
      options.given != nullptr
          ? *options.given
          : FindFirmware(model, core.name, false, place.variant, place.build, options.specialise);
  if (!firmware.ok()) {
    return cell->Fail(firmware.missing() ? Outcome::kMissing : Outcome::kError, firmware.error().message);
  }
  cell->build = firmware->name;
  cell->Add(report::Quantity::kFirmware, std::string(firmware->Kind()));
  if (!firmware->why_generic.empty()) cell->note = firmware->Note();
  cell->build_sha256 = Sha256Hex(firmware->elf);
  std::string error;
  const auto image = emulation::ElfImage::Read(firmware->elf, firmware->name, error);
  if (image == nullptr) return cell->Fail(Outcome::kError, error);
  if (options.given != nullptr) return MeasureGiven(place, *image, options, sizes, cell);
  Result<Footprint> footprint = FootprintOf(*image);
  if (!footprint.ok())
    return cell->Fail(Outcome::kError, StrCat(firmware->name, ": ", footprint.error().message));
  sizes->footprint = *std::move(footprint);
  if (sizes->footprint->by_source)
    StrAppend(&cell->note, cell->note.empty() ? "" : "; ",
              "merged objects: the source of each function says who needs it");

  StateBytes generic(
      [&](uint32_t max_seq) {
        return AskStateBytes(model, core, place.variant, place.build, max_seq, options.limits);
      },
      std::max<uint32_t>(model.config.kernel_size, 1));
  const emulation::MemoryMap map = MapOf(core);
  sizes->flash_bytes_needed = FlashNeeded(*image, map);
  MeasureRam(place, *firmware, *image, options.limits, &generic, sizes, cell);
  if (!sizes->ram) return;
  if (const auto needs = NeedsOf(*image, map, *sizes->ram->state_bytes, model.config.vocab_size))
    sizes->ram_bytes_needed = needs->ram_bytes;
  for (const emulation::Board* board : place.target.boards) {
    const BoardFit fit = FitOn(*board, *image, model, *sizes->ram->state_bytes, &generic);
    sizes->boards.push_back(fit);
    if (place.target.must_fit && !fit.fits && cell->passed()) cell->Fail(Outcome::kTooLarge, fit.WhyNot());
  }
}

report::Cell CellOf(const Place& place, const SizeOptions& options) {
  report::Cell cell;
  cell.key = {.kind = report::Kind::kSize,
              .runner = "elf",
              .core = std::string(place.target.core->name),
              .board = "",
              .model = place.model.Name(),
              .variant = std::string(VariantName(place.variant)),
              .build_kind = options.given != nullptr ? "" : std::string(BuildName(place.build)),
              .text = "",
              .detail = options.given != nullptr ? GivenFirmwareDetail(*options.given) : ""};
  cell.model_sha256 = place.model.sha256;
  Sizes sizes;
  try {
    Measure(place, options, &sizes, &cell);
  } catch (const std::exception& error) {  // out of memory: this cell's loss, not the others'
    cell.Fail(Outcome::kCrashed, StrCat("the measurement threw: ", error.what()));
  }
  cell.Add(report::Quantity::kMaxSeq, place.model.config.max_seq);
  AddSizes(sizes, options.symbols, &cell);
  return cell;
}

}  // namespace

Result<std::vector<SizeTarget>> SizeTargets(const std::vector<std::string>& cores,
                                            const std::vector<std::string>& boards) {
  const Result<std::vector<Target>> named = ParseTargets(cores, boards);
  if (!named.ok()) return named.error();
  std::vector<SizeTarget> targets;
  for (const Target& each : *named) {
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

std::vector<report::Cell> MeasureSizes(const std::vector<Model>& models,
                                       const std::vector<SizeTarget>& targets, const SizeOptions& options) {
  const size_t variants = std::max<size_t>(options.variants.size(), 1), builds = options.builds.size();
  std::vector<report::Cell> cells(models.size() * targets.size() * variants * builds);
  const auto measure = [&](size_t index) {
    const Model& model = models[index / (targets.size() * variants * builds)];
    cells[index] = CellOf({.model = model,
                           .target = targets[index / (variants * builds) % targets.size()],
                           .variant = options.variants.empty() ? model.config.Traits().variants.front()
                                                               : options.variants[index / builds % variants],
                           .build = options.builds[index % builds]},
                          options);
  };
  ForEachIndex(cells.size(), options.jobs, measure, [&](size_t done, size_t index) {
    if (options.progress) options.progress(done, cells.size(), cells[index]);
  });
  return cells;
}

}  // namespace atome::harness
