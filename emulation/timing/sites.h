// Where data decide what an instruction costs, so that an emulator can watch those places only.
#ifndef ATOME_EMULATION_TIMING_SITES_H_
#define ATOME_EMULATION_TIMING_SITES_H_

#include <cstdint>
#include <span>
#include <vector>

#include "emulation/thumb/instruction.h"
#include "emulation/timing/timing_core.h"

namespace atome::timing {

// An instruction whose cost depends on data, which the emulator is to report when it executes.
struct Site {
  enum class Kind : uint8_t {
    kConditional,   // in an IT block: ReportExecuted, or nothing when it is skipped
    kDivide,        // ReportOperands(dividend, divisor)
    kLongMultiply,  // ReportOperands, in either order
  };
  uint32_t address = 0;
  Kind kind = Kind::kConditional;
  bool conditional = false;  // also in an IT block; reporting its operands tells that it executed
  uint8_t first = 0;         // register numbers of the operands
  uint8_t second = 0;
};

// The sites of a straight run of instructions on this core. `it_left` instructions at its start belong to an
// IT block that began before it. A conditional branch is no site: where the next block is tells whether it
// was taken.
std::vector<Site> Sites(const TimingCore& core, std::span<const thumb::Instruction> run,
                        unsigned it_left = 0);

// Whether the operands of such an instruction decide its cost on this core.
bool HasVariableCost(const TimingCore& core, thumb::Class kind);

}  // namespace atome::timing

#endif  // ATOME_EMULATION_TIMING_SITES_H_
