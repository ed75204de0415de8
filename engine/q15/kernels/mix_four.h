// The weighted sum of four rows of bytes.
#ifndef ATOME_ENGINE_Q15_KERNELS_MIX_FOUR_H_
#define ATOME_ENGINE_Q15_KERNELS_MIX_FOUR_H_

#include <stdint.h>

namespace atome::q15::kernel {

// out[c] = start + sum of weights[j] rows[j][c] over four j. rows [4] of [d] at any alignment, weights [4],
// each from 0 to 2^15 - 1, of at most 2^15 together, start from 0 to 2^15, out [d]; d is at least 1. Returns
// the magnitude bits of all out[c], or-ed, as Magnitude has them.
[[gnu::noinline]] inline uint32_t MixFour(const int8_t* const* rows, const int32_t* weights, int32_t start,
                                          uint32_t d, int32_t* out) {
  const int8_t *a = rows[0], *b = rows[1], *c = rows[2], *e = rows[3];
  const int32_t wa = weights[0], wb = weights[1], wc = weights[2], we = weights[3];
  uint32_t magnitude = 0;
#pragma GCC unroll 4
  for (; d != 0; --d) {
    const int32_t sum = start + wa * *a++ + wb * *b++ + wc * *c++ + we * *e++;
    *out++ = sum;
    magnitude |= static_cast<uint32_t>(sum ^ (sum >> 31));
  }
  return magnitude;
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_MIX_FOUR_H_
