// Stack frames by reading instructions: for functions without a frame table (assembly, libraries built
// without -g), and for last instructions, which compilers leave out of the table of Thumb-1 code.
#ifndef ATOME_EMULATION_THUMB_THUMB_FRAME_H_
#define ATOME_EMULATION_THUMB_THUMB_FRAME_H_

#include <array>
#include <cstdint>
#include <optional>

#include "emulation/base/memory_reader.h"
#include "emulation/thumb/decode.h"

namespace atome::thumb {

struct GuessedFrame {
  uint32_t bytes = 0;  // from SP at `pc` up to the caller's SP
  // Where the caller's r0 to LR were pushed, downwards from the caller's SP; 0: not pushed.
  std::array<uint32_t, 15> saved{};
};

// Reads the function from its start to `pc`. Right for functions that set up their frame once, at the start,
// and while `pc` is inside. The caller checks the return address.
GuessedFrame GuessFrame(uint32_t function, uint32_t pc, const emulation::MemoryReader& read);

// Follows straight code from `pc` to a near return: what it takes off the stack is the rest of the frame.
// Exact. Nothing when the code leads elsewhere or moves SP otherwise.
std::optional<GuessedFrame> FrameFromEpilogue(uint32_t pc, const emulation::MemoryReader& read);

// The address of the call (BL or BLX) in front of this even address; nothing when something else is there.
std::optional<uint32_t> CallBefore(uint32_t address, const emulation::MemoryReader& read);

// The bytes that the instruction takes off the stack before it branches: POP and LDM with pc, LDR pc from
// [sp], #n. 0 for others.
uint32_t PoppedByReturn(const Instruction& instruction);

}  // namespace atome::thumb

#endif  // ATOME_EMULATION_THUMB_THUMB_FRAME_H_
