// The flash and the RAM of a core's emulated machine or of a board.
#ifndef ATOME_EMULATION_BOARDS_MEMORY_MAP_H_
#define ATOME_EMULATION_BOARDS_MEMORY_MAP_H_

#include <cstdint>
#include <string_view>

namespace atome::emulation {

struct MemoryMap {
  uint32_t flash_address;
  uint32_t flash_bytes;
  uint32_t vector_address;  // of the vector table the program starts with, in flash
  uint32_t ram_address;     // above the flash
  uint32_t ram_bytes;
  uint32_t second_bank_address = 0;  // where RAM goes on in another bank; 0: it is one
  std::string_view title;            // of what has these memories, for messages
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_BOARDS_MEMORY_MAP_H_
