// Constants derived when a model is loaded; engine/f32/numerics.md, "Constants derived".
#ifndef ATOME_ENGINE_F32_PREPARE_H_
#define ATOME_ENGINE_F32_PREPARE_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32/constants.h"
#include "engine/f32/layer_norm.h"
#include "engine/files/check_file.h"
#include "engine/files/model_view.h"
#include "engine/maths/elementary.h"
#include "engine/maths/float_bits.h"
#include "engine/maths/kernels/wide.h"
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

// x log2(e), which turns a number into the exponent of a power of two; x >= 0.
inline Factor ToPowersOfTwo(float x) {
  constexpr int32_t kLog2E = 0x5C551D95;  // times 2^30
  const Factor factor = Split(x);
  if (factor.multiplier == 0) return factor;
  return {2 * kernel::MulHigh(factor.multiplier, kLog2E), factor.exponent - 1};
}

// Of a LayerNorm: that of a block, or the final one as layer L. False when its bound is not finite.
template <class Shape>
bool PrepareNorm(const Shape& shape, const ModelView<Shape>& model, uint32_t layer, uint32_t taps,
                 const ConstantsBlock<Shape, uint8_t>& out, NormConstants* constants) {
  const uint32_t d = shape.d_model();
  const FloatTensor gamma = model.Vector(ATOME_TENSOR_GAMMA, layer);
  const FloatTensor beta = model.Vector(ATOME_TENSOR_BETA, layer);
  bool finite = true;
  const int shift = NormShift(gamma, beta, d, taps, &finite);
  if (!finite) return false;
  constants->shift = static_cast<int16_t>(shift);
  constants->inverse_width = InverseWidth(d);
  constants->gamma_exponent = ToScaled(
      d, [&](uint32_t i) { return gamma[i]; }, out.Gamma(layer));
  for (uint32_t i = 0; i < d; ++i) out.Beta(layer)[i] = Fixed(beta[i], shift);
  return true;
}

template <class Shape>
atome_status PrepareLayer(const Shape& shape, const ModelView<Shape>& model, uint32_t layer,
                          const ConstantsBlock<Shape, uint8_t>& out, atome_location* where) {
  const uint32_t d = shape.d_model(), h = shape.d_head();
  LayerConstants& constants = out.Layer(layer);
  const bool finite = PrepareNorm(shape, model, layer, shape.kernel_size(), out, &constants.norm);
  const int shift = constants.norm.shift;
  const float pair = model.Scale(ATOME_TENSOR_WQ, layer) * model.Scale(ATOME_TENSOR_WK, layer);
  const float inverse_root = 1.0f / Sqrt(static_cast<float>(h));
  constants.query_sign = static_cast<int8_t>((pair > 0.0f) - (pair < 0.0f));
  const float score = Scale2(Abs(pair) * inverse_root, 2 * ScoreShift(h) - 2 * shift);
  const float router = Scale2(model.Scale(ATOME_TENSOR_ROUTER, layer), -shift);
  const float local = model.Scale(ATOME_TENSOR_CONV, layer), sparse = model.Scale(ATOME_TENSOR_WV, layer);
  constants.score = ToPowersOfTwo(score);
  constants.router = ToPowersOfTwo(Abs(router));
  constants.router_sign = router < 0.0f ? -1 : 1;
  constants.local = Split(local);
  constants.sparse = Split(sparse);

  const FloatTensor a = model.Vector(ATOME_TENSOR_A, layer);
  const FloatTensor b = model.Vector(ATOME_TENSOR_B, layer);
  const FloatTensor c = model.Vector(ATOME_TENSOR_C, layer);
  bool finite_gain = true;
  for (uint32_t i = 0; i < d; ++i) {
    out.Decay(layer)[i] = Fixed(Tanh(a[i]), 31);
    finite_gain = finite_gain && IsFinite(b[i] * c[i]);
  }
  constants.gain_exponent = ToScaled(
      d, [&](uint32_t i) { return b[i] * c[i]; }, out.Gain(layer));

  const struct {
    bool fine;
    atome_tensor tensor;
  } checks[] = {{finite, ATOME_TENSOR_GAMMA},
                {Bounded(Scale2(local, -shift)), ATOME_TENSOR_CONV},
                {finite_gain, ATOME_TENSOR_B},
                {IsFinite(score), ATOME_TENSOR_WQ},
                {Bounded(Scale2(sparse, -shift)), ATOME_TENSOR_WV},
                {IsFinite(router), ATOME_TENSOR_ROUTER}};
  for (const auto& check : checks) {
    if (!check.fine) return OutOfRange(model.Offset(check.tensor, layer), layer, check.tensor, where);
  }
  return ATOME_OK;
}

// Derives the constants of a checked file into a block of ConstantsLayout; RANGE, with `*where`, when one of
// them is out of range.
template <class Shape>
atome_status PrepareModel(const Shape& shape, const uint8_t* file, uint8_t* block, atome_location* where) {
  const ModelView<Shape> model(shape, file);
  const ConstantsBlock<Shape, uint8_t> out(shape, block);
  const uint32_t layers = shape.n_layers();
  for (uint32_t layer = 0; layer < layers; ++layer) {
    const atome_status prepared = PrepareLayer(shape, model, layer, out, where);
    if (prepared != ATOME_OK) return prepared;
  }
  ModelConstants& constants = out.Model();
  const float embed = model.Scale(ATOME_TENSOR_EMBED, 0);
  constants.embed_exponent = CommonExponent(MagnitudeBits(embed)) - 1;
  constants.embed_element = Fixed(embed, constants.embed_exponent);
  const bool finite = PrepareNorm(shape, model, layers, 1, out, &constants.final_norm);
  constants.unembed_scale = Scale2(model.Scale(ATOME_TENSOR_UNEMBED, 0), -constants.final_norm.shift);
  const atome_tensor at_fault = !finite                              ? ATOME_TENSOR_FINAL_GAMMA
                                : !IsFinite(constants.unembed_scale) ? ATOME_TENSOR_UNEMBED
                                                                     : ATOME_TENSOR_NONE;
  if (at_fault == ATOME_TENSOR_NONE) return ATOME_OK;
  return OutOfRange(model.Offset(at_fault, 0), 0, at_fault, where);
}

}  // namespace atome

#endif  // ATOME_ENGINE_F32_PREPARE_H_
