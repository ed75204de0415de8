// The inner loop of attention over keys of 8 bits, as engine/q15/kernels/scores_small.h says, for the
// Cortex-M3.
#ifndef ATOME_ENGINE_Q15_KERNELS_SCORES_SMALL_H_
#define ATOME_ENGINE_Q15_KERNELS_SCORES_SMALL_H_

#include <stdint.h>

#include "engine/maths/kernels/score_rows.h"

namespace atome::q15::kernel {

[[gnu::naked, gnu::noipa]] inline void Scores(const int16_t* /*u*/, const int8_t* /*rows*/, uint32_t /*d*/,
                                              uint32_t /*count*/, int32_t* /*scores*/) {
  asm volatile(".syntax unified\n" ATOME_SCORE_ROWS("1", "sb"));
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_SCORES_SMALL_H_
