// Scores of keys for one query.
#ifndef ATOME_ENGINE_F32_KERNELS_SCORES_H_
#define ATOME_ENGINE_F32_KERNELS_SCORES_H_

#include <stdint.h>

#include "engine/maths/kernels/wide.h"

namespace atome::kernel {

// Whether scores cost so much more than estimates.h that those are made first.
inline constexpr bool kEstimateFirst = false;

// scores[j] = sum of query[r] keys[j][r]. query [h], keys [count][h], scores [count]; count is at least 1.
// The caller guarantees that every partial sum fits.
[[gnu::noinline]] inline void Scores(const int32_t* query, const int32_t* keys, uint32_t h, uint32_t count,
                                     int64_t* scores) {
  for (; count != 0; --count) {
    int64_t sum = 0;
    for (uint32_t r = 0; r < h; ++r) sum = MulAdd(sum, query[r], *keys++);
    *scores++ = sum;
  }
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_SCORES_H_
