// Where everything stands in an ATOME03 file (engine/files/atome03.md), and the check of a whole untrusted
// one. After the check the engine reads without checking again.
#ifndef ATOME_ENGINE_FILES_COLUMNS_FILE_H_
#define ATOME_ENGINE_FILES_COLUMNS_FILE_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/files/bytes.h"
#include "engine/files/crc32.h"
#include "engine/files/model_file.h"
#include "engine/files/section_table.h"
#include "engine/files/ternary.h"
#include "engine/maths/float_bits.h"
#include "engine/shape.h"

namespace atome {

// Where the sections of a file stand in its table.
class ColumnsFile : public SectionTable {
 public:
  enum Kind : uint8_t { kEmbed = 1, kBlockVectors, kBlockWeights, kFinalVectors, kUnembed };
  enum Encoding : uint8_t { kTrits, kFloat, kHalf };
  static constexpr uint32_t kScales = 5;  // of a block: conv, wv, wk, wq, router

  using SectionTable::SectionTable;

  static constexpr uint32_t SectionCount(uint32_t n_layers) { return 3 + 2 * n_layers; }
  static constexpr uint32_t TableEnd(uint32_t n_layers) {
    return kHeaderBytes + SectionCount(n_layers) * uint32_t{sizeof(Section)};
  }
  // Index of a section; `layer` counts for those of blocks.
  static constexpr uint32_t Index(Kind kind, uint32_t layer, uint32_t n_layers) {
    if (kind == kEmbed) return 0;
    if (kind == kBlockVectors || kind == kBlockWeights) return 2 * layer + kind - 1u;
    return 2 * n_layers + kind - 3u;
  }

  atome_config Config() const {
    return {Half(8), Half(10), Half(12), Half(14), Half(16), Half(18), Half(20)};
  }
};

// Walks a file in order and stops at the first thing that is not allowed.
template <class Shape>
class ColumnsChecker {
 public:
  ColumnsChecker(const Shape& shape, const uint8_t* file, size_t file_bytes)
      : shape_(shape), file_(file), file_bytes_(file_bytes) {}

  // On failure `*where` says which byte, section (as tensor) and layer.
  atome_status Check(atome_location* where) {
    const uint32_t layers = shape_.n_layers();
    uint32_t kind = 0, layer = 0;  // 0: the header
    atome_status status = Header();
    for (uint32_t i = 0; status == ATOME_OK && kind != ColumnsFile::kUnembed; ++i) {
      if (kind == ColumnsFile::kBlockWeights && ++layer != layers) kind = ColumnsFile::kEmbed;
      ++kind;
      if (kind == ColumnsFile::kFinalVectors) layer = 0;
      status = OneSection(i, kind, layer);
    }
    if (status == ATOME_OK && offset_ != file_bytes_) status = ATOME_ERROR_SIZE;
    if (status != ATOME_OK && where != nullptr) {
      static constexpr uint8_t kNames[] = {ATOME_TENSOR_HEADER,        ATOME_TENSOR_EMBED,
                                           ATOME_TENSOR_BLOCK_VECTORS, ATOME_TENSOR_BLOCK_WEIGHTS,
                                           ATOME_TENSOR_FINAL_VECTORS, ATOME_TENSOR_UNEMBED};
      *where = {offset_, static_cast<uint16_t>(layer), kNames[kind]};
    }
    return status;
  }

 private:
  static constexpr uint32_t Groups(uint32_t columns) { return (columns + 4) / 5; }

  atome_status Header() {
    const uint32_t end = ColumnsFile::TableEnd(shape_.n_layers());
    const ColumnsFile file(file_);
    if (file_bytes_ < ColumnsFile::kHeaderBytes + 4) return ATOME_ERROR_SIZE;
    const bool same = SameDimensions();
    if (same && file_bytes_ < end + 4) return ATOME_ERROR_SIZE;
    if (!file.HeaderIntact(file_bytes_)) return ATOME_ERROR_CHECKSUM;
    if (!same) return ATOME_ERROR_CONFIG;
    if (file.FileBytes() != file_bytes_ || file.Count() != ColumnsFile::SectionCount(shape_.n_layers()))
      return ATOME_ERROR_SIZE;
    offset_ = end + 4;
    return ATOME_OK;
  }

  // All but max_seq, which the caller chooses.
  bool SameDimensions() const { return SameBytes(&shape_.dimensions(), file_ + 8, 6 * sizeof(uint16_t)); }

  // Leaves offset_ at what is wrong, or after the section.
  atome_status OneSection(uint32_t index, uint32_t kind, uint32_t layer) {
    const ColumnsFile file(file_);
    const uint8_t* entry = file.Entry(index);
    const uint32_t encoding = entry[1];
    if (entry[0] != kind || file.Half(entry + 2) != layer || LoadWord(entry + 4) != offset_)
      return ATOME_ERROR_SIZE;
    const uint32_t d = shape_.d_model();
    // Numbers of 4 or 2 bytes, then codes.
    uint32_t numbers = 1, codes = shape_.vocab_size() * Groups(d);
    if (kind == ColumnsFile::kBlockWeights) {
      numbers = ColumnsFile::kScales;
      codes = BlockRows(shape_) * Groups(d) + d * Groups(shape_.kernel_size());
    }
    if (kind == ColumnsFile::kBlockVectors || kind == ColumnsFile::kFinalVectors) {
      numbers = (kind == ColumnsFile::kBlockVectors ? 5 : 2) * d;
      codes = 0;
      if (encoding != ColumnsFile::kFloat && encoding != ColumnsFile::kHalf) return ATOME_ERROR_CODE;
    } else if (encoding != ColumnsFile::kTrits) {
      return ATOME_ERROR_CODE;
    }
    const uint32_t width = encoding == ColumnsFile::kHalf ? 2 : 4;
    const uint32_t bytes = (width * numbers + codes + 3) & ~uint32_t{3};
    if (LoadWord(entry + 8) != bytes || file_bytes_ - offset_ < bytes) return ATOME_ERROR_SIZE;
    if (Crc32(file_ + offset_, bytes) != LoadWord(entry + 12)) return ATOME_ERROR_CHECKSUM;

    const uint32_t end = offset_ + bytes;
    const uint32_t exponent = width == 2 ? 0x7C00 : 0x7F80;  // all ones when a number is not finite
    for (; numbers != 0; --numbers, offset_ += width) {
      if ((~uint32_t{file.Half(file_ + offset_ + width - 2)} & exponent) == 0) return ATOME_ERROR_VALUE;
    }
    for (; codes != 0; --codes, ++offset_) {
      if (file_[offset_] > 242) return ATOME_ERROR_CODE;
    }
    offset_ = end;
    return ATOME_OK;
  }

  const Shape& shape_;
  const uint8_t* file_;
  size_t file_bytes_;
  uint32_t offset_ = 0;
};

}  // namespace atome

#endif  // ATOME_ENGINE_FILES_COLUMNS_FILE_H_
