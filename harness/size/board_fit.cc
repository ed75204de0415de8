#include "harness/size/board_fit.h"

#include <algorithm>

namespace atome::harness {

std::optional<MemoryNeeds> NeedsOf(const emulation::ElfImage& image, const emulation::MemoryMap& map,
                                   uint64_t state_bytes, uint32_t vocab_size) {
  const std::optional<uint32_t> arena = image.FindSymbol("atome_arena_begin");
  if (!arena || *arena < map.ram_address) return std::nullopt;
  MemoryNeeds needs;
  needs.ram_bytes = *arena - map.ram_address + (state_bytes + 7) / 8 * 8 + uint64_t{4} * vocab_size;
  for (const emulation::ElfImage::Segment& segment : image.segments()) {
    if (segment.bytes.empty() || segment.load_address < map.flash_address) continue;
    needs.flash_bytes = std::max(needs.flash_bytes,
                                 uint64_t{segment.load_address} - map.flash_address + segment.bytes.size());
  }
  return needs;
}

}  // namespace atome::harness
