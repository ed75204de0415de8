// Products of one vector of int16 with many.
#ifndef ATOME_ENGINE_MATHS_KERNELS_DOTS_H_
#define ATOME_ENGINE_MATHS_KERNELS_DOTS_H_

#include <stdint.h>

namespace atome::kernel {

// dots[j] = sum of u[i] rows[j][i]. u int16 [width] aligned to 4 bytes, rows [count][width], dots [count];
// width and count are at least 1, count under 2^16. The caller guarantees that every partial sum fits.
[[gnu::noinline]] inline void Dots(const int16_t* u, const int16_t* rows, uint32_t width, uint32_t count,
                                   int32_t* dots) {
  for (; count != 0; --count) {
    int32_t sum = 0;
#pragma GCC unroll 4
    for (uint32_t i = 0; i < width; ++i) sum += u[i] * *rows++;
    *dots++ = sum;
  }
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_MATHS_KERNELS_DOTS_H_
