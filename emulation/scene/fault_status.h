// What silicon would show after a fault.
#ifndef ATOME_EMULATION_SCENE_FAULT_STATUS_H_
#define ATOME_EMULATION_SCENE_FAULT_STATUS_H_

#include <cstdint>

#include "emulation/boards/core.h"
#include "emulation/scene/fault.h"
#include "emulation/scene/scene.h"
#include "emulation/thumb/instruction.h"

namespace atome::emulation {

// Bits of CFSR and HFSR that other rooms set and look at.
inline constexpr uint32_t kCfsrStacking = 1u << 12;
inline constexpr uint32_t kHfsrForced = 1u << 30;

// "UsageFault"; empty for kNone.
const char* NameOf(FaultException exception);

struct FaultCircumstances {
  thumb::Access access = thumb::Access::kNone;  // of the faulting instruction
  // Whether the eight words below SP, where the core pushes registers on an exception, are partly outside
  // RAM.
  bool stacking_fails = false;
  bool buffers_stores = true;     // ACTLR.DISDEFWBUF is clear
  uint32_t enabled_handlers = 0;  // as in SHCSR
};

FaultStatus FaultStatusOf(const FaultFacts& facts, const FaultCircumstances& circumstances, const Core& core);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_SCENE_FAULT_STATUS_H_
