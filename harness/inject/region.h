// The parts of a machine that bits flip in, and where each of them lies.
#ifndef ATOME_HARNESS_INJECT_REGION_H_
#define ATOME_HARNESS_INJECT_REGION_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emulation/boards/core.h"
#include "emulation/elf/elf_image.h"
#include "emulation/machine/debugger.h"
#include "harness/base/result.h"

namespace atome::harness {

enum class Region : uint8_t {
  kModel,        // the model's image in flash, with the header in front of it
  kCode,         // in flash, with the vector table
  kConstants,    // the firmware's, in flash
  kState,        // the engine's memory
  kLogits,       // of a step
  kData,         // the firmware's variables
  kStack,        // as deep as a run without a flip uses it
  kRegister,     // of the core
  kInstruction,  // the one that is about to execute, once
};
inline constexpr Region kRegions[] = {Region::kModel, Region::kCode,     Region::kConstants,
                                      Region::kState, Region::kLogits,   Region::kData,
                                      Region::kStack, Region::kRegister, Region::kInstruction};

// "model", "code", "constants", "state", "logits", "data", "stack", "register", "instruction".
std::string_view RegionName(Region region);
// All words that ParseRegions takes.
std::vector<std::string> RegionWords();
// These, each once, in the order of the enumeration; "flash" stands for the first three, "ram" for the four
// behind them; all for no words. The error names the unknown word and the known ones.
Result<std::vector<Region>> ParseRegions(const std::vector<std::string>& words);

struct Stretch {
  uint32_t address = 0;
  uint32_t bytes = 0;
};

// Bits of a register that exist: the low bits of SP and PC, and most of xPSR, do not.
struct RegisterBits {
  emulation::DebugRegister number{};
  uint8_t first = 0;
  uint8_t bits = 32;
};

struct Places {
  std::vector<Stretch> stretches[std::size(kRegions)];  // of memory; none of the last two
  std::vector<RegisterBits> registers;

  const std::vector<Stretch>& Of(Region region) const { return stretches[static_cast<size_t>(region)]; }
  // That can flip; of kInstruction 0, since that depends on the instruction.
  uint64_t BitsIn(Region region) const;
};

// What a run without flips says of how memory is used.
struct MemoryUse {
  uint64_t model_bytes = 0;  // in flash, with its header
  uint64_t state_bytes = 0;
  uint64_t logits_bytes = 0;
  uint32_t stack_bytes = 0;
};

// Of firmware of this repository. An error where the ELF lacks what its linker script defines.
Result<Places> FindPlaces(const emulation::ElfImage& image, const emulation::Core& core,
                          const MemoryUse& use);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_INJECT_REGION_H_
