// LayerNorm through exact integer sums; engine/numerics.md, "LayerNorm".
#ifndef ATOME_ENGINE_INTERNAL_LAYER_NORM_H_
#define ATOME_ENGINE_INTERNAL_LAYER_NORM_H_

#include <stdint.h>

#include "engine/internal/elementary.h"
#include "engine/internal/float_bits.h"
#include "engine/internal/model_file.h"

namespace atome {

// normalized = LayerNorm(x; gamma, beta) and quantized = fixed(normalized, shift), all [d]. `quantized`
// serves as scratch on the way. False when x or its variance is not finite.
inline bool LayerNorm(const float* x, FloatTensor gamma, FloatTensor beta, uint32_t d, int shift,
                      float* normalized, int32_t* quantized) {
  uint32_t greatest = 0;
  for (uint32_t i = 0; i < d; ++i) {
    const uint32_t magnitude = MagnitudeBits(x[i]);
    if (magnitude > greatest) greatest = magnitude;
  }
  if (greatest >= kInfinityBits) return false;
  const int exponent = greatest >> 23 != 0 ? static_cast<int>(greatest >> 23) : 1;
  const int p = 152 - exponent;  // the greatest |x| lands in [2^25, 2^26)

  int64_t sum = 0;
  for (uint32_t i = 0; i < d; ++i) {
    quantized[i] = Fixed(x[i], p);
    sum += quantized[i];
  }
  const float inverse_d = 1.0f / static_cast<float>(d);
  const int32_t mean = Fixed(static_cast<float>(sum) * inverse_d, 0);
  int64_t squares = 0;
  for (uint32_t i = 0; i < d; ++i) {
    const int32_t centered = quantized[i] - mean;
    quantized[i] = centered;
    squares += int64_t{centered} * centered;
  }

  const float variance = Scale2(static_cast<float>(squares) * inverse_d, -2 * p);
  const float guarded = variance + 1e-5f;
  if (!IsFinite(guarded)) return false;
  const float g = Scale2(1.0f / Sqrt(guarded), -p);
  for (uint32_t i = 0; i < d; ++i) {
    normalized[i] = static_cast<float>(quantized[i]) * g * gamma[i] + beta[i];
    quantized[i] = Fixed(normalized[i], shift);
  }
  return true;
}

// P: the power of two at which a normalised vector is quantised so that neither a ternary product nor a
// convolution of `taps` taps can leave int32. Sets `*finite` to false when the bound overflows.
inline int NormShift(FloatTensor gamma, FloatTensor beta, uint32_t d, uint32_t taps, bool* finite) {
  float gamma_squares = 0.0f, beta_sum = 0.0f, gamma_most = 0.0f, beta_most = 0.0f;
  for (uint32_t i = 0; i < d; ++i) {
    const float g = Abs(gamma[i]), b = Abs(beta[i]);
    gamma_squares = gamma_squares + g * g;
    beta_sum = beta_sum + b;
    if (g > gamma_most) gamma_most = g;
    if (b > beta_most) beta_most = b;
  }
  const float width = Sqrt(static_cast<float>(d));
  const float product_bound = width * Sqrt(gamma_squares) + beta_sum;
  const float taps_bound = static_cast<float>(taps) * (width * gamma_most + beta_most);
  const float bound = (product_bound > taps_bound ? product_bound : taps_bound) * 0x1.02p+0f;
  if (!IsFinite(bound)) *finite = false;
  // The biased exponent of `bound` is 126 more than the least E with bound < 2^E.
  const int p = 31 - (static_cast<int>(ToBits(bound) >> 23) - 126);
  return p < 87 ? p : 87;
}

}  // namespace atome

#endif  // ATOME_ENGINE_INTERNAL_LAYER_NORM_H_
