// What ATOME03 and PLAIN01 files made in a test share: header, section table and checksums, written from
// their descriptions, not from the engine's reader.
#ifndef ATOME_ENGINE_TESTING_SECTION_BUILDER_H_
#define ATOME_ENGINE_TESTING_SECTION_BUILDER_H_

#include <array>
#include <cstdint>
#include <vector>

namespace atome::testing {

using Bytes = std::vector<uint8_t>;

struct Part {
  uint8_t kind, encoding;
  uint16_t layer;
  uint32_t offset;
  Bytes bytes;
};

// Appends the lowest `count` bytes of a value, the lowest first.
inline void Put(Bytes* bytes, uint32_t value, int count) {
  for (int i = 0; i < count; ++i) bytes->push_back(static_cast<uint8_t>(value >> 8 * i));
}

// CRC-32 by the definition, a bit at a time.
inline uint32_t Crc(const Bytes& bytes) {
  uint32_t crc = 0xFFFFFFFF;
  for (uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
  }
  return ~crc;
}

// Sets the parts' offsets. `magic`: seven characters.
inline Bytes SectionedFile(const char* magic, const std::array<uint16_t, 7>& dimensions,
                           std::vector<Part>* parts) {
  Bytes file(magic, magic + 8);
  for (uint16_t value : dimensions) Put(&file, value, 2);
  Put(&file, static_cast<uint32_t>(parts->size()), 2);
  auto end = static_cast<uint32_t>(28 + 16 * parts->size() + 4);
  for (Part& part : *parts) {
    part.offset = end;
    end += static_cast<uint32_t>(part.bytes.size());
  }
  Put(&file, end, 4);
  for (const Part& part : *parts) {
    Put(&file, part.kind | part.encoding << 8 | part.layer << 16, 4);
    Put(&file, part.offset, 4);
    Put(&file, static_cast<uint32_t>(part.bytes.size()), 4);
    Put(&file, Crc(part.bytes), 4);
  }
  Put(&file, Crc(file), 4);
  for (const Part& part : *parts) file.insert(file.end(), part.bytes.begin(), part.bytes.end());
  return file;
}

}  // namespace atome::testing

#endif  // ATOME_ENGINE_TESTING_SECTION_BUILDER_H_
