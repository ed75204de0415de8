// Which Thumb instructions a core has.
#ifndef ATOME_EMULATION_THUMB_ARCHITECTURE_H_
#define ATOME_EMULATION_THUMB_ARCHITECTURE_H_

#include <cstdint>

namespace atome::thumb {

enum class Architecture : uint8_t {
  kArmv6M,   // Cortex-M0, M0+
  kArmv7M,   // Cortex-M3: without the DSP extension
  kArmv7EM,  // Cortex-M4, M7
  kArmv8M,   // Cortex-M33: Armv8-M Mainline with the DSP extension
};

// Whether the architecture defines the encoding, as far as the architectures differ: an instruction that none
// of them has counts as known, and so does every coprocessor instruction. `second` matters to 32-bit ones
// only. Armv6-M Architecture Reference Manual, A5; Armv7-M, A5.3 and the DSP extension in A7; Armv8-M, C2.
bool Knows(Architecture architecture, uint16_t first, uint16_t second);

}  // namespace atome::thumb

#endif  // ATOME_EMULATION_THUMB_ARCHITECTURE_H_
