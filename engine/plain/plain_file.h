// Where everything stands in a PLAIN01 file (plain01.md), and the check of a whole untrusted one. After the
// check the engine reads without checking again.
#ifndef ATOME_ENGINE_PLAIN_PLAIN_FILE_H_
#define ATOME_ENGINE_PLAIN_PLAIN_FILE_H_

#include <stddef.h>
#include <stdint.h>

#include "engine/atome.h"
#include "engine/atome_plain.h"
#include "engine/files/crc32.h"
#include "engine/files/section_table.h"
#include "engine/maths/float_bits.h"
#include "engine/plain/shape.h"

namespace atome::plain {

class PlainFile : public SectionTable {
 public:
  enum Kind : uint8_t { kEmbed = 1, kPositions, kBlockVectors, kBlockWeights, kFinalVectors, kUnembed };

  using SectionTable::SectionTable;

  static bool ReadMagic(const uint8_t* file, size_t file_bytes) {
    static constexpr char kMagic[8] = "PLAIN01";
    if (file_bytes < sizeof kMagic) return false;
    for (uint32_t i = 0; i < sizeof kMagic; ++i) {
      if (file[i] != static_cast<uint8_t>(kMagic[i])) return false;
    }
    return true;
  }

  static constexpr uint32_t SectionCount(uint32_t n_layers) { return 4 + 2 * n_layers; }
  // Index of a section; `layer` counts for those of blocks.
  static constexpr uint32_t Index(Kind kind, uint32_t layer, uint32_t n_layers) {
    if (kind <= kPositions) return kind - 1u;
    if (kind <= kBlockWeights) return 2 * layer + kind - 1u;
    return 2 * n_layers + kind - 3u;
  }

  atome_plain_config Config() const {
    return {Half(8), Half(10), Half(12), Half(14), Half(16), Half(18), Half(20)};
  }
};

// Bytes of a matrix: int8 rows begin at multiples of 4.
constexpr uint64_t MatrixBytes(uint32_t weights, uint32_t rows, uint32_t columns) {
  return weights == ATOME_PLAIN_INT8 ? uint64_t{rows} * (4 + RoundUp(columns, 4))
                                     : uint64_t{rows} * columns * 4;
}

// Walks a file in order and stops at the first thing that is not allowed.
class PlainChecker {
 public:
  PlainChecker(const atome_plain_config& config, const uint8_t* file, size_t file_bytes)
      : c_(config), file_(file), file_bytes_(file_bytes) {}

  // On failure `*where` says which byte, section (as tensor) and layer.
  atome_status Check(atome_location* where) {
    atome_tensor name = ATOME_TENSOR_HEADER;
    uint32_t layer = 0;
    atome_status status = Header();
    const uint32_t count = PlainFile::SectionCount(c_.n_layers);
    for (uint32_t i = 0; i < count && status == ATOME_OK; ++i) {
      static constexpr atome_tensor kNames[] = {ATOME_TENSOR_EMBED,         ATOME_TENSOR_POSITIONS,
                                                ATOME_TENSOR_BLOCK_VECTORS, ATOME_TENSOR_BLOCK_WEIGHTS,
                                                ATOME_TENSOR_FINAL_VECTORS, ATOME_TENSOR_UNEMBED};
      const bool block = i >= 2 && i + 2 < count;
      const uint32_t kind = i < 2 ? i + 1 : block ? 3 + i % 2 : i + 7 - count;
      name = kNames[kind - 1];
      layer = block ? i / 2 - 1 : 0;
      status = OneSection(PlainFile{file_}.At(i), kind, layer);
    }
    if (status == ATOME_OK && offset_ != file_bytes_) status = ATOME_ERROR_SIZE;
    if (status != ATOME_OK && where != nullptr) {
      *where = {offset_, static_cast<uint16_t>(layer), static_cast<uint16_t>(name)};
    }
    return status;
  }

