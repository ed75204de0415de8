// The default memory map of every Cortex-M.
#ifndef ATOME_EMULATION_BASE_ADDRESS_SPACE_H_
#define ATOME_EMULATION_BASE_ADDRESS_SPACE_H_

#include <cstdint>

namespace atome::emulation {

// Whether no code can be there, whatever memory is: peripherals, external devices, the system (Armv7-M
// Architecture Reference Manual, B3.1; Armv6-M, B3.1; Armv8-M, the same).
constexpr bool IsNeverExecutable(uint32_t address) {
  const uint32_t region = address >> 29;
  return region == 2 || region >= 5;
}

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_BASE_ADDRESS_SPACE_H_
