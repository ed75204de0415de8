// A model in memory as the kernels read it: constants derived, vectors padded, ternary tensors expanded. Made
// once when a model is opened; read only afterwards.
#ifndef ATOME_ENGINE_HOST_INTERNAL_HOST_MODEL_H_
#define ATOME_ENGINE_HOST_INTERNAL_HOST_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/atome.h"
#include "engine/f32/constants.h"
#include "engine/host/internal/aligned.h"
#include "engine/host/internal/ternary_matrix.h"
#include "engine/host/tensor_reader.h"

namespace atome::host {

// Where things stand in a row of projections: value, key, query, the router's three; each padded.
struct RowLayout {
  size_t key, query, router, end;

  explicit RowLayout(const atome_config& config)
      : key(Padded(config.d_model)),
        query(key + Padded(config.d_head)),
        router(query + Padded(config.d_head)),
        end(RoundUp(router + kLanes, kTileRows)) {}
};

// What both variants read of a file.
// Trits of a convolution, age by age [ages][Padded(d)].
Aligned<int32_t> ConvolutionByAge(const TensorReader& reader, uint32_t layer, size_t d, size_t ages);
// All matrices of a block that are multiplied with q, their rows where RowLayout has them.
TernaryMatrix BlockMatrix(const TensorReader& reader, const atome_config& config, uint32_t layer,
                          const RowLayout& row);
// Trits of embed [V][Padded(d)].
Aligned<int8_t> PaddedRows(const TensorReader& reader, const atome_config& config);

struct NormVectors {
  Aligned<int32_t> gamma, beta;  // [stride]
  NormConstants constants;

  size_t bytes() const { return gamma.bytes() + beta.bytes(); }
};

struct HostLayer {
  NormVectors norm;
  Aligned<int32_t> conv;         // [K][stride]
  Aligned<int32_t> decay, gain;  // [stride]
  TernaryMatrix projections;     // rows of RowLayout
  LayerConstants constants;

  size_t bytes() const {
    return norm.bytes() + conv.bytes() + decay.bytes() + gain.bytes() + projections.bytes();
  }
};

struct HostModel {
  atome_config config;
  size_t stride;  // d, padded
  RowLayout row;
  Aligned<int8_t> embed;   // [V][stride]
  int32_t embed_element;   // what a trit of embed stands for
  int32_t embed_exponent;  // of that
  std::vector<HostLayer> layers;
  NormVectors final_norm;
  TernaryMatrix unembed;
  float unembed_scale;

  // Of a file that atome_open takes with this configuration. Keeps nothing of the file.
  HostModel(const atome_config& config, std::span<const uint8_t> file);

  size_t bytes() const {
    size_t sum = embed.bytes() + final_norm.bytes() + unembed.bytes();
    for (const HostLayer& layer : layers) sum += layer.bytes();
    return sum;
  }
};

}  // namespace atome::host

#endif  // ATOME_ENGINE_HOST_INTERNAL_HOST_MODEL_H_
