// CRC-32 of IEEE 802.3, as zlib computes it, as engine/files/crc32.h, without a table.
#ifndef ATOME_ENGINE_FILES_CRC32_H_
#define ATOME_ENGINE_FILES_CRC32_H_

#include <stdint.h>

namespace atome {

[[gnu::noinline]] inline uint32_t Crc32(const uint8_t* bytes, uint32_t count) {
  uint32_t crc = 0xFFFFFFFF;
  for (; count != 0; --count) {
    crc ^= *bytes++;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (0xEDB88320 & (0 - (crc & 1)));
  }
  return ~crc;
}

}  // namespace atome

#endif  // ATOME_ENGINE_FILES_CRC32_H_
