// LayerNorm of variant q15; engine/q15/numerics.md, "LayerNorm".
#ifndef ATOME_ENGINE_Q15_LAYER_NORM_H_
#define ATOME_ENGINE_Q15_LAYER_NORM_H_

#include <stdint.h>

#include "engine/maths/scaled.h"
#include "engine/q15/kernels/normalise.h"
#include "engine/q15/memory.h"
#include "engine/q15/real.h"

namespace atome::q15 {

// 1 / sqrt(variance + 1e-5), as g * 2^-exponent, 2^14 <= g < 2^15.
struct Deviation {
  int32_t g;
  int32_t exponent;
};

// Of `squares`, the sum of d squares in units of 2^-2p.
inline Deviation DeviationOf(uint32_t squares, int32_t p, uint32_t d) {
  constexpr uint32_t kEpsilon = 42950;  // 1e-5 times 2^32
  const int32_t n = 32 - 2 * p;
  uint32_t total =
      n >= 0 ? squares + (kEpsilon * d >> ClampShift(n)) : (squares >> ClampShift(-n)) + kEpsilon * d;
  if (total == 0) total = 1;
  int32_t a = n >= 0 ? 2 * p : 32;
  int up = __builtin_clz(total);
  total = (total << up) / d;
  a += up;
  up = __builtin_clz(total);
  if ((a + up) % 2 != 0) --up;
  total = up >= 0 ? total << up : total >> 1;
  a += up;
  return {static_cast<int32_t>(((1u << 30) - 1) / RootOf(total)), 30 - a / 2};
}

// q = LayerNorm(x; gamma, beta) times 2^P, all [d]; x times 2^-exponent, |x| at most 2^30.
inline void LayerNorm(const int32_t* x, int32_t exponent, Magnitude magnitude, const int16_t* gamma,
                      const int16_t* beta, uint32_t d, NormConstants constants, int16_t* q) {
  const int down = magnitude.Length() - 14;
  const int right = down > 0 ? down : 0, left = down > 0 ? 0 : -down;
  const int32_t sum = kernel::Narrow(x, d, right, left, q);
  const int32_t mean =
      static_cast<int32_t>((static_cast<uint32_t>(sum) + (d << 15) + (d >> 1)) / d) - (1 << 15);
  const int z = CeilLog2(d) / 2;
  uint32_t centred = 0;
  const uint32_t squares = kernel::Centre(q, d, mean, z, &centred);
  const int32_t p = exponent - down;
  const Deviation deviation = DeviationOf(squares, p - z, d);
  const int up = 15 - Magnitude(centred).Length();
  const int drop =
      Clamp(p + up - 15 + deviation.exponent + constants.gamma_exponent - constants.shift, 1, 31);
  kernel::Stretch(q, d, deviation.g << up, drop, gamma, beta);
}

}  // namespace atome::q15

#endif  // ATOME_ENGINE_Q15_LAYER_NORM_H_
