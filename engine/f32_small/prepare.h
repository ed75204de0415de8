// Constants derived when a model is loaded, as engine/f32/prepare.h: those that a token does not derive.
#ifndef ATOME_ENGINE_F32_SMALL_PREPARE_H_
#define ATOME_ENGINE_F32_SMALL_PREPARE_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32_small/attention.h"
#include "engine/f32_small/exponent.h"
#include "engine/f32_small/kernels/fixed.h"
#include "engine/f32_small/workspace.h"
#include "engine/files/check_file.h"
#include "engine/maths/elementary.h"
#include "engine/maths/float_bits.h"
#include "engine/maths/scaled.h"

namespace atome {

// The square root of a dimension, by the compiler where it is a constant.
[[gnu::always_inline]] inline float RootOf(uint32_t dimension) {
  const float x = static_cast<float>(dimension);
  return __builtin_constant_p(dimension) ? __builtin_sqrtf(x) : Sqrt(x);
}

// Derives the constants of a layer, the one after the blocks included. Returns the tensor whose constants are
// out of range, the first of several in the order of a block; else none. After the blocks gamma stands for
// the last one, the router for unembed.
template <class Shape>
[[gnu::noinline]] uint32_t PrepareLayer(Workspace<Shape>& w, uint32_t layer) {
  LayerConstants& constants = w.Constants(layer);
  const bool block = layer != w.shape.n_layers();
  float gamma_squares = 0.0f, beta_sum = 0.0f;
  uint32_t gamma_most = 0, beta_most = 0, gain_most = 0;  // magnitude bits
  for (uint32_t i = 0; i < w.d(); ++i) {
    const uint32_t gamma = w.Element(ATOME_TENSOR_GAMMA, layer, i) & ~kSignBit;
    gamma_squares = gamma_squares + FromBits(gamma) * FromBits(gamma);
    if (gamma > gamma_most) gamma_most = gamma;
    const uint32_t beta = w.Element(ATOME_TENSOR_BETA, layer, i) & ~kSignBit;
    beta_sum = beta_sum + FromBits(beta);
    if (beta > beta_most) beta_most = beta;
    if (!block) continue;
    w.Decay(layer)[i] = kernel::ToFixed(ToBits(Tanh(FromBits(w.Element(ATOME_TENSOR_A, layer, i)))), 31);
    const uint32_t gain = w.GainBits(layer, i) & ~kSignBit;
    if (gain > gain_most) gain_most = gain;
  }
  const float taps = block ? static_cast<float>(w.shape.kernel_size()) : 1.0f;
  const float width = RootOf(w.d());
  const float product_bound = width * Sqrt(gamma_squares) + beta_sum;
  const float taps_bound = taps * (width * FromBits(gamma_most) + FromBits(beta_most));
  const float most = ToBits(product_bound) > ToBits(taps_bound) ? product_bound : taps_bound;
  const uint32_t bound = ToBits(most * 0x1.02p+0f);
  // The biased exponent of the bound is 126 more than the least E with bound < 2^E.
  int shift = ExponentOf(bound);
  if (shift > 87) shift = 87;
  constants.norm.shift = static_cast<int16_t>(shift);
  constants.norm.gamma_exponent = static_cast<int16_t>(ExponentOf(gamma_most));

  const uint8_t* weights = w.Model().columns() ? w.Weights(layer) : nullptr;
  const auto scale = [&](atome_tensor tensor) __attribute__((always_inline)) {
    if (!w.Model().columns()) return w.Scale(tensor, layer);
    return LoadFloat(weights + 4 * ModelView<Shape>::ScaleIndex(tensor));
  };
  uint32_t fault = ATOME_TENSOR_NONE;
  constants.scale = Scale2(scale(block ? ATOME_TENSOR_ROUTER : ATOME_TENSOR_UNEMBED), -shift);
  if (!IsFinite(constants.scale)) fault = ATOME_TENSOR_ROUTER;
  if (block) {
    if (!Bounded(Scale2(scale(ATOME_TENSOR_WV), -shift))) fault = ATOME_TENSOR_WV;
    const float pair = scale(ATOME_TENSOR_WQ) * scale(ATOME_TENSOR_WK);
    const uint32_t h = w.shape.d_head();
    const float inverse_root = 1.0f / RootOf(h);
    constants.query_sign = static_cast<int16_t>(MagnitudeBits(pair) == 0 ? 0 : ToBits(pair) >> 31 ? -1 : 1);
    constants.score_scale = Scale2(Abs(pair) * inverse_root, 2 * ScoreShift(h) - 2 * shift);
    if (!IsFinite(constants.score_scale)) fault = ATOME_TENSOR_WQ;
    constants.gain_exponent = static_cast<int16_t>(ExponentOf(gain_most));
    if (!IsFiniteBits(gain_most)) fault = ATOME_TENSOR_B;
    if (!Bounded(Scale2(scale(ATOME_TENSOR_CONV), -shift))) fault = ATOME_TENSOR_CONV;
  }
  if (!IsFiniteBits(bound)) fault = ATOME_TENSOR_GAMMA;
  return fault;
}

// Derives the constants of a checked file; RANGE, with `*where`, when one of them is out of range.
template <class Shape>
atome_status PrepareModel(Workspace<Shape>& w, atome_location* where) {
  const uint32_t layers = w.shape.n_layers();
  for (uint32_t layer = 0; layer <= layers; ++layer) {
    const uint32_t fault = PrepareLayer(w, layer);
    if (fault == ATOME_TENSOR_NONE) continue;
    uint32_t tensor = fault;
    if (layer == layers)
      tensor = fault == ATOME_TENSOR_GAMMA ? ATOME_TENSOR_FINAL_GAMMA : ATOME_TENSOR_UNEMBED;
    const bool vector = fault == ATOME_TENSOR_GAMMA || fault == ATOME_TENSOR_B;
    const uint32_t offset = w.Model().columns() ? ColumnsFile{w.file}.Offset(2 * layer + (vector ? 1 : 2))
                                                : w.Model().Offset(static_cast<atome_tensor>(tensor), layer);
    return OutOfRange(offset, layer == layers ? 0 : layer, static_cast<atome_tensor>(tensor), where);
  }
  return ATOME_OK;
}

}  // namespace atome

#endif  // ATOME_ENGINE_F32_SMALL_PREPARE_H_
