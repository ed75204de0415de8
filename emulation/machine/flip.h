// Bits of a machine that change by themselves, as radiation, a weak cell or a glitch change them.
#ifndef ATOME_EMULATION_MACHINE_FLIP_H_
#define ATOME_EMULATION_MACHINE_FLIP_H_

#include <cstdint>

#include "emulation/base/counts.h"
#include "emulation/machine/debugger.h"

namespace atome::emulation {

// It happens in front of the first instruction from `at` on that is not in an IT block, where an interrupt
// could come too.
struct Flip {
  enum class Target : uint8_t {
    kMemory,       // of any memory, flash as well; it stays so until the program writes there
    kRegister,     // of the core
    kInstruction,  // of the next one as it is fetched, once; memory keeps what it has
  };
  Target target = Target::kMemory;
  uint32_t address = 0;                     // of memory
  DebugRegister number = DebugRegister{0};  // of a register: r0 to r15, xPSR's flags, s0 to s31
  uint8_t bit = 0;    // the first; memory: 0 to 7; a register: 0 to 31; an instruction: modulo its bits
  uint8_t bits = 1;   // so many neighbours, 1 to 8; those beyond a register or instruction are left out
  Instructions at{};  // executed since reset

  bool operator==(const Flip&) const = default;
};

// What a flip changed.
struct Flipped {
  Instructions at{};    // executed before it
  uint32_t pc = 0;      // of the instruction that came next
  uint32_t before = 0;  // the byte, register or instruction; the second halfword of one above the first
  uint32_t after = 0;
  bool done = false;  // else the run ended before, or there is nothing that can flip

  bool operator==(const Flipped&) const = default;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_MACHINE_FLIP_H_
