// The flash and the RAM of a core's emulated machine or of a board.
#ifndef ATOME_EMULATION_BOARDS_MEMORY_MAP_H_
#define ATOME_EMULATION_BOARDS_MEMORY_MAP_H_

#include <cstdint>
#include <string_view>

namespace atome::emulation {

// The emulators' pages.
inline constexpr uint32_t kWritablePage = 1024;

struct MemoryMap {
  uint32_t flash_address;
  uint32_t flash_bytes;
  uint32_t vector_address;  // of the vector table the program starts with, in flash
  uint32_t ram_address;     // above the flash
  uint32_t ram_bytes;
  uint32_t second_bank_address = 0;  // where RAM goes on in another bank; 0: it is one
  // The end of flash that a program can write, where flash is RAM: all but the code and constants in front of
  // it, which are kept from stores to find those through wild pointers. A multiple of kWritablePage.
  uint32_t flash_ram_bytes = 0;
  std::string_view title;  // of what has these memories, for messages

  uint32_t fixed_flash_bytes() const { return flash_bytes - flash_ram_bytes; }
  bool IsWritable(uint32_t address) const {
    return address - ram_address < ram_bytes ||
           address - flash_address - fixed_flash_bytes() < flash_ram_bytes;
  }
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_BOARDS_MEMORY_MAP_H_
