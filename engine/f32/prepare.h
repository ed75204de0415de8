// Constants derived when a model is loaded; engine/f32/numerics.md, "Constants derived".
#ifndef ATOME_ENGINE_F32_PREPARE_H_
#define ATOME_ENGINE_F32_PREPARE_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32/attention.h"
#include "engine/f32/layer_norm.h"
#include "engine/f32/workspace.h"
#include "engine/files/check_file.h"
#include "engine/maths/elementary.h"
#include "engine/maths/float_bits.h"
#include "engine/maths/scaled.h"

namespace atome {

// As int32, the greatest magnitude at 31 bits; returns the exponent. `x(i)` gives element i.
template <class Vector>
int16_t ToScaled(uint32_t count, const Vector& x, int32_t* out) {
  uint32_t greatest = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t magnitude = MagnitudeBits(x(i));
    if (magnitude > greatest) greatest = magnitude;
  }
  const int exponent = CommonExponent(greatest);
  for (uint32_t i = 0; i < count; ++i) out[i] = Fixed(x(i), exponent);
  return static_cast<int16_t>(exponent);
}

// Of a LayerNorm: that of a block, or the final one as layer L. False when its bound is not finite.
template <class Shape>
bool PrepareNorm(Workspace<Shape>& w, uint32_t layer, FloatTensor gamma, FloatTensor beta, uint32_t taps,
                 NormConstants* constants) {
  bool finite = true;
  const int shift = NormShift(gamma, beta, w.d(), taps, &finite);
  if (!finite) return false;
  constants->shift = static_cast<int16_t>(shift);
  constants->gamma_exponent = ToScaled(
      w.d(), [&](uint32_t i) { return gamma[i]; }, w.Gamma(layer));
  for (uint32_t i = 0; i < w.d(); ++i) w.Beta(layer)[i] = Fixed(beta[i], shift);
  return true;
}

template <class Shape>
atome_status PrepareLayer(Workspace<Shape>& w, uint32_t layer, atome_location* where) {
  const ModelView<Shape> model = w.Model();
  LayerConstants& constants = w.Constants(layer);
  const bool finite =
      PrepareNorm(w, layer, model.Vector(ATOME_TENSOR_GAMMA, layer), model.Vector(ATOME_TENSOR_BETA, layer),
                  w.shape.kernel_size(), &constants.norm);
  const int shift = constants.norm.shift;
  const float pair = model.Scale(ATOME_TENSOR_WQ, layer) * model.Scale(ATOME_TENSOR_WK, layer);
  const float inverse_root = 1.0f / Sqrt(static_cast<float>(w.shape.d_head()));
  constants.query_sign = static_cast<int16_t>((pair > 0.0f) - (pair < 0.0f));
  constants.score_scale = Scale2(Abs(pair) * inverse_root, 2 * ScoreShift(w.shape.d_head()) - 2 * shift);
  constants.router_scale = Scale2(model.Scale(ATOME_TENSOR_ROUTER, layer), -shift);
  constants.local_alpha = model.Scale(ATOME_TENSOR_CONV, layer);
  constants.sparse_alpha = model.Scale(ATOME_TENSOR_WV, layer);

  const FloatTensor a = model.Vector(ATOME_TENSOR_A, layer);
  const FloatTensor b = model.Vector(ATOME_TENSOR_B, layer);
  const FloatTensor c = model.Vector(ATOME_TENSOR_C, layer);
  bool finite_gain = true;
  for (uint32_t i = 0; i < w.d(); ++i) {
    w.Decay(layer)[i] = Fixed(Tanh(a[i]), 31);
    finite_gain = finite_gain && IsFinite(b[i] * c[i]);
  }
  constants.gain_exponent = ToScaled(
      w.d(), [&](uint32_t i) { return b[i] * c[i]; }, w.Gain(layer));

  const struct {
    bool fine;
    atome_tensor tensor;
  } checks[] = {{finite, ATOME_TENSOR_GAMMA},
                {Bounded(Scale2(constants.local_alpha, -shift)), ATOME_TENSOR_CONV},
                {finite_gain, ATOME_TENSOR_B},
                {IsFinite(constants.score_scale), ATOME_TENSOR_WQ},
                {Bounded(Scale2(constants.sparse_alpha, -shift)), ATOME_TENSOR_WV},
                {IsFinite(constants.router_scale), ATOME_TENSOR_ROUTER}};
  for (const auto& check : checks) {
    if (!check.fine) return OutOfRange(model.Offset(check.tensor, layer), layer, check.tensor, where);
  }
  return ATOME_OK;
}

// Derives the constants of a checked file; RANGE, with `*where`, when one of them is out of range.
template <class Shape>
atome_status PrepareModel(Workspace<Shape>& w, atome_location* where) {
  const uint32_t layers = w.shape.n_layers();
  for (uint32_t layer = 0; layer < layers; ++layer) {
    const atome_status prepared = PrepareLayer(w, layer, where);
    if (prepared != ATOME_OK) return prepared;
  }
  const ModelView<Shape> model = w.Model();
  const bool finite = PrepareNorm(w, layers, model.Vector(ATOME_TENSOR_FINAL_GAMMA, 0),
                                  model.Vector(ATOME_TENSOR_FINAL_BETA, 0), 1, &w.final_norm);
  w.unembed_scale = Scale2(model.Scale(ATOME_TENSOR_UNEMBED, 0), -w.final_norm.shift);
  const atome_tensor at_fault = !finite                      ? ATOME_TENSOR_FINAL_GAMMA
                                : !IsFinite(w.unembed_scale) ? ATOME_TENSOR_UNEMBED
                                                             : ATOME_TENSOR_NONE;
  if (at_fault == ATOME_TENSOR_NONE) return ATOME_OK;
  return OutOfRange(model.Offset(at_fault, 0), 0, at_fault, where);
}

}  // namespace atome

#endif  // ATOME_ENGINE_F32_PREPARE_H_
