// The memories of a chip as a debug server describes them (Debugging with GDB, appendix E.14, "Memory map").
#ifndef ATOME_EMULATION_PROBE_FLASH_MAP_H_
#define ATOME_EMULATION_PROBE_FLASH_MAP_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "emulation/boards/memory_map.h"

namespace atome::emulation::probe {

// A range of flash, which is erased by blocks.
struct Flash {
  MemoryRange range;
  uint32_t block_bytes = 0;  // at least 1
};

// The flash of a map, which is XML. What makes no sense is left out. Any text may come.
std::vector<Flash> ParseFlashMap(std::string_view xml);

// The blocks that the bytes from `address` on touch; no bytes where they are not all in one of `flashes`.
MemoryRange BlocksOf(const std::vector<Flash>& flashes, uint32_t address, uint32_t bytes);

}  // namespace atome::emulation::probe

#endif  // ATOME_EMULATION_PROBE_FLASH_MAP_H_
