// Makes the firmware of one model: its dimensions compiled in, with its prepared image, or the file of a
// plain transformer, linked for given memories. How, the build's recipes say (ci/cmake/AtomeFirmware.cmake,
// atome_firmware_recipe).
#ifndef ATOME_HARNESS_RUN_FIRMWARE_MAKER_H_
#define ATOME_HARNESS_RUN_FIRMWARE_MAKER_H_

#include <string>
#include <string_view>

#include "emulation/boards/board.h"
#include "emulation/boards/core.h"
#include "emulation/boards/memory_map.h"
#include "harness/base/result.h"
#include "harness/base/variant.h"
#include "harness/model/model.h"
#include "harness/run/firmware_build.h"

namespace atome::harness {

struct FirmwareOrder {
  const Model& model;
  const emulation::Core& core;
  Variant variant = Variant::kF32;  // one that runs the model
  FirmwareBuild build = FirmwareBuild::kSpeed;
  emulation::MemoryRange flash, ram;  // the vector table is at the beginning of flash
  Place place = Place::kFlash;
  std::vector<std::string> defines{};  // further words of the compiler, as "-DATOME_RANGE_CHECKS=1"
};

// The order for a core's own memories.
FirmwareOrder OrderFor(const Model& model, const emulation::Core& core, Variant variant, FirmwareBuild build);

// The same for a board's first memory, behind its vector_offset, and its RAM.
FirmwareOrder OrderFor(const Model& model, const emulation::Board& board, Variant variant,
                       FirmwareBuild build);

// The ELF. Kept by content, with the objects that it was linked of, in $ATOME_FIRMWARE_CACHE, else in
// CacheFolder() (harness/base/places.h), at most 256 MiB of them. Missing without compiler, recipes or
// sources; another error has what the compiler or linker said first. Thread-safe.
Result<std::string> MakeFirmware(const FirmwareOrder& order);

// Whether the error is the linker's, of a memory that is too small.
bool SaysTooLarge(const Error& error);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_FIRMWARE_MAKER_H_