 private:
  atome_status Header() {
    if (file_bytes_ < PlainFile::kHeaderBytes + 4) return ATOME_ERROR_SIZE;
    const PlainFile file(file_);
    if (!file.HeaderIntact(file_bytes_)) return ATOME_ERROR_CHECKSUM;
    const atome_plain_config config = file.Config();
    if (!SameDimensions(config)) return ATOME_ERROR_CONFIG;
    if (file.FileBytes() != file_bytes_ || file.Count() != PlainFile::SectionCount(c_.n_layers)) {
      offset_ = file.FileBytes();
      return ATOME_ERROR_SIZE;
    }
    positions_ = config.max_seq;
    offset_ = PlainFile::kHeaderBytes + file.Count() * uint32_t{sizeof(PlainFile::Section)} + 4;
    return ATOME_OK;
  }

  bool SameDimensions(const atome_plain_config& c) const {
    return InRange(c) && c.vocab_size == c_.vocab_size && c.d_model == c_.d_model &&
           c.n_layers == c_.n_layers && c.n_heads == c_.n_heads && c.d_ff == c_.d_ff &&
           c.max_seq >= c_.max_seq && c.weights == c_.weights;
  }

  atome_status OneSection(const PlainFile::Section& section, uint32_t kind, uint32_t layer) {
    const bool vectors = kind == PlainFile::kBlockVectors || kind == PlainFile::kFinalVectors;
    if (section.kind != kind || section.layer != layer || section.offset != offset_) return ATOME_ERROR_SIZE;
    if (section.encoding != (vectors ? 0 : c_.weights)) return ATOME_ERROR_CODE;
    const uint32_t d = c_.d_model, ff = c_.d_ff;
    const auto matrix = [this](uint32_t rows, uint32_t columns) {
      return MatrixBytes(c_.weights, rows, columns);
    };
    const uint32_t rows = kind == PlainFile::kPositions ? positions_ : c_.vocab_size;
    const uint64_t bytes = kind == PlainFile::kBlockVectors   ? 16 * uint64_t{d}
                           : kind == PlainFile::kFinalVectors ? 8 * uint64_t{d}
                           : kind == PlainFile::kBlockWeights
                               ? 4 * matrix(d, d) + matrix(ff, d) + matrix(d, ff)
                               : matrix(rows, d);
    if (section.bytes != bytes || file_bytes_ - offset_ < bytes) return ATOME_ERROR_SIZE;
    if (Crc32(file_ + offset_, section.bytes) != section.crc) return ATOME_ERROR_CHECKSUM;

    if (vectors) return Floats(section.bytes / 4);
    if (kind != PlainFile::kBlockWeights) return Matrix(rows, d);
    for (uint32_t i = 0; i < 6; ++i) {
      const atome_status status = Matrix(i == 4 ? ff : d, i == 5 ? ff : d);
      if (status != ATOME_OK) return status;
    }
    return ATOME_OK;
  }

  // Each leaves offset_ at what is wrong, or after what was checked.
  atome_status Floats(uint32_t count) {
    for (; count != 0; --count, offset_ += 4) {
      if (!IsFiniteBits(LoadWord(file_ + offset_))) return ATOME_ERROR_VALUE;
    }
    return ATOME_OK;
  }
  atome_status Matrix(uint32_t rows, uint32_t columns) {
    if (c_.weights == ATOME_PLAIN_FP32) return Floats(rows * columns);
    const atome_status scales = Floats(rows);
    if (scales != ATOME_OK) return scales;
    for (uint32_t width = RoundUp(columns, 4); rows != 0; --rows) {
      for (uint32_t i = 0; i < width; ++i, ++offset_) {
        if (file_[offset_] == 0x80 || (i >= columns && file_[offset_] != 0)) return ATOME_ERROR_CODE;
      }
    }
    return ATOME_OK;
  }

  const atome_plain_config& c_;
  const uint8_t* file_;
  size_t file_bytes_;
  uint32_t positions_ = 0;  // rows there are, of which a caller may use fewer
  uint32_t offset_ = 0;
};

// As atome::CheckFile. MEMORY when the file does not lie at a multiple of 4.
inline atome_status CheckFile(Shape& shape, const uint8_t* file, size_t file_bytes, atome_location* where) {
  if (reinterpret_cast<uintptr_t>(file) % 4 != 0) return ATOME_ERROR_MEMORY;
  if (!PlainFile::ReadMagic(file, file_bytes)) return ATOME_ERROR_MAGIC;
  return PlainChecker(shape.config, file, file_bytes).Check(where);
}

}  // namespace atome::plain

#endif  // ATOME_ENGINE_PLAIN_PLAIN_FILE_H_
