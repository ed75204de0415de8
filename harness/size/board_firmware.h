// The firmware of one model for one board or core, tried there in the emulator.
#ifndef ATOME_HARNESS_SIZE_BOARD_FIRMWARE_H_
#define ATOME_HARNESS_SIZE_BOARD_FIRMWARE_H_

#include <cstdint>
#include <string>

#include "emulation/boards/memory_map.h"
#include "emulation/machine/limits.h"
#include "harness/base/outcome.h"
#include "harness/model/model.h"
#include "harness/run/firmware_build.h"
#include "harness/run/target.h"
#include "harness/size/board_fit.h"

namespace atome::harness {

struct BoardFirmware {
  // kMissing: no compiler or sources. kError: the model is refused, or does not compile. kTooLarge: a memory
  // is too small. kCrashed: it does not run.
  Outcome outcome = Outcome::kPass;
  std::string message;  // why it does not pass: one line
  std::string elf;
  emulation::MemoryMap map;  // of the target, for whose first memory and RAM it is linked
  MemoryNeeds needs;
  uint64_t state_bytes = 0;
};

// Compiles, links and runs it shortly. The vector table lies where the board starts: behind the board's
// vector_offset. The whole model is checked first.
BoardFirmware MakeBoardFirmware(const Model& model, const Target& target, Variant variant,
                                FirmwareBuild build, Place place, emulation::RunLimits limits);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_SIZE_BOARD_FIRMWARE_H_
