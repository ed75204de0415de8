// Describes where and in what state a run ended. An emulated machine or a debug probe gives the facts.
#ifndef ATOME_EMULATION_SCENE_SCENE_BUILDER_H_
#define ATOME_EMULATION_SCENE_SCENE_BUILDER_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "emulation/boards/core.h"
#include "emulation/elf/elf_image.h"
#include "emulation/scene/fault.h"
#include "emulation/scene/scene.h"
#include "emulation/thumb/block_facts.h"

namespace atome::emulation {

struct SceneFacts {
  // The instruction at which the run ended: the faulting one; the branch when its target cannot be executed;
  // the next one after a limit. registers[15] is not used.
  uint32_t pc = 0;
  // r0 to r15 before that instruction; after it when it is a branch whose target cannot be executed.
  std::array<uint32_t, 16> registers{};
  uint32_t xpsr = 0;  // only the flags, bits 31 to 27, are shown
  // The blocks executed last, oldest first. The last one contains `pc`, which the run need not have reached.
  // Up to 64 are used.
  std::span<const thumb::Block> blocks;
  MemoryReader read;                // flash and RAM; must not change during the call
  std::optional<FaultFacts> fault;  // nothing after a limit; then a loop is looked for
  MemoryMap map;
  // As FaultCircumstances has them.
  bool buffers_stores = true;
  uint32_t enabled_handlers = 0;
};

// Of facts.fault, at facts.pc; a store that RAM as flash refuses is no fault on silicon.
FaultStatus FaultStatusAt(const SceneFacts& facts, const Core& core);

Scene BuildScene(const SceneFacts& facts, const Core& core, const ElfImage& image);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_SCENE_SCENE_BUILDER_H_
