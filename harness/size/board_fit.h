// How much of a board's memories a firmware needs.
#ifndef ATOME_HARNESS_SIZE_BOARD_FIT_H_
#define ATOME_HARNESS_SIZE_BOARD_FIT_H_

#include <cstdint>
#include <optional>

#include "emulation/elf/elf_image.h"
#include "emulation/boards/memory_map.h"

namespace atome::harness {

// From the start of each memory to the last byte needed.
struct MemoryNeeds {
  uint64_t flash_bytes = 0;
  uint64_t ram_bytes = 0;

  bool Fit(const emulation::MemoryMap& map) const {
    return flash_bytes <= map.flash_bytes && ram_bytes <= map.ram_bytes;
  }
};

// The state and, behind it, the logits are not in the ELF: they lie behind its symbol atome_arena_begin
// (engine/firmware/protocol.md). Nothing when it has no such symbol.
std::optional<MemoryNeeds> NeedsOf(const emulation::ElfImage& image, const emulation::MemoryMap& map,
                                   uint64_t state_bytes, uint32_t vocab_size);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_SIZE_BOARD_FIT_H_
