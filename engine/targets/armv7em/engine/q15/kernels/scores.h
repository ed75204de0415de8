// The inner loop of attention, as engine/q15/kernels/scores.h says, for the Cortex-M4 and M7: two products an
// instruction.
#ifndef ATOME_ENGINE_Q15_KERNELS_SCORES_H_
#define ATOME_ENGINE_Q15_KERNELS_SCORES_H_

#include <stdint.h>

#include "engine/q15/kernels/score_rows.h"

namespace atome::q15::kernel {

[[gnu::naked, gnu::noipa]] inline void Scores(const int16_t* /*u*/, const int16_t* /*rows*/, uint32_t /*d*/,
                                              uint32_t /*count*/, int32_t* /*scores*/) {
  asm volatile(
      ".syntax unified\n"
      // Four columns.
      ".macro atome_four at, first, second\n"
      "ldr r2, [r0, #\\at]\n"
      "ldr r3, [r0, #\\at + 4]\n"
      "smlad r12, r2, \\first, r12\n"
      "smlad r12, r3, \\second, r12\n"
      ".endm\n"
      ".macro atome_row fresh\n"
      ".if \\fresh\n"
      "ldr r2, [r0]\n"
      "ldr r3, [r0, #4]\n"
      "smuad r12, r2, r4\n"
      "smlad r12, r3, r5, r12\n"
      ".else\n"
      "atome_four 0, r4, r5\n"
      ".endif\n"
      "atome_four 8, r6, r7\n"
      "atome_four 16, r8, r9\n"
      "atome_four 24, r10, r11\n"
      ".endm\n" ATOME_SCORE_ROWS("2", "ldrsh", "") ".purgem atome_four\n"
      ".purgem atome_row\n");
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_SCORES_H_
