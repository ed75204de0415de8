// Model files made in a test: random numbers of any shape, packed in either format, and a map of the tensors
// in the packed file. Written from the format's description, not from the engine's reader.
#ifndef ATOME_ENGINE_TESTING_MODEL_BUILDER_H_
#define ATOME_ENGINE_TESTING_MODEL_BUILDER_H_

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <vector>

#include "engine/atome.h"

namespace atome::testing {

// A source of numbers that gives the same ones with every standard library.
class Source {
 public:
  explicit Source(uint64_t seed) : words_(seed) {}

  uint64_t Word() { return words_(); }
  uint32_t Below(uint32_t end) { return static_cast<uint32_t>(words_() % end); }
  double Uniform(double low, double high) {
    return low + (high - low) * std::ldexp(static_cast<double>(words_() >> 11), -53);
  }

 private:
  std::mt19937_64 words_;
};

struct Ternary {
  float scale = 0;
  std::vector<int8_t> trits;  // row-major, -1, 0 or 1
};

struct Block {
  std::vector<float> gamma, beta;
  Ternary conv;  // [d][K]
  std::vector<float> a, b, c;
  Ternary wq, wk, wv, router;  // [h][d], [h][d], [d][d], [3][d]
};

struct Model {
  atome_config config;
  Ternary embed;  // [V][d]
  std::vector<Block> blocks;
  std::vector<float> final_gamma, final_beta;
  Ternary unembed;  // [V][d]
};

inline std::vector<float> RandomVector(Source* source, uint32_t count, double low, double high) {
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(source->Uniform(low, high));
  return values;
}

inline Ternary RandomTernary(Source* source, uint32_t count, double scale) {
  Ternary tensor{static_cast<float>(source->Uniform(0.5 * scale, 1.5 * scale)), std::vector<int8_t>(count)};
  for (int8_t& trit : tensor.trits) trit = static_cast<int8_t>(static_cast<int>(source->Below(3)) - 1);
  return tensor;
}

// Scales as in trained models: router logits and scores around 1.
inline Model RandomModel(const atome_config& config, uint64_t seed) {
  Source source(seed);
  const uint32_t d = config.d_model, h = config.d_head, vocabulary = config.vocab_size * d;
  const double unit = 1.5 / std::sqrt(d);
  Model model;
  model.config = config;
  model.embed = RandomTernary(&source, vocabulary, 0.5);
  for (uint32_t layer = 0; layer < config.n_layers; ++layer) {
    Block block;
    block.gamma = RandomVector(&source, d, 0.5, 1.5);
    block.beta = RandomVector(&source, d, -0.3, 0.3);
    block.conv = RandomTernary(&source, d * config.kernel_size, 0.4);
    block.a = RandomVector(&source, d, -2.0, 2.0);
    block.b = RandomVector(&source, d, -0.8, 0.8);
    block.c = RandomVector(&source, d, -0.8, 0.8);
    block.wq = RandomTernary(&source, h * d, unit);
    block.wk = RandomTernary(&source, h * d, unit);
    block.wv = RandomTernary(&source, d * d, unit);
    block.router = RandomTernary(&source, 3 * d, unit);
    model.blocks.push_back(block);
  }
  model.final_gamma = RandomVector(&source, d, 0.5, 1.5);
  model.final_beta = RandomVector(&source, d, -0.3, 0.3);
  model.unembed = RandomTernary(&source, vocabulary, 3 * unit);
  return model;
}

// `format` is 1 for ATOME01, 2 for ATOME02, here and below.
inline uint32_t TritsInByte(int format) { return format == 1 ? 4 : 5; }

inline std::vector<uint8_t> PackTrits(const std::vector<int8_t>& trits, int format) {
  const uint32_t per_byte = TritsInByte(format);
  std::vector<uint8_t> bytes;
  for (size_t begin = 0; begin < trits.size(); begin += per_byte) {
    uint32_t byte = 0;
    for (size_t i = begin + per_byte; i-- > begin;) {
      const int trit = i < trits.size() ? trits[i] : 0;
      byte = format == 1 ? byte << 2 | (static_cast<uint32_t>(trit) & 3)
                         : byte * 3 + static_cast<uint32_t>(trit + 1);
    }
    bytes.push_back(static_cast<uint8_t>(byte));
  }
  return bytes;
}

// A tensor of a packed file.
struct Section {
  atome_tensor tensor;
  uint16_t layer;
  bool ternary;
  uint32_t offset;  // of the scale, or of the vector's first element
  uint32_t count;   // trits or elements
  uint32_t bytes;   // the scale included
};

struct PackedModel {
  atome_config config;
  int format;
  std::vector<uint8_t> file;
  std::vector<Section> sections;

  const Section& Find(atome_tensor tensor, uint32_t layer = 0) const {
    for (const Section& section : sections) {
      if (section.tensor == tensor && section.layer == layer) return section;
    }
    std::abort();
  }
};

inline PackedModel Pack(const Model& model, int format) {
  PackedModel packed{model.config, format, {}, {}};
  std::vector<uint8_t>& file = packed.file;
  uint16_t layer = 0;
  const auto bytes = [&](const void* data, size_t size) {
    const uint8_t* at = static_cast<const uint8_t*>(data);
    file.insert(file.end(), at, at + size);
  };
  const auto vector = [&](atome_tensor tensor, const std::vector<float>& values) {
    const uint32_t count = static_cast<uint32_t>(values.size());
    packed.sections.push_back({tensor, layer, false, static_cast<uint32_t>(file.size()), count, 4 * count});
    bytes(values.data(), 4 * values.size());
  };
  const auto ternary = [&](atome_tensor tensor, const Ternary& values) {
    const uint32_t offset = static_cast<uint32_t>(file.size());
    const std::vector<uint8_t> trits = PackTrits(values.trits, format);
    bytes(&values.scale, 4);
    bytes(trits.data(), trits.size());
    packed.sections.push_back({tensor, layer, true, offset, static_cast<uint32_t>(values.trits.size()),
                               static_cast<uint32_t>(file.size()) - offset});
  };
  bytes(format == 1 ? "ATOME01" : "ATOME02", 7);
  ternary(ATOME_TENSOR_EMBED, model.embed);
  for (const Block& block : model.blocks) {
    vector(ATOME_TENSOR_GAMMA, block.gamma);
    vector(ATOME_TENSOR_BETA, block.beta);
    ternary(ATOME_TENSOR_CONV, block.conv);
    vector(ATOME_TENSOR_A, block.a);
    vector(ATOME_TENSOR_B, block.b);
    vector(ATOME_TENSOR_C, block.c);
    ternary(ATOME_TENSOR_WQ, block.wq);
    ternary(ATOME_TENSOR_WK, block.wk);
    ternary(ATOME_TENSOR_WV, block.wv);
    ternary(ATOME_TENSOR_ROUTER, block.router);
    ++layer;
  }
  layer = 0;
  vector(ATOME_TENSOR_FINAL_GAMMA, model.final_gamma);
  vector(ATOME_TENSOR_FINAL_BETA, model.final_beta);
  ternary(ATOME_TENSOR_UNEMBED, model.unembed);
  return packed;
}

}  // namespace atome::testing

#endif  // ATOME_ENGINE_TESTING_MODEL_BUILDER_H_
