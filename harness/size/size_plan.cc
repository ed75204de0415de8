#include "harness/size/size_plan.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "engine/firmware/model_image.h"
#include "engine/prepare/plan.h"
#include "harness/base/file.h"
#include "harness/base/table.h"
#include "harness/base/text.h"
#include "harness/model/prepared_image.h"
#include "harness/run/firmware_store.h"
#include "harness/size/board_fit.h"
#include "harness/size/footprint.h"
#include "harness/size/size_cell.h"
#include "harness/size/state_bytes.h"

namespace atome::harness {
namespace {

using report::Quantity;

// What firmware built for speed carries of a model.
constexpr ImageLayout kLayout = ImageLayout::kTiles;

struct Planned {
  const Model& model;
  const SizeTarget& target;
  Variant variant;
};

// Of a model that any engine takes.
prepare::Plan PlanOf(const Planned& of, std::optional<ImageLayout> layout, uint32_t max_seq) {
  atome_config config = of.model.config.Ternary();
  config.max_seq = static_cast<uint16_t>(max_seq);
  prepare::Plan plan = *prepare::PlanFor(config, *ImageVariantOf(of.variant), layout);
  if (!layout && !of.model.bytes.empty()) plan.model = of.model.bytes.size();
  plan.model += sizeof(ModelImage);
  return plan;
}

void AddPlan(const Planned& of, std::optional<ImageLayout> layout, report::Cell* cell) {
  const report::Part format{report::PartKind::kFormat, layout ? std::string(LayoutName(*layout)) : "file"};
  const prepare::Plan plan = PlanOf(of, layout, of.model.config.max_seq);
  cell->Add(Quantity::kConstantsBytes, plan.constants, format);
  cell->Add(Quantity::kCacheBytes, plan.cache, format);
  cell->Add(Quantity::kCarriedBytes, plan.carried, format);
  cell->Add(Quantity::kScratchBytes, plan.scratch, format);
  cell->Add(Quantity::kStateBytes, plan.State(), format);
  cell->Add(Quantity::kModelBytes, plan.model, format);
}

// Built firmware, by which to tell what stands around a model.
struct Around {
  std::unique_ptr<const emulation::ElfImage> image;
  std::string name;
  uint64_t firmware_bytes = 0;
  bool for_the_model = false;  // else generic, without a model
};

Result<Around> FindAround(const Planned& of) {
  Around around;
  const std::string_view core = of.target.core->name;
  Result<Firmware> firmware = Missing("");
  if (!of.model.bytes.empty()) {
    const Result<std::string> image = PrepareImage(of.model, of.variant, kLayout);
    if (!image.ok()) return image.error();
    firmware = FindFirmware(of.model, core, false, of.variant);
    around.for_the_model =
        firmware.ok() && !firmware->generic && firmware->elf.find(*image) != std::string::npos;
  }
  if (!around.for_the_model) {
    Model without;
    without.config = of.model.config;
    firmware = FindFirmware(without, core, false, of.variant, FirmwareBuild::kSpeed, Specialise::kNever);
    if (!firmware.ok()) return firmware.error();
  }
  std::string error;
  around.image = emulation::ElfImage::Read(firmware->elf, firmware->name, error);
  if (around.image == nullptr) return Bad(error);
  const Result<Footprint> footprint = FootprintOf(*around.image);
  if (!footprint.ok()) return Bad(StrCat(firmware->name, ": ", footprint.error().message));
  around.firmware_bytes = footprint->FirmwareBytes();
  around.name = firmware->name.substr(0, firmware->name.find(" + "));
  return around;
}

// All that code decides; `plan` is of kLayout.
void AddAround(const Planned& of, const prepare::Plan& plan, const Around& around, report::Cell* cell) {
  const Model& model = of.model;
  if (around.for_the_model) {
    cell->Add(Quantity::kFirmwareBytes, around.firmware_bytes);
    cell->Add(Quantity::kFlashBytes, around.firmware_bytes + plan.model);
  } else {
    cell->note = StrCat("flash needed is at most that: with the ", Grouped(around.firmware_bytes),
                        " bytes of ", around.name, ", where firmware for the model takes less");
    for (const Quantity absent : {Quantity::kFirmwareBytes, Quantity::kFlashBytes}) {
      cell->unavailable[absent] =
          "not measured: no firmware for the model was built; without --plan it is compiled";
    }
  }
  // Behind the header that the generic firmware has.
  const uint64_t more = around.for_the_model ? 0 : plan.model - sizeof(ModelImage);
  const emulation::MemoryMap map = MapOf(*of.target.core);
  cell->Add(Quantity::kFlashBytesNeeded, FlashNeeded(*around.image, map) + more);
  if (const auto needs = NeedsOf(*around.image, map, plan.State(), model.config.vocab_size))
    cell->Add(Quantity::kRamBytesNeeded, needs->ram_bytes);
  StateBytes states([&](uint32_t max_seq) { return PlanOf(of, kLayout, max_seq).State(); });
  for (const emulation::Board* board : of.target.boards) {
    const BoardFit fit = FitOn(*board, *around.image, model, plan.State(), &states, more);
    AddBoard(fit, cell);
    if (of.target.must_fit && !fit.fits && cell->passed()) cell->Fail(Outcome::kTooLarge, fit.WhyNot());
  }
}

report::Cell CellOf(const Planned& of) {
  report::Cell cell;
  cell.key = {.kind = report::Kind::kSize,
              .runner = "plan",
              .core = std::string(of.target.core->name),
              .board = "",
              .model = of.model.Name(),
              .variant = std::string(VariantName(of.variant)),
              .build_kind = std::string(BuildName(FirmwareBuild::kSpeed)),
              .text = "",
              .detail = ""};
  cell.model_sha256 = of.model.sha256;
  cell.outcome = Outcome::kPass;
  for (const std::optional<ImageLayout> layout :
       {std::optional(ImageLayout::kTiles), std::optional(ImageLayout::kColumns),
        std::optional<ImageLayout>()})
    AddPlan(of, layout, &cell);
  const prepare::Plan plan = PlanOf(of, kLayout, of.model.config.max_seq);
  cell.Add(Quantity::kMaxSeq, of.model.config.max_seq);
  cell.Add(Quantity::kStateBytes, plan.State());
  cell.Add(Quantity::kLogitsBytes, uint64_t{4} * of.model.config.vocab_size);
  cell.Add(Quantity::kModelBytes, plan.model);
  const Result<Around> around = FindAround(of);
  if (around.ok()) {
    AddAround(of, plan, *around, &cell);
    return cell;
  }
  for (const Quantity absent : {Quantity::kFirmwareBytes, Quantity::kFlashBytes, Quantity::kFlashBytesNeeded,
                                Quantity::kRamBytesNeeded})
    cell.unavailable[absent] = StrCat("not measured: ", around.error().message);
  cell.note = StrCat("which boards fit is not known: ", around.error().message);
  if (!around.missing()) cell.Fail(Outcome::kError, around.error().message);
  if (around.missing() && of.target.must_fit) cell.Fail(Outcome::kMissing, around.error().message);
  return cell;
}

}  // namespace

Result<Model> ModelOfDimensions(const std::string& config, std::optional<uint16_t> max_seq) {
  const Result<ModelConfig> parsed = ParseConfig(config);
  if (!parsed.ok()) return parsed.error();
  Model model;
  model.config = *parsed;
  ModelConfig& c = model.config;
  if (max_seq) c.max_seq = *max_seq;
  if (c.max_seq == 0) c.max_seq = 64;
  model.path = StrCat("V", c.vocab_size, " d", c.d_model, " L", c.n_layers, " h", c.d_head, " K",
                      c.kernel_size, " k", c.top_k, " S", c.max_seq);
  return model;
}

std::vector<report::Cell> PlanSizes(const std::vector<Model>& models, const std::vector<SizeTarget>& targets,
                                    const std::vector<Variant>& variants) {
  std::vector<report::Cell> cells;
  for (const Model& model : models) {
    for (const SizeTarget& target : targets) {
      for (const Variant variant : variants.empty() ? model.config.Traits().variants : variants)
        cells.push_back(CellOf({model, target, variant}));
    }
  }
  return cells;
}

}  // namespace atome::harness
