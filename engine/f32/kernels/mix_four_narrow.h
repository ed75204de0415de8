// The weighted sum of four values of int16.
#ifndef ATOME_ENGINE_F32_KERNELS_MIX_FOUR_NARROW_H_
#define ATOME_ENGINE_F32_KERNELS_MIX_FOUR_NARROW_H_

#include <stdint.h>

namespace atome::kernel {

// out[i] = sum of weights[j] values[j][i] over four j, which fits. values [4] of [d], weights [4] of int16,
// out [d]; d is at least 1. Returns the or of the magnitudes of out, as Magnitude has them.
[[gnu::noinline]] inline uint32_t MixFourNarrow(const int16_t* const* values, const int32_t* weights,
                                                uint32_t d, int32_t* out) {
  const int16_t *a = values[0], *b = values[1], *c = values[2], *e = values[3];
  const int32_t wa = weights[0], wb = weights[1], wc = weights[2], we = weights[3];
  uint32_t magnitude = 0;
#pragma GCC unroll 4
  for (; d != 0; --d) {
    const int32_t mixed = wa * *a++ + wb * *b++ + wc * *c++ + we * *e++;
    *out++ = mixed;
    magnitude |= static_cast<uint32_t>(mixed ^ (mixed >> 31));
  }
  return magnitude;
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_MIX_FOUR_NARROW_H_
