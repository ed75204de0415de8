// The inner loop of attention over keys of 16 bits.
#ifndef ATOME_ENGINE_Q15_KERNELS_SCORES_H_
#define ATOME_ENGINE_Q15_KERNELS_SCORES_H_

#include <stdint.h>

#include "engine/maths/kernels/dots.h"

namespace atome::q15::kernel {

// As Dots, beside what does the same for a cache of 8 bits.
[[gnu::always_inline]] inline void Scores(const int16_t* u, const int16_t* rows, uint32_t d, uint32_t count,
                                          int32_t* scores) {
  atome::kernel::Dots(u, rows, d, count, scores);
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_SCORES_H_
