// The places where data decide what an instruction costs: an emulator needs to watch only these.
#ifndef ATOME_EMULATION_TIMING_SITES_H_
#define ATOME_EMULATION_TIMING_SITES_H_

#include <cstdint>
#include <span>
#include <vector>

#include "emulation/thumb/instruction.h"
#include "emulation/timing/timing_core.h"

namespace atome::timing {

// An instruction whose cost depends on data. The emulator notes it when it executes.
struct Site {
  enum class Kind : uint8_t {
    kConditional,   // in an IT block: NoteExecuted, or nothing when it is skipped
    kDivide,        // NoteOperands(dividend, divisor)
    kLongMultiply,  // NoteOperands, in either order
  };
  uint32_t address = 0;
  Kind kind = Kind::kConditional;
  bool conditional = false;  // also in an IT block; noting its operands tells that it executed
  uint8_t first = 0;         // register numbers of the operands
  uint8_t second = 0;
};

// The sites of a straight run of instructions on this core. `it_left` instructions at its start belong to an
// IT block that began before it. Conditional branches are not among them: the next block tells whether they
// were taken.
std::vector<Site> Sites(const TimingCore& core, std::span<const thumb::Instruction> run,
                        unsigned it_left = 0);

// Whether the operands of such an instruction decide its cost on this core.
bool HasVariableCost(const TimingCore& core, thumb::Class kind);

}  // namespace atome::timing

#endif  // ATOME_EMULATION_TIMING_SITES_H_
