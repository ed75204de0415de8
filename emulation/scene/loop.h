// Whether a run that was stopped went round in a loop.
#ifndef ATOME_EMULATION_SCENE_LOOP_H_
#define ATOME_EMULATION_SCENE_LOOP_H_

#include <cstdint>
#include <optional>
#include <span>

#include "emulation/scene/scene.h"

namespace atome::emulation {

// The loop that explains most of `blocks`, the addresses of the blocks executed last, oldest first. Leaves
// its instructions and places empty. Nothing when there is none: a steady loop has to be seen twice, and
// blocks in changing order twice on average.
std::optional<Loop> FindLoop(std::span<const uint32_t> blocks);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_SCENE_LOOP_H_
