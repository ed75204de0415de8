// What of a firmware is put into flash.
#ifndef ATOME_EMULATION_ELF_LOADED_BYTES_H_
#define ATOME_EMULATION_ELF_LOADED_BYTES_H_

#include <cstdint>
#include <string>

namespace atome::emulation {

// Bytes at their load address; their end fits 32 bits.
struct LoadedBytes {
  uint32_t address = 0;
  std::string bytes = {};

  uint64_t end() const { return uint64_t{address} + bytes.size(); }
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_ELF_LOADED_BYTES_H_
