// The inner loop of attention over a cache of 8 bits.
#ifndef ATOME_ENGINE_Q15_KERNELS_SCORES_SMALL_H_
#define ATOME_ENGINE_Q15_KERNELS_SCORES_SMALL_H_

#include <stdint.h>

namespace atome::q15::kernel {

// scores[j] = sum of u[c] rows[j][c]. u int16 [d], rows [count][d], scores [count]; d and count are at least
// 1, count under 2^16. The caller guarantees that every partial sum fits.
[[gnu::noinline]] inline void Scores(const int16_t* u, const int8_t* rows, uint32_t d, uint32_t count,
                                     int32_t* scores) {
  for (; count != 0; --count) {
    int32_t sum = 0;
#pragma GCC unroll 4
    for (uint32_t c = 0; c < d; ++c) sum += u[c] * *rows++;
    *scores++ = sum;
  }
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_SCORES_SMALL_H_
