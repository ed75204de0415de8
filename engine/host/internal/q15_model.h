// A model of variant q15 in memory as its kernels read it. Factors are low halves: an int16 without its
// sign's copies above, so that a product of pairs of int16 is a product of both lanes.
#ifndef ATOME_ENGINE_HOST_INTERNAL_Q15_MODEL_H_
#define ATOME_ENGINE_HOST_INTERNAL_Q15_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/atome.h"
#include "engine/host/internal/aligned.h"
#include "engine/host/internal/host_model.h"
#include "engine/host/internal/ternary_matrix.h"
#include "engine/q15/constants.h"

namespace atome::host {

struct Q15NormVectors {
  Aligned<int32_t> gamma;  // [stride], low halves
  Aligned<int32_t> beta;   // [stride]
  q15::NormConstants constants;

  size_t bytes() const { return gamma.bytes() + beta.bytes(); }
};

struct Q15HostLayer {
  Q15NormVectors norm;
  Aligned<int32_t> conv;   // [K][stride], low halves of trits
  Aligned<int32_t> decay;  // [stride]
  Aligned<int32_t> gain;   // [stride], low halves
  TernaryMatrix projections;
  q15::LayerConstants constants;

  size_t bytes() const {
    return norm.bytes() + conv.bytes() + decay.bytes() + gain.bytes() + projections.bytes();
  }
};

struct Q15HostModel {
  atome_config config;
  size_t stride;  // d, padded
  RowLayout row;
  Aligned<int8_t> embed;  // [V][stride]
  int32_t embed_element;
  int32_t embed_exponent;
  std::vector<Q15HostLayer> layers;
  Q15NormVectors final_norm;
  TernaryMatrix unembed;  // with the sign of its scale
  float unembed_scale;

  // Of a file that atome_q15_open takes with this configuration. Keeps nothing of the file.
  Q15HostModel(const atome_config& config, std::span<const uint8_t> file);

  size_t bytes() const {
    size_t sum = embed.bytes() + final_norm.bytes() + unembed.bytes();
    for (const Q15HostLayer& layer : layers) sum += layer.bytes();
    return sum;
  }
};

}  // namespace atome::host

#endif  // ATOME_ENGINE_HOST_INTERNAL_Q15_MODEL_H_
