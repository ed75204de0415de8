// The weighted sum of four rows of a ring.
#ifndef ATOME_ENGINE_Q15_KERNELS_MIX_FOUR_H_
#define ATOME_ENGINE_Q15_KERNELS_MIX_FOUR_H_

#include <stdint.h>

namespace atome::q15::kernel {

// out[c] = sum of weights[j] rows[j][c] over four j, in units of 2^15, rounded. rows [4] of [d], weights [4]
// of at most 2^15 together, out [d]; d is at least 1.
template <class Element>
[[gnu::noinline]] void MixFour(const Element* const* rows, const int32_t* weights, uint32_t d, int16_t* out) {
  const Element *a = rows[0], *b = rows[1], *c = rows[2], *e = rows[3];
  const int32_t wa = weights[0], wb = weights[1], wc = weights[2], we = weights[3];
#pragma GCC unroll 4
  for (; d != 0; --d) {
    const int32_t sum = wa * *a++ + wb * *b++ + wc * *c++ + we * *e++;
    *out++ = static_cast<int16_t>((sum + (1 << 14)) >> 15);
  }
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_MIX_FOUR_H_
