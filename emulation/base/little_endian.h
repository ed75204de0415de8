// Numbers in the bytes of a file.
#ifndef ATOME_EMULATION_BASE_LITTLE_ENDIAN_H_
#define ATOME_EMULATION_BASE_LITTLE_ENDIAN_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace atome::emulation {

// The word at `offset`, of which all four bytes must be there.
inline uint32_t LittleEndianWord(std::string_view bytes, size_t offset) {
  uint32_t word = 0;
  for (size_t k = 4; k-- > 0;) word = word << 8 | static_cast<uint8_t>(bytes[offset + k]);
  return word;
}

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_BASE_LITTLE_ENDIAN_H_
