// Constants derived when a model is loaded, as engine/internal/prepare.h: those that a token does not derive.
#ifndef ATOME_ENGINE_INTERNAL_PREPARE_H_
#define ATOME_ENGINE_INTERNAL_PREPARE_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/internal/attention.h"
#include "engine/internal/check_file.h"
#include "engine/internal/elementary.h"
#include "engine/internal/float_bits.h"
#include "engine/internal/scaled.h"
#include "engine/internal/workspace.h"

namespace atome {

// The square root of a dimension, by the compiler where it is a constant.
[[gnu::always_inline]] inline float RootOf(uint32_t dimension) {
  const float x = static_cast<float>(dimension);
  return __builtin_constant_p(dimension) ? __builtin_sqrtf(x) : Sqrt(x);
}

// The power of two, exponent and bound of a LayerNorm. False when the bound is not finite.
template <class Shape>
bool PrepareNorm(Workspace<Shape>& w, uint32_t layer, NormConstants* constants) {
  float gamma_squares = 0.0f, beta_sum = 0.0f;
  uint32_t gamma_most = 0, beta_most = 0;  // magnitude bits
  for (uint32_t i = 0; i < w.d(); ++i) {
    const uint32_t gamma = w.Element(ATOME_TENSOR_GAMMA, layer, i) & ~kSignBit;
    const uint32_t beta = w.Element(ATOME_TENSOR_BETA, layer, i) & ~kSignBit;
    gamma_squares = gamma_squares + FromBits(gamma) * FromBits(gamma);
    beta_sum = beta_sum + FromBits(beta);
    if (gamma > gamma_most) gamma_most = gamma;
    if (beta > beta_most) beta_most = beta;
  }
  const uint32_t taps = layer == w.shape.n_layers() ? 1 : w.shape.kernel_size();
  const float width = RootOf(w.d());
  const float product_bound = width * Sqrt(gamma_squares) + beta_sum;
  const float taps_bound = static_cast<float>(taps) * (width * FromBits(gamma_most) + FromBits(beta_most));
  const float most = ToBits(product_bound) > ToBits(taps_bound) ? product_bound : taps_bound;
  const uint32_t bound = ToBits(most * 0x1.02p+0f);
  // The biased exponent of the bound is 126 more than the least E with bound < 2^E.
  const int shift = 157 - static_cast<int>(bound >> 23);
  constants->shift = static_cast<int16_t>(shift < 87 ? shift : 87);
  constants->gamma_exponent = static_cast<int16_t>(CommonExponent(gamma_most));
  return IsFiniteBits(bound);
}

// Of a block. Returns the tensor whose constants are out of range, the first of several; else `fault`.
template <class Shape>
atome_tensor PrepareBlock(Workspace<Shape>& w, uint32_t layer, LayerConstants& constants,
                          atome_tensor fault) {
  const int shift = constants.norm.shift;
  if (!Bounded(Scale2(w.Scale(ATOME_TENSOR_WV, layer), -shift))) fault = ATOME_TENSOR_WV;

  const float pair = w.Scale(ATOME_TENSOR_WQ, layer) * w.Scale(ATOME_TENSOR_WK, layer);
  const uint32_t h = w.shape.d_head();
  const float inverse_root = 1.0f / RootOf(h);
  constants.query_sign = static_cast<int16_t>(MagnitudeBits(pair) == 0 ? 0 : ToBits(pair) >> 31 ? -1 : 1);
  constants.score_scale = Scale2(Abs(pair) * inverse_root, 2 * ScoreShift(h) - 2 * shift);
  if (!IsFinite(constants.score_scale)) fault = ATOME_TENSOR_WQ;

  uint32_t greatest = 0;
  for (uint32_t i = 0; i < w.d(); ++i) {
    w.Decay(layer)[i] = Fixed(Tanh(FromBits(w.Element(ATOME_TENSOR_A, layer, i))), 31);
    const uint32_t gain = MagnitudeBits(w.GainOf(layer, i));
    if (gain > greatest) greatest = gain;
  }
  constants.gain_exponent = static_cast<int16_t>(CommonExponent(greatest));
  if (!IsFiniteBits(greatest)) fault = ATOME_TENSOR_B;
  if (!Bounded(Scale2(w.Scale(ATOME_TENSOR_CONV, layer), -shift))) fault = ATOME_TENSOR_CONV;
  return fault;
}

// Where a tensor at fault stands, for messages.
template <class Shape>
uint32_t OffsetOf(Workspace<Shape>& w, atome_tensor fault, uint32_t layer) {
  if (!w.Model().columns()) return w.Model().Offset(fault, layer);
  const bool vector =
      fault == ATOME_TENSOR_GAMMA || fault == ATOME_TENSOR_B || fault == ATOME_TENSOR_FINAL_GAMMA;
  return ColumnsFile{w.file}.Offset(2 * layer + (vector ? 1 : 2));
}

// Derives the constants of a checked file; RANGE, with `*where`, when one of them is out of range.
template <class Shape>
atome_status PrepareModel(Workspace<Shape>& w, atome_location* where) {
  const uint32_t layers = w.shape.n_layers();
  for (uint32_t layer = 0; layer <= layers; ++layer) {
    LayerConstants& constants = w.Constants(layer);
    const bool block = layer != layers;
    const bool finite = PrepareNorm(w, layer, &constants.norm);
    const float scale = block ? w.Scale(ATOME_TENSOR_ROUTER, layer) : w.Scale(ATOME_TENSOR_UNEMBED, layer);
    constants.scale = Scale2(scale, -constants.norm.shift);
    atome_tensor fault = ATOME_TENSOR_NONE;
    if (!IsFinite(constants.scale)) fault = block ? ATOME_TENSOR_ROUTER : ATOME_TENSOR_UNEMBED;
    if (block) fault = PrepareBlock(w, layer, constants, fault);
    if (!finite) fault = block ? ATOME_TENSOR_GAMMA : ATOME_TENSOR_FINAL_GAMMA;
    if (fault != ATOME_TENSOR_NONE)
      return OutOfRange(OffsetOf(w, fault, layer), block ? layer : 0, fault, where);
  }
  return ATOME_OK;
}

}  // namespace atome

#endif  // ATOME_ENGINE_INTERNAL_PREPARE_H_
