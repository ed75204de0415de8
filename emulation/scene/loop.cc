#include "emulation/scene/loop.h"

#include <algorithm>
#include <set>

namespace atome::emulation {
namespace {

// Fewer blocks than this come again by chance.
constexpr size_t kMinUnsteadyBlocks = 16;

// How many of the last blocks a loop of that length explains.
size_t Explained(std::span<const uint32_t> blocks, size_t length) {
  size_t explained = length;
  while (explained < blocks.size() &&
         blocks[blocks.size() - 1 - explained] == blocks[blocks.size() - 1 - explained + length]) {
    ++explained;
  }
  return explained;
}

std::optional<Loop> FindUnsteady(std::span<const uint32_t> blocks) {
  if (blocks.size() < kMinUnsteadyBlocks) return std::nullopt;
  const auto middle = blocks.begin() + static_cast<std::ptrdiff_t>(blocks.size() / 2);
  const std::set<uint32_t> earlier(blocks.begin(), middle), later(middle, blocks.end());
  if (earlier.size() > blocks.size() / 4 || earlier != later) return std::nullopt;
  return Loop{.blocks = {later.begin(), later.end()}, .steady = false, .places = {}};
}

}  // namespace

std::optional<Loop> FindLoop(std::span<const uint32_t> blocks) {
  size_t best = 0, best_length = 0;
  for (size_t length = 1; length <= blocks.size() / 2; ++length) {
    const size_t explained = Explained(blocks, length);
    if (explained >= 2 * length && explained > best) {
      best = explained;
      best_length = length;
    }
  }
  // An inner loop's rounds explain only a part; the outer loop's blocks come in changing order.
  if (best < blocks.size()) {
    if (std::optional<Loop> unsteady = FindUnsteady(blocks)) return unsteady;
  }
  if (best == 0) return std::nullopt;
  Loop loop{.blocks = {blocks.end() - static_cast<std::ptrdiff_t>(best_length), blocks.end()},
            .rounds = static_cast<uint32_t>(best / best_length),
            .places = {}};
  std::rotate(loop.blocks.begin(), std::ranges::min_element(loop.blocks), loop.blocks.end());
  return loop;
}

}  // namespace atome::emulation
