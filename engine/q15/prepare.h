// Constants derived when a model is loaded; engine/q15/numerics.md, "Constants derived".
#ifndef ATOME_ENGINE_Q15_PREPARE_H_
#define ATOME_ENGINE_Q15_PREPARE_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/files/check_file.h"
#include "engine/files/model_view.h"
#include "engine/q15/attention.h"
#include "engine/q15/constants.h"
#include "engine/q15/real.h"

namespace atome::q15 {

inline constexpr uint32_t kLog2E = 0xB8AA3B29;  // times 2^-31

// Bits of the greatest magnitude of `count` elements; `x(i)` gives the bits of one.
template <class Vector>
uint32_t Greatest(uint32_t count, const Vector& x) {
  uint32_t greatest = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t magnitude = x(i) & ~kSignBit;
    if (magnitude > greatest) greatest = magnitude;
  }
  return greatest;
}

// As int16, the greatest magnitude at 15 bits; returns the exponent.
template <class Vector>
int16_t ToScaled15(uint32_t count, const Vector& x, int16_t* out) {
  const int exponent = CommonExponent(Greatest(count, x)) - 16;
  for (uint32_t i = 0; i < count; ++i) {
    out[i] = static_cast<int16_t>(Clamp(FixedBits(x(i), exponent), -32767, 32767));
  }
  return static_cast<int16_t>(exponent);
}

// Of a LayerNorm: that of a block, or the final one as layer L.
template <class Shape>
NormConstants PrepareNorm(const Shape& shape, const ModelView<Shape>& model, uint32_t layer,
                          const ConstantsBlock<Shape, uint8_t>& out) {
  constexpr uint32_t kLimit = 30720;  // of the sum of five |q|
  const uint32_t d = shape.d_model();
  const FloatTensor gamma = model.Vector(ATOME_TENSOR_GAMMA, layer);
  const FloatTensor beta = model.Vector(ATOME_TENSOR_BETA, layer);
  const auto gamma_bits = [&](uint32_t i) { return gamma.Bits(i); };
  const auto beta_bits = [&](uint32_t i) { return beta.Bits(i); };
  const uint32_t gamma_most = Greatest(d, gamma_bits), beta_most = Greatest(d, beta_bits);
  const int common = CommonExponent(gamma_most > beta_most ? gamma_most : beta_most) - 1;
  const uint32_t sum = static_cast<uint32_t>(FixedBits(gamma_most, common)) +
                       static_cast<uint32_t>(FixedBits(beta_most, common));
  const uint64_t bound = uint64_t{sum} * (RootOf(1280 * d) + 1);
  int n = 0;
  while (bound > uint64_t{kLimit} << n) ++n;
  const int shift = Clamp(common + 4 - n, -32768, 127);
  const int16_t gamma_exponent = ToScaled15(d, gamma_bits, out.Gamma(layer));
  for (uint32_t i = 0; i < d; ++i) {
    out.Beta(layer)[i] = static_cast<int16_t>(FixedBits(beta.Bits(i), shift));
  }
  return {static_cast<int16_t>(shift), gamma_exponent};
}

// tanh of a binary32, given by its bits, times 2^15.
inline int16_t DecayOf(uint32_t bits) {
  const int32_t magnitude = Clamp(FixedBits(bits & ~kSignBit, 16), 0, 10 << 16);
  const uint32_t e = Power2(static_cast<uint32_t>(uint64_t{static_cast<uint32_t>(magnitude)} * 189097 >> 16));
  const uint32_t sum = 65536 + e;
  const int decay = Clamp(static_cast<int32_t>((((65536 - e) << 15) + sum / 2) / sum), 0, 32767);
  return static_cast<int16_t>(bits & kSignBit ? -decay : decay);
}

template <class Shape>
atome_status PrepareLayer(const Shape& shape, const ModelView<Shape>& model, uint32_t layer,
                          const ConstantsBlock<Shape, uint8_t>& out, atome_location* where) {
  const uint32_t d = shape.d_model(), h = shape.d_head();
  LayerConstants& constants = out.Layer(layer);
  constants.norm = PrepareNorm(shape, model, layer, out);
  const int shift = constants.norm.shift;
  const uint32_t router = model.ScaleBits(ATOME_TENSOR_ROUTER, layer);
  const uint32_t wq = model.ScaleBits(ATOME_TENSOR_WQ, layer);
  const uint32_t wk = model.ScaleBits(ATOME_TENSOR_WK, layer);
  const uint32_t conv = model.ScaleBits(ATOME_TENSOR_CONV, layer);
  const uint32_t wv = model.ScaleBits(ATOME_TENSOR_WV, layer);
  const Real inverse_root = RealOf(kLog2E / RootOf(h < 256 ? h << 24 : 0xFFFFFFFFu), 19);
  constants.router = MagnitudeOf(router).Times(RealOf(kLog2E, 31)).Scaled(-shift);
  constants.score = MagnitudeOf(wq).Times(MagnitudeOf(wk)).Times(inverse_root).Scaled(KeyDrop(d) - 2 * shift);
  constants.local = MagnitudeOf(conv);
  constants.sparse = MagnitudeOf(wv);
  constants.router_sign = static_cast<int8_t>(SignOf(router));
  constants.query_sign = static_cast<int8_t>(SignOf(wq) * SignOf(wk));
  constants.local_sign = static_cast<int8_t>(SignOf(conv));
  constants.sparse_sign = static_cast<int8_t>(SignOf(wv));

  const FloatTensor a = model.Vector(ATOME_TENSOR_A, layer);
  const FloatTensor b = model.Vector(ATOME_TENSOR_B, layer);
  const FloatTensor c = model.Vector(ATOME_TENSOR_C, layer);
  for (uint32_t i = 0; i < d; ++i) out.Decay(layer)[i] = DecayOf(a.Bits(i));
  const auto gain = [&](uint32_t i) { return MultiplyBits(b.Bits(i), c.Bits(i)); };
  if (!IsFiniteBits(Greatest(d, gain))) {
    return OutOfRange(model.Offset(ATOME_TENSOR_B, layer), layer, ATOME_TENSOR_B, where);
  }
  constants.gain_exponent = ToScaled15(d, gain, out.Gain(layer));
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
  const uint32_t embed = model.ScaleBits(ATOME_TENSOR_EMBED, 0);
  constants.embed_exponent = CommonExponent(embed & ~kSignBit) - 1;
  constants.embed_element = FixedBits(embed, constants.embed_exponent);
  constants.final_norm = PrepareNorm(shape, model, layers, out);
  const uint32_t alpha = model.ScaleBits(ATOME_TENSOR_UNEMBED, 0);
  constants.unembed_sign = SignOf(alpha);
  constants.unembed_scale = Scale2Bits(alpha & ~kSignBit, -constants.final_norm.shift);
  const bool vanished = constants.unembed_scale == 0 && (alpha & ~kSignBit) != 0;
  constexpr uint32_t kTooLarge = (127u + 96) << 23;  // bits of 2^96
  if (constants.unembed_scale < kTooLarge && !vanished) return ATOME_OK;
  return OutOfRange(model.Offset(ATOME_TENSOR_UNEMBED, 0), 0, ATOME_TENSOR_UNEMBED, where);
}

}  // namespace atome::q15

#endif  // ATOME_ENGINE_Q15_PREPARE_H_
