// What the scores of keys are about.
#ifndef ATOME_ENGINE_F32_KERNELS_ESTIMATES_H_
#define ATOME_ENGINE_F32_KERNELS_ESTIMATES_H_

#include <stdint.h>

namespace atome::kernel {

// estimates[j] = sum of query[r] (keys[j][r] >> 16). query [h], keys [count][h], estimates [count]; h and
// count are at least 1. The caller guarantees that every partial sum fits.
[[gnu::noinline]] inline void Estimates(const int32_t* query, const int32_t* keys, uint32_t h, uint32_t count,
                                        int32_t* estimates) {
  for (; count != 0; --count) {
    int32_t sum = 0;
    for (uint32_t r = 0; r < h; ++r) sum += query[r] * (*keys++ >> 16);
    *estimates++ = sum;
  }
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_ESTIMATES_H_
