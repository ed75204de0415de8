// The parts of a scene that tell which code was executed.
#ifndef ATOME_EMULATION_SCENE_SCENE_CODE_H_
#define ATOME_EMULATION_SCENE_SCENE_CODE_H_

#include <optional>
#include <vector>

#include "emulation/scene/scene_builder.h"

namespace atome::emulation {

// The instructions up to the one at facts.pc, which comes last; only that one when the last block does not
// contain it. Empty where no memory is.
std::vector<SceneInstruction> LastInstructions(const SceneFacts& facts, const ElfImage& image);

// How many of facts.blocks DescribedLoop looks at.
size_t BlocksForLoop(const SceneFacts& facts);
std::optional<Loop> DescribedLoop(const SceneFacts& facts, const ElfImage& image);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_SCENE_SCENE_CODE_H_
