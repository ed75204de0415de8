// Where everything stands in an ATOME03 file (engine/atome03.md), and the check of a whole untrusted one.
// After the check the engine reads without checking again.
#ifndef ATOME_ENGINE_INTERNAL_COLUMNS_FILE_H_
#define ATOME_ENGINE_INTERNAL_COLUMNS_FILE_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/internal/crc32.h"
#include "engine/internal/float_bits.h"
#include "engine/internal/model_file.h"
#include "engine/internal/section_table.h"
#include "engine/internal/shape.h"
#include "engine/internal/ternary.h"

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

// Rows of a block's matrix: wv, wk, wq, router.
template <class Shape>
constexpr uint32_t BlockRows(const Shape& shape) {
  return shape.d_model() + 2 * shape.d_head() + 3;
}

// Walks a file in order and stops at the first thing that is not allowed.
template <class Shape>
class ColumnsChecker {
 public:
  ColumnsChecker(const Shape& shape, const uint8_t* file, size_t file_bytes)
      : shape_(shape), file_(file), file_bytes_(file_bytes) {}

  // On failure `*where` says which byte, section (as tensor) and layer.
  atome_status Check(atome_location* where) {
    uint32_t offset = 0;
    atome_tensor name = ATOME_TENSOR_HEADER;
    uint32_t layer = 0;
    atome_status status = Header(&offset);
    const uint32_t count = ColumnsFile::SectionCount(shape_.n_layers());
    for (uint32_t i = 0; i < count && status == ATOME_OK; ++i) {
      static constexpr atome_tensor kNames[] = {ATOME_TENSOR_EMBED, ATOME_TENSOR_BLOCK_VECTORS,
                                                ATOME_TENSOR_BLOCK_WEIGHTS, ATOME_TENSOR_FINAL_VECTORS,
                                                ATOME_TENSOR_UNEMBED};
      const bool block = i > 0 && i + 2 < count;
      const uint8_t kind = i == 0 ? 1 : block ? 2 + (i - 1) % 2 : i + 2 == count ? 4 : 5;
      name = kNames[kind - 1];
      layer = block ? (i - 1) / 2 : 0;
      const ColumnsFile::Section section = ColumnsFile{file_}.At(i);
      status = OneSection(section, kind, layer, &offset);
    }
    if (status == ATOME_OK && offset != file_bytes_) status = ATOME_ERROR_SIZE;
    if (status != ATOME_OK && where != nullptr) {
      *where = {offset, static_cast<uint16_t>(layer), static_cast<uint16_t>(name)};
    }
    return status;
  }

 private:
  uint64_t Groups(uint32_t columns) const { return (columns + 4) / 5; }

  atome_status Header(uint32_t* offset) {
    const uint32_t end = ColumnsFile::TableEnd(shape_.n_layers());
    if (file_bytes_ < ColumnsFile::kHeaderBytes + 4) return ATOME_ERROR_SIZE;
    const ColumnsFile file(file_);
    // The caller chooses the window; everything else is the model's.
    atome_config config = file.Config();
    config.max_seq = static_cast<uint16_t>(shape_.max_seq());
    Shape same;
    if (!same.Set(config) || !SameDimensions(config))
      return file.HeaderIntact(file_bytes_) ? ATOME_ERROR_CONFIG : Sum();
    if (file_bytes_ < end + 4) return ATOME_ERROR_SIZE;
    if (!file.HeaderIntact(file_bytes_)) return Sum();
    if (file.FileBytes() != file_bytes_ || file.Count() != ColumnsFile::SectionCount(shape_.n_layers()))
      return ATOME_ERROR_SIZE;
    *offset = end + 4;
    return ATOME_OK;
  }

  static atome_status Sum() { return ATOME_ERROR_CHECKSUM; }
  bool SameDimensions(const atome_config& c) const {
    return c.vocab_size == shape_.vocab_size() && c.d_model == shape_.d_model() &&
           c.n_layers == shape_.n_layers() && c.d_head == shape_.d_head() &&
           c.kernel_size == shape_.kernel_size() && c.top_k == shape_.top_k();
  }

  // Leaves `*offset` at what is wrong, or after the section.
  atome_status OneSection(const ColumnsFile::Section& section, uint8_t kind, uint32_t layer,
                          uint32_t* offset) {
    if (section.kind != kind || section.layer != layer || section.offset != *offset) return ATOME_ERROR_SIZE;
    const uint32_t d = shape_.d_model();
    const bool vectors = kind == ColumnsFile::kBlockVectors || kind == ColumnsFile::kFinalVectors;
    const uint64_t elements = vectors ? (kind == ColumnsFile::kBlockVectors ? 5u : 2u) * uint64_t{d} : 0;
    uint64_t floats = 0, halves = 0, codes = 0;
    if (section.encoding == ColumnsFile::kFloat && vectors) {
      floats = elements;
    } else if (section.encoding == ColumnsFile::kHalf && vectors) {
      halves = elements;
    } else if (section.encoding == ColumnsFile::kTrits && !vectors) {
      const bool block = kind == ColumnsFile::kBlockWeights;
      floats = block ? ColumnsFile::kScales : 1;
      codes = block ? BlockRows(shape_) * Groups(d) + d * Groups(shape_.kernel_size())
                    : shape_.vocab_size() * Groups(d);
    } else {
      return ATOME_ERROR_CODE;
    }
    const uint64_t bytes = (4 * floats + 2 * halves + codes + 3) / 4 * 4;
    if (section.bytes != bytes || file_bytes_ - *offset < bytes) return ATOME_ERROR_SIZE;
    if (Crc32(file_ + *offset, section.bytes) != section.crc) return ATOME_ERROR_CHECKSUM;

    const uint32_t end = *offset + section.bytes;
    for (; floats != 0; --floats, *offset += 4) {
      if (!IsFiniteBits(LoadWord(file_ + *offset))) return ATOME_ERROR_VALUE;
    }
    for (; halves != 0; --halves, *offset += 2) {
      if ((file_[*offset + 1] & 0x7C) == 0x7C) return ATOME_ERROR_VALUE;
    }
    for (; codes != 0; --codes, ++*offset) {
      if (file_[*offset] > 242) return ATOME_ERROR_CODE;
    }
    *offset = end;
    return ATOME_OK;
  }

  const Shape& shape_;
  const uint8_t* file_;
  size_t file_bytes_;
};

}  // namespace atome

#endif  // ATOME_ENGINE_INTERNAL_COLUMNS_FILE_H_
