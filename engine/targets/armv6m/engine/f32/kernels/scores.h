// Scores of keys for one query, as engine/f32/kernels/scores.h says, for the Cortex-M0.
#ifndef ATOME_ENGINE_F32_KERNELS_SCORES_H_
#define ATOME_ENGINE_F32_KERNELS_SCORES_H_

#include <stdint.h>

#include "engine/maths/kernels/wide.h"

namespace atome::kernel {

// Their products take several cycles each.
inline constexpr bool kEstimateFirst = true;

[[gnu::noinline]] inline void Scores(const int32_t* query, const int32_t* keys, uint32_t h, uint32_t count,
                                     int64_t* scores) {
  for (; count != 0; --count) {
    QuarterSum sum;
    for (uint32_t r = 0; r < h; ++r) sum.Add(query[r], *keys++);
    *scores++ = sum.Total();
  }
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_SCORES_H_
