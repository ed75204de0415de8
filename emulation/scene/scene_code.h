// The parts of a scene that tell which code was executed.
#ifndef ATOME_EMULATION_SCENE_SCENE_CODE_H_
#define ATOME_EMULATION_SCENE_SCENE_CODE_H_

#include <optional>
#include <vector>

#include "emulation/scene/scene_builder.h"

namespace atome::emulation {

// Up to and with the one at facts.pc, alone when the last block does not contain it; empty when no memory is
// there.
std::vector<SceneInstruction> LastInstructions(const SceneFacts& facts, const ElfImage& image);

// How many of facts.blocks FindLoop looks at.
size_t BlocksForLoop(const SceneFacts& facts);
std::optional<Loop> FindLoop(const SceneFacts& facts, const ElfImage& image);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_SCENE_SCENE_CODE_H_
