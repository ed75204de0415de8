#include "harness/size/board_firmware.h"

#include <memory>

#include "emulation/elf/elf_image.h"
#include "harness/base/table.h"
#include "harness/base/text.h"
#include "harness/model/variant_engine.h"
#include "harness/run/firmware_maker.h"
#include "harness/size/short_run.h"

namespace atome::harness {
namespace {

// The state's bytes, by a run on the core alone, which has room for it; 0: it does not run there either.
uint64_t StateBytesOnCore(const FirmwareOrder& order, emulation::RunLimits limits) {
  Result<std::string> elf = MakeFirmware(OrderFor(order.model, order.core, order.variant, order.build));
  if (!elf.ok()) return 0;
  const FirmwareRun run = RunShortly({&order.core, nullptr}, {*std::move(elf), "firmware", order.build},
                                     order.model, order.variant, limits, 1, 1);
  return run.execution.state_bytes.value_or(0);
}

std::string TooLarge(const emulation::MemoryMap& map, std::string_view memory, uint64_t needed,
                     uint64_t there) {
  return StrCat("does not fit ", map.title, ": needs ", Grouped(needed), " bytes of ", memory, " of ",
                Grouped(there),
                memory == "RAM" ? "; give a smaller --max-seq, --variant q15kv8, or another board"
                                : "; give --build size, a smaller model, or another board");
}

}  // namespace

BoardFirmware MakeBoardFirmware(const Model& model, const Target& target, Variant variant,
                                FirmwareBuild build, Place place, emulation::RunLimits limits) {
  BoardFirmware made;
  const auto fail = [&made](Outcome outcome, std::string message) {
    made.outcome = outcome;
    made.message = std::move(message);
    return made;
  };
  atome_location where{};
  if (const atome_status status = MakeVariantEngine(model, variant)->Open(&where); status != ATOME_OK)
    return fail(Outcome::kError, DescribeOpenError(model, status, where));

  made.map = target.board != nullptr ? emulation::MapOf(*target.board) : emulation::MapOf(*target.core);
  const emulation::MemoryRange program = made.map.program(), ram = made.map.ram();
  FirmwareOrder order = target.board != nullptr ? OrderFor(model, *target.board, variant, build)
                                                : OrderFor(model, *target.core, variant, build);
  order.place = place;
  Result<std::string> elf = MakeFirmware(order);
  if (!elf.ok()) {
    if (SaysTooLarge(elf.error()))
      return fail(Outcome::kTooLarge, StrCat("does not fit ", made.map.title, ": ", elf.error().message));
    return fail(elf.missing() ? Outcome::kMissing : Outcome::kError, elf.error().message);
  }
  made.elf = *elf;
  const Firmware firmware{*std::move(elf), StrCat("the firmware for ", made.map.title), build};
  std::string error;
  const auto image = emulation::ElfImage::Read(made.elf, firmware.name, error);
  if (image == nullptr) return fail(Outcome::kCrashed, error);
  const FirmwareRun run = RunShortly(target, firmware, model, variant, limits);
  const bool ran = run.execution.outcome == Outcome::kPass;
  made.state_bytes = ran ? run.execution.state_bytes.value_or(0) : StateBytesOnCore(order, limits);
  const auto needs = NeedsOf(*image, made.map, made.state_bytes, model.config.vocab_size);
  if (!needs) return fail(Outcome::kCrashed, StrCat(firmware.name, " has no symbol atome_arena_begin"));
  made.needs = *needs;
  if (needs->flash_bytes > program.bytes)
    return fail(Outcome::kTooLarge, TooLarge(made.map, "flash", needs->flash_bytes, program.bytes));
  if (needs->ram_bytes > ram.bytes)
    return fail(Outcome::kTooLarge, TooLarge(made.map, "RAM", needs->ram_bytes, ram.bytes));
  if (!ran) return fail(run.execution.outcome, run.execution.message);
  return made;
}

}  // namespace atome::harness
