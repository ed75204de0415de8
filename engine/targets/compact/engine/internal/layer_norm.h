// LayerNorm in integers, as engine/internal/layer_norm.h, of gammas and betas as they stand in the model file.
#ifndef ATOME_ENGINE_INTERNAL_LAYER_NORM_H_
#define ATOME_ENGINE_INTERNAL_LAYER_NORM_H_

#include <stdint.h>

#include "engine/internal/elementary.h"
#include "engine/internal/float_bits.h"
#include "engine/internal/kernels/wide.h"
#include "engine/internal/model_file.h"
#include "engine/internal/scaled.h"

namespace atome {

// Of one LayerNorm, derived when a model is loaded.
struct NormConstants {
  int16_t shift;           // P
  int16_t gamma_exponent;  // G
};

// Bits of the longest of `count` elements, as Magnitude counts them.
[[gnu::noinline]] inline int LengthOf(const int32_t* x, uint32_t count) {
  Magnitude magnitude;
  do magnitude.Add(*x++);
  while (--count != 0);
  return magnitude.Length();
}

// q = LayerNorm(x; gamma, beta) times 2^P, all [d]. Shifts x to 30 bits first. False when the variance is not
// finite.
inline bool LayerNorm(int32_t* x, int32_t* exponent, FloatTensor gamma, FloatTensor beta, uint32_t d,
                      NormConstants constants, int32_t* q) {
  const int room = 30 - LengthOf(x, d);
  *exponent += room;
  const int32_t p = *exponent - 4;
  int64_t sum = 0;
  for (uint32_t i = 0; i < d; ++i) {
    x[i] = room < 0 ? x[i] >> 1 : ShiftLeft(x[i], room);
    sum += x[i] >> 4;  // at most 2^26, so that 2048 squares fit
  }
  const float inverse_d = 1.0f / static_cast<float>(d);
  const int32_t mean = Fixed(ToFloat(sum) * inverse_d, 0);
  int64_t squares = 0;
  for (uint32_t i = 0; i < d; ++i) {
    const int32_t c = (x[i] >> 4) - mean;
    squares = kernel::MulAdd(squares, c, c);
  }

  const float variance = Scale2(ToFloat(squares) * inverse_d, -2 * p);
  const float guarded = variance + 1e-5f;
  if (!IsFinite(guarded)) return false;
  const Factor g = Split(1.0f / Sqrt(guarded));
  // No |c| exceeds the square root of `squares`.
  int spread = 31;
  for (uint64_t rest = static_cast<uint64_t>(squares); rest != 0 && spread != 0; rest >>= 2) --spread;
  const int32_t drop = p + spread + constants.gamma_exponent + g.exponent - 64 - constants.shift;
  const int right = drop > 0 ? ClampShift(drop) : 0, left = drop > 0 ? 0 : ClampShift(-drop);
  const int32_t half = static_cast<int32_t>((1u << right) >> 1);
  for (uint32_t i = 0; i < d; ++i) {
    const int32_t c = (x[i] >> 4) - mean;
    const int32_t scaled_gamma = FixedBits(gamma.Bits(i), constants.gamma_exponent);
    const int32_t u = kernel::MulHigh(ShiftLeft(c, spread), kernel::MulHigh(scaled_gamma, g.multiplier));
    q[i] = ((ShiftLeft(u, left) + half) >> right) + FixedBits(beta.Bits(i), constants.shift);
  }
  return true;
}

}  // namespace atome

#endif  // ATOME_ENGINE_INTERNAL_LAYER_NORM_H_
