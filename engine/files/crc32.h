// CRC-32 of IEEE 802.3, as zlib computes it.
#ifndef ATOME_ENGINE_FILES_CRC32_H_
#define ATOME_ENGINE_FILES_CRC32_H_

#include <stdint.h>

namespace atome {

// Half a byte at a time: a table of 64 bytes, where whole bytes would need 1024.
inline uint32_t Crc32(const uint8_t* bytes, uint32_t count) {
  static constexpr uint32_t kTable[16] = {
      0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4, 0x4DB26158, 0x5005713C,
      0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C, 0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C};
  uint32_t crc = 0xFFFFFFFF;
  for (; count != 0; --count) {
    crc ^= *bytes++;
    crc = crc >> 4 ^ kTable[crc & 15];
    crc = crc >> 4 ^ kTable[crc & 15];
  }
  return ~crc;
}

}  // namespace atome

#endif  // ATOME_ENGINE_FILES_CRC32_H_
