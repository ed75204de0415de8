// What is known of a block of code before it runs: worked out once, used at every execution.
#ifndef ATOME_EMULATION_THUMB_BLOCK_FACTS_H_
#define ATOME_EMULATION_THUMB_BLOCK_FACTS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "emulation/thumb/decode.h"

namespace atome::thumb {

// A straight run of instructions that an emulator executes as one.
struct Block {
  uint32_t address = 0;
  uint32_t bytes = 0;

  uint32_t end() const { return address + bytes; }
  bool operator==(const Block&) const = default;
};

struct BlockFacts {
  uint16_t instructions = 0;
  // Registers that have to be multiples of 4 at the block's start; otherwise a load or store that needs
  // alignment may fault. Bit n: r<n>.
  uint16_t aligned_registers = 0;
  // How far the stack pointer gets below its value at the block's start, in bytes, by pushes and constants.
  uint16_t stack_bytes = 0;
  bool sets_stack = false;    // the stack pointer gets a value that the code alone does not tell
  bool uses_stack = false;    // stack_bytes or sets_special
  bool sets_special = false;  // MSR, which may set PSP or CONTROL
  bool sends_event = false;   // SEV
  bool calls = false;         // ends with BL or BLX
  bool leaves = false;        // ends with a branch, not a call, whose target the code alone does not tell
  uint8_t it_left = 0;        // instructions behind the block that its last IT governs
  // Loads and stores that need alignment.
  struct AlignedAccess {
    uint32_t pc;
    uint8_t base;   // register
    bool computed;  // by the block itself: aligned_registers does not tell
  };
  std::vector<AlignedAccess> aligned_accesses;
  std::vector<uint32_t> fpu_instructions;  // their addresses
};

// Whether a load or store faults on Armv7-M unless its address is a multiple of 4 (LDM, STM, LDRD, STRD,
// LDREX, STREX, FPU loads and stores: Armv7-M Architecture Reference Manual, A3.2.1). False for SP and PC as
// the base: they are always aligned.
bool NeedsAlignment(const Instruction& instruction);

// `it_left` instructions at the start belong to an IT block that began before.
BlockFacts FactsOf(std::span<const Instruction> run, unsigned it_left);

}  // namespace atome::thumb

#endif  // ATOME_EMULATION_THUMB_BLOCK_FACTS_H_
