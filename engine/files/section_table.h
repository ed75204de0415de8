// What ATOME03 and PLAIN01 files share: a header of 28 bytes, a section table, the CRC-32 of both, sections.
#ifndef ATOME_ENGINE_FILES_SECTION_TABLE_H_
#define ATOME_ENGINE_FILES_SECTION_TABLE_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "engine/files/crc32.h"
#include "engine/maths/float_bits.h"

namespace atome {

class SectionTable {
 public:
  struct Section {
    uint8_t kind;
    uint8_t encoding;
    uint16_t layer;
    uint32_t offset;
    uint32_t bytes;
    uint32_t crc;
  };
  static constexpr uint32_t kHeaderBytes = 28;

  explicit SectionTable(const uint8_t* file) : file_(file) {}

  const uint8_t* file() const { return file_; }
  // Of the header: a dimension; the number of sections; bytes of the whole file.
  uint16_t Half(uint32_t offset) const { return Half(file_ + offset); }
  static uint16_t Half(const uint8_t* at) { return static_cast<uint16_t>(at[0] | at[1] << 8); }
  uint16_t Count() const { return Half(22); }
  uint32_t FileBytes() const { return LoadWord(file_ + 24); }

  Section At(uint32_t index) const {
    Section section;
    memcpy(&section, file_ + kHeaderBytes + index * sizeof section, sizeof section);
    return section;
  }
  // Of a section; apart from At because the pass of a token wants no more.
  uint32_t Offset(uint32_t index) const { return LoadWord(Entry(index) + 4); }
  const uint8_t* Entry(uint32_t index) const { return file_ + kHeaderBytes + index * 16; }

  // Whether the header and the table, in a file of at least kHeaderBytes, have their checksum.
  bool HeaderIntact(size_t file_bytes) const {
    const uint32_t end = kHeaderBytes + Count() * static_cast<uint32_t>(sizeof(Section));
    return file_bytes >= end + 4 && Crc32(file_, end) == LoadWord(file_ + end);
  }

 private:
  const uint8_t* file_;
};

}  // namespace atome

#endif  // ATOME_ENGINE_FILES_SECTION_TABLE_H_
