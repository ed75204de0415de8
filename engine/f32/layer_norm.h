// LayerNorm in integers; engine/f32/numerics.md, "LayerNorm".
#ifndef ATOME_ENGINE_F32_LAYER_NORM_H_
#define ATOME_ENGINE_F32_LAYER_NORM_H_

#include <stdint.h>

#include "engine/f32/constants.h"
#include "engine/files/model_file.h"
#include "engine/maths/elementary.h"
#include "engine/maths/float_bits.h"
#include "engine/maths/kernels/to_float.h"
#include "engine/maths/kernels/wide.h"
#include "engine/maths/scaled.h"

namespace atome {

// q = LayerNorm(x; gamma, beta) times 2^P, all [d]; gamma is scaled by its exponent, beta by P. Shifts x to
// 30 bits first. `*magnitude` is that of q. False when the variance is not finite.
inline bool LayerNorm(int32_t* x, int32_t* exponent, const int32_t* gamma, const int32_t* beta, uint32_t d,
                      NormConstants constants, int32_t* q, Magnitude* magnitude) {
  Magnitude before;
#pragma GCC unroll 4
  for (uint32_t i = 0; i < d; ++i) before.Add(x[i]);
  const int room = 30 - before.Length();
  const int up = room > 0 ? room : 0, down = room < 0 ? 1 : 0;
  *exponent += room;
  const int32_t p = *exponent - 4;
  int64_t sum = 0;
  int64_t square_sum = 0;
#pragma GCC unroll 2
  for (uint32_t i = 0; i < d; ++i) {
    x[i] = ShiftLeft(x[i], up) >> down;
    const int32_t c = x[i] >> 4;  // at most 2^26, so that 2048 squares fit
    sum += c;
    square_sum = kernel::MulAdd(square_sum, c, c);
  }
  const float inverse_d = 1.0f / static_cast<float>(d);
  const int32_t mean = Fixed(ToFloat(sum) * inverse_d, 0);
  // Sum of (c - mean)^2, modulo 2^64, which it does not reach.
  const uint64_t squares =
      static_cast<uint64_t>(square_sum) -
      static_cast<uint64_t>(int64_t{mean}) * static_cast<uint64_t>(2 * sum - static_cast<int64_t>(d) * mean);

  const float variance = Scale2(ToFloat(static_cast<int64_t>(squares)) * inverse_d, -2 * p);
  const float guarded = variance + 1e-5f;
  if (!IsFinite(guarded)) return false;
  const Factor g = Split(1.0f / Sqrt(guarded));
  // No |c - mean| exceeds the square root of `squares`.
  const int root_bits = (BitLength(squares) + 1) / 2;
  const int spread = root_bits < 31 ? 31 - root_bits : 0;
  const int32_t drop = p + spread + constants.gamma_exponent + g.exponent - 64 - constants.shift;
  const int right = drop > 0 ? ClampShift(drop) : 0, left = drop > 0 ? 0 : ClampShift(-drop);
  const int32_t half = static_cast<int32_t>((1u << right) >> 1);
  Magnitude after;
#pragma GCC unroll 2
  for (uint32_t i = 0; i < d; ++i) {
    const int32_t c = (x[i] >> 4) - mean;
    const int32_t u = kernel::MulHigh(ShiftLeft(c, spread), kernel::MulHigh(gamma[i], g.multiplier));
    q[i] = ((ShiftLeft(u, left) + half) >> right) + beta[i];
    after.Add(q[i]);
  }
  *magnitude = after;
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

#endif  // ATOME_ENGINE_F32_LAYER_NORM_H_
