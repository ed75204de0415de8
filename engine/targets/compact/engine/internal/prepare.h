// Constants derived when a model is loaded, as engine/internal/prepare.h: those that a token does not derive.
#ifndef ATOME_ENGINE_INTERNAL_PREPARE_H_
#define ATOME_ENGINE_INTERNAL_PREPARE_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/internal/attention.h"
#include "engine/internal/check_file.h"
#include "engine/internal/elementary.h"
#include "engine/internal/float_bits.h"
#include "engine/internal/layer_norm.h"
#include "engine/internal/scaled.h"
#include "engine/internal/workspace.h"

namespace atome {

// Of a LayerNorm: that of a block, or the final one as layer L. False when its bound is not finite.
template <class Shape>
[[gnu::noinline]] bool PrepareNorm(Workspace<Shape>& w, uint32_t layer, NormConstants* constants) {
  const ModelView<Shape> model = w.Model();
  const FloatTensor gamma = model.Vector(ATOME_TENSOR_GAMMA, layer);
  const FloatTensor beta = model.Vector(ATOME_TENSOR_BETA, layer);
  float gamma_squares = 0.0f, beta_sum = 0.0f;
  uint32_t gamma_most = 0, beta_most = 0;  // magnitude bits
  for (uint32_t i = 0; i < w.d(); ++i) {
    const float g = Abs(gamma[i]), b = Abs(beta[i]);
    gamma_squares = gamma_squares + g * g;
    beta_sum = beta_sum + b;
    if (ToBits(g) > gamma_most) gamma_most = ToBits(g);
    if (ToBits(b) > beta_most) beta_most = ToBits(b);
  }
  const uint32_t taps = layer == w.shape.n_layers() ? 1 : w.shape.kernel_size();
  const float width = Sqrt(static_cast<float>(w.d()));
  const float product_bound = width * Sqrt(gamma_squares) + beta_sum;
  const float taps_bound =
      static_cast<float>(taps) * (width * FromBits(gamma_most) + FromBits(beta_most));
  const float most = ToBits(product_bound) > ToBits(taps_bound) ? product_bound : taps_bound;
  const uint32_t bound = ToBits(most * 0x1.02p+0f);
  const int shift = 157 - static_cast<int>(bound >> 23);
  constants->shift = static_cast<int16_t>(shift < 87 ? shift : 87);
  constants->gamma_exponent = static_cast<int16_t>(CommonExponent(gamma_most));
  return IsFiniteBits(bound);
}

// Sets `*fault` to the tensor whose constants are out of range.
template <class Shape>
void PrepareLayer(Workspace<Shape>& w, uint32_t layer, atome_tensor* fault) {
  const ModelView<Shape> model = w.Model();
  LayerConstants& constants = w.Constants(layer);
  const auto check = [&](bool fine, atome_tensor tensor) {
    if (!fine && *fault == ATOME_TENSOR_NONE) *fault = tensor;
  };
  check(PrepareNorm(w, layer, &constants.norm), ATOME_TENSOR_GAMMA);
  const int shift = constants.norm.shift;
  check(Bounded(Scale2(model.Scale(ATOME_TENSOR_CONV, layer), -shift)), ATOME_TENSOR_CONV);

  const FloatTensor a = model.Vector(ATOME_TENSOR_A, layer);
  const FloatTensor b = model.Vector(ATOME_TENSOR_B, layer);
  const FloatTensor c = model.Vector(ATOME_TENSOR_C, layer);
  uint32_t greatest = 0;
  for (uint32_t i = 0; i < w.d(); ++i) {
    w.Decay(layer)[i] = Fixed(Tanh(a[i]), 31);
    const uint32_t magnitude = MagnitudeBits(b[i] * c[i]);
    if (magnitude > greatest) greatest = magnitude;
  }
  check(IsFiniteBits(greatest), ATOME_TENSOR_B);
  constants.gain_exponent = static_cast<int16_t>(CommonExponent(greatest));

  const float pair = model.Scale(ATOME_TENSOR_WQ, layer) * model.Scale(ATOME_TENSOR_WK, layer);
  const uint32_t h = w.shape.d_head();
  const float inverse_root = 1.0f / Sqrt(static_cast<float>(h));
  constants.query_sign = static_cast<int16_t>(MagnitudeBits(pair) == 0 ? 0 : ToBits(pair) >> 31 ? -1 : 1);
  constants.score_scale = Scale2(Abs(pair) * inverse_root, 2 * ScoreShift(h) - 2 * shift);
  check(IsFinite(constants.score_scale), ATOME_TENSOR_WQ);
  check(Bounded(Scale2(model.Scale(ATOME_TENSOR_WV, layer), -shift)), ATOME_TENSOR_WV);
  constants.router_scale = Scale2(model.Scale(ATOME_TENSOR_ROUTER, layer), -shift);
  check(IsFinite(constants.router_scale), ATOME_TENSOR_ROUTER);
}

// Derives the constants of a checked file; RANGE, with `*where`, when one of them is out of range.
template <class Shape>
atome_status PrepareModel(Workspace<Shape>& w, atome_location* where) {
  const uint32_t layers = w.shape.n_layers();
  const ModelView<Shape> model = w.Model();
  atome_tensor fault = ATOME_TENSOR_NONE;
  uint32_t layer = 0;
  for (; layer < layers; ++layer) {
    PrepareLayer(w, layer, &fault);
    if (fault != ATOME_TENSOR_NONE) return OutOfRange(model.Offset(fault, layer), layer, fault, where);
  }
  if (!PrepareNorm(w, layers, &w.final_norm)) fault = ATOME_TENSOR_FINAL_GAMMA;
  w.unembed_scale = Scale2(model.Scale(ATOME_TENSOR_UNEMBED, 0), -w.final_norm.shift);
  if (fault == ATOME_TENSOR_NONE && !IsFinite(w.unembed_scale)) fault = ATOME_TENSOR_UNEMBED;
  if (fault == ATOME_TENSOR_NONE) return ATOME_OK;
  return OutOfRange(model.Offset(fault, 0), 0, fault, where);
}

}  // namespace atome

#endif  // ATOME_ENGINE_INTERNAL_PREPARE_H_
