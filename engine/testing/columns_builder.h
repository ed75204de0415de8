// ATOME03 files made in a test, written from engine/files/atome03.md, not from the engine's reader.
#ifndef ATOME_ENGINE_TESTING_COLUMNS_BUILDER_H_
#define ATOME_ENGINE_TESTING_COLUMNS_BUILDER_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "engine/testing/model_builder.h"
#include "engine/testing/section_builder.h"

namespace atome::testing {

class ColumnsBuilder {
 public:
  explicit ColumnsBuilder(const Model& model) : config_(model.config) {
    const uint32_t d = config_.d_model;
    Add(1, 0, 0, Join(Scales({&model.embed}), Rows(model.embed.trits, d)));
    uint16_t layer = 0;
    for (const Block& block : model.blocks) {
      Add(2, 1, layer, Floats({&block.gamma, &block.beta, &block.a, &block.b, &block.c}));
      std::vector<int8_t> matrix;
      for (const Ternary* part : {&block.wv, &block.wk, &block.wq, &block.router})
        matrix.insert(matrix.end(), part->trits.begin(), part->trits.end());
      Add(3, 0, layer++,
          Join(Scales({&block.conv, &block.wv, &block.wk, &block.wq, &block.router}),
               Join(Columns(matrix, d), Rows(block.conv.trits, config_.kernel_size))));
    }
    Add(4, 1, 0, Floats({&model.final_gamma, &model.final_beta}));
    Add(5, 0, 0, Join(Scales({&model.unembed}), Columns(model.unembed.trits, d)));
  }

  std::vector<Part>& parts() { return parts_; }

  // With checksums that fit whatever the parts now hold.
  Bytes File() {
    return SectionedFile("ATOME03",
                         {config_.vocab_size, config_.d_model, config_.n_layers, config_.d_head,
                          config_.kernel_size, config_.top_k, config_.max_seq},
                         &parts_);
  }

 private:
  void Add(uint8_t kind, uint8_t encoding, uint16_t layer, Bytes bytes) {
    while (bytes.size() % 4 != 0) bytes.push_back(0);
    parts_.push_back({kind, encoding, layer, 0, bytes});
  }
  static Bytes Join(Bytes one, const Bytes& other) {
    one.insert(one.end(), other.begin(), other.end());
    return one;
  }
  static Bytes Scales(std::initializer_list<const Ternary*> tensors) {
    Bytes bytes;
    for (const Ternary* tensor : tensors) Put(&bytes, std::bit_cast<uint32_t>(tensor->scale), 4);
    return bytes;
  }
  static Bytes Floats(std::initializer_list<const std::vector<float>*> vectors) {
    Bytes bytes;
    for (const auto* vector : vectors) {
      for (float value : *vector) Put(&bytes, std::bit_cast<uint32_t>(value), 4);
    }
    return bytes;
  }
  static Bytes Rows(const std::vector<int8_t>& trits, uint32_t columns) {
    Bytes bytes;
    for (size_t row = 0; row < trits.size(); row += columns) {
      const auto begin = trits.begin() + static_cast<std::ptrdiff_t>(row);
      bytes = Join(bytes, PackTrits({begin, begin + columns}, 2));
    }
    return bytes;
  }
  static Bytes Columns(const std::vector<int8_t>& trits, uint32_t columns) {
    const Bytes rows = Rows(trits, columns);
    const size_t groups = (columns + 4) / 5, count = rows.size() / groups;
    Bytes bytes(rows.size());
    for (size_t row = 0; row < count; ++row) {
      for (size_t group = 0; group < groups; ++group) bytes[group * count + row] = rows[row * groups + group];
    }
    return bytes;
  }

  atome_config config_;
  std::vector<Part> parts_;
};

inline PackedModel PackColumns(const Model& model) {
  return {model.config, 3, ColumnsBuilder(model).File(), {}};
}

// In any of the three formats.
inline PackedModel PackAs(const Model& model, int format) {
  return format == 3 ? PackColumns(model) : Pack(model, format);
}

}  // namespace atome::testing

#endif  // ATOME_ENGINE_TESTING_COLUMNS_BUILDER_H_
