// What silicon would show after a fault.
#ifndef ATOME_EMULATION_SCENE_FAULT_STATUS_H_
#define ATOME_EMULATION_SCENE_FAULT_STATUS_H_

#include "emulation/boards/core.h"
#include "emulation/scene/fault.h"
#include "emulation/scene/scene.h"
#include "emulation/thumb/instruction.h"

namespace atome::emulation {

struct FaultCircumstances {
  thumb::Access access = thumb::Access::kNone;  // of the faulting instruction
  // Whether the eight words below SP, where the core pushes registers on an exception, are partly outside
  // RAM.
  bool stacking_fails = false;
};

FaultStatus FaultStatusOf(const FaultFacts& facts, const FaultCircumstances& circumstances, const Core& core);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_SCENE_FAULT_STATUS_H_
