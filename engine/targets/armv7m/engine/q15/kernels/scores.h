// The inner loop of attention, as engine/q15/kernels/scores.h says, for the Cortex-M3.
#ifndef ATOME_ENGINE_Q15_KERNELS_SCORES_H_
#define ATOME_ENGINE_Q15_KERNELS_SCORES_H_

#include <stdint.h>

#include "engine/q15/kernels/score_rows.h"

namespace atome::q15::kernel {

[[gnu::naked, gnu::noipa]] inline void Scores(const int16_t* /*u*/, const int16_t* /*rows*/, uint32_t /*d*/,
                                              uint32_t /*count*/, int32_t* /*scores*/) {
  asm volatile(".syntax unified\n" ATOME_SCORE_ROWS("2", "sh"));
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_SCORES_H_
