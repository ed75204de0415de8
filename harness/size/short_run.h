// A short generation, which tells the state and the stack that a firmware takes.
#ifndef ATOME_HARNESS_SIZE_SHORT_RUN_H_
#define ATOME_HARNESS_SIZE_SHORT_RUN_H_

#include <cstddef>
#include <cstdint>

#include "emulation/machine/limits.h"
#include "harness/run/firmware_runner.h"
#include "harness/run/target.h"

namespace atome::harness {

// Long enough for attention to choose among more positions than it may keep.
inline constexpr size_t kShortPrompt = 9;
inline constexpr uint32_t kShortGeneration = 8;

// In the Unicorn machine, with the memories of the board or, of a core alone, more than any board has.
FirmwareRun RunShortly(const Target& target, const Firmware& firmware, const Model& model, Variant variant,
                       emulation::RunLimits limits, size_t prompt_tokens = kShortPrompt,
                       uint32_t generate = kShortGeneration);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_SIZE_SHORT_RUN_H_
