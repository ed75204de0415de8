// Whether a run that was stopped was going round in circles.
#ifndef ATOME_EMULATION_SCENE_LOOP_H_
#define ATOME_EMULATION_SCENE_LOOP_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace atome::emulation {

struct Cycle {
  bool operator==(const Cycle&) const = default;
  std::vector<uint32_t> blocks;  // of one round, in the order of execution from the lowest address on
  size_t rounds = 0;             // seen
  // Whether the rounds are alike. Otherwise `blocks` are ascending and come again in changing order, rounds
  // is 0.
  bool steady = true;
};

// The cycle that explains most of the blocks executed last, given by address, oldest first. Nothing when
// there is none: a steady cycle has to be seen twice, blocks that come again in changing order twice on the
// average.
std::optional<Cycle> FindCycle(std::span<const uint32_t> blocks);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_SCENE_LOOP_H_
