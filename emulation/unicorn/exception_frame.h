// What exception entry puts on the stack and return takes from it (Armv7-M Architecture Reference Manual,
// B1.5.6 to B1.5.8). The FPU's registers are stored at once where silicon may store them later; a program
// sees the same.
#ifndef ATOME_EMULATION_UNICORN_EXCEPTION_FRAME_H_
#define ATOME_EMULATION_UNICORN_EXCEPTION_FRAME_H_

#include <cstdint>
#include <optional>

#include "emulation/machine/guest_memory.h"
#include "emulation/unicorn/registers.h"

namespace atome::emulation {

// What LR holds in a handler: where the return goes.
inline bool IsExceptionReturn(uint32_t address) { return (address & 0xFFFFFFE0) == 0xFFFFFFE0; }

// Stacks the interrupted state and goes to the handler `number`: handler mode, its LR. `pc` is where the
// program goes on after it; `floats`: with the FPU's registers. Returns the address whose store is not
// possible; then nothing else is done, unless `regardless`.
std::optional<uint32_t> StackFrame(Registers& registers, GuestMemory& memory, unsigned number, uint32_t pc,
                                   bool floats, bool regardless = false);

// ITSTATE, which the emulator does not know in the middle of a block: bits 15 to 10 and 26 to 25 of xPSR.
void SetItState(Registers& registers, uint8_t state);

struct Unstacked {
  uint32_t pc = 0;
  unsigned exception = 0;               // that goes on; 0: thread
  std::optional<uint32_t> bad_address;  // nothing was done
};
// Undoes it for a return to `exception_return`. The exception's number is not yet among the registers'
// changes when the frame cannot be read.
Unstacked UnstackFrame(Registers& registers, GuestMemory& memory, uint32_t exception_return, bool has_fpu);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_UNICORN_EXCEPTION_FRAME_H_
