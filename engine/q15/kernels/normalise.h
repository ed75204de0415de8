// The loops of LayerNorm; engine/q15/numerics.md, "LayerNorm".
#ifndef ATOME_ENGINE_Q15_KERNELS_NORMALISE_H_
#define ATOME_ENGINE_Q15_KERNELS_NORMALISE_H_

#include <stdint.h>

#include "engine/maths/scaled.h"
#include "engine/q15/real.h"

namespace atome::q15::kernel {

// c[i] = x[i] / 2^right rounded, times 2^left, which must fit. x and c [d], d is at least 1; right and left 0
// to 31. Returns the sum of c, which must fit too.
[[gnu::noinline]] inline int32_t Narrow(const int32_t* x, uint32_t d, int32_t right, int32_t left,
                                        int16_t* c) {
  int32_t sum = 0;
#pragma GCC unroll 4
  for (uint32_t i = 0; i < d; ++i) {
    const int32_t v = ShiftLeft(DropRounded(x[i], right), left);
    sum += v;
    c[i] = static_cast<int16_t>(v);
  }
  return sum;
}

// c[i] -= mean, which must fit; c [d], d is at least 1. Returns the sum of (c[i] / 2^z rounded)^2, which must
// fit, z 0 to 15; `*magnitude` becomes bits whose length is that of c.
[[gnu::noinline]] inline uint32_t Centre(int16_t* c, uint32_t d, int32_t mean, int32_t z,
                                         uint32_t* magnitude) {
  uint32_t squares = 0, bits = 0;
#pragma GCC unroll 4
  for (uint32_t i = 0; i < d; ++i) {
    const int32_t v = c[i] - mean;
    bits |= static_cast<uint32_t>(v ^ (v >> 31));
    const int32_t part = DropRounded(v, z);
    squares += static_cast<uint32_t>(part * part);
    c[i] = static_cast<int16_t>(v);
  }
  *magnitude = bits;
  return squares;
}

// q[i] = y gamma[i] / 2^drop rounded, plus beta[i], modulo 2^16, y = q[i] g / 2^15 rounded, which must fit
// int16. All [d], d is at least 1; drop 1 to 31.
[[gnu::noinline]] inline void Stretch(int16_t* q, uint32_t d, int32_t g, int32_t drop, const int16_t* gamma,
                                      const int16_t* beta) {
#pragma GCC unroll 4
  for (uint32_t i = 0; i < d; ++i) {
    const int32_t y = (q[i] * g + (1 << 14)) >> 15;
    q[i] = static_cast<int16_t>(DropRounded(y * gamma[i], drop) + beta[i]);
  }
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_NORMALISE_H_
