// The inner loop of attention over keys of 8 bits, as engine/q15/kernels/scores_small.h says, for the
// Cortex-M4 and M7: two products an instruction.
#ifndef ATOME_ENGINE_Q15_KERNELS_SCORES_SMALL_H_
#define ATOME_ENGINE_Q15_KERNELS_SCORES_SMALL_H_

#include <stdint.h>

#include "engine/maths/kernels/score_rows.h"

namespace atome::q15::kernel {

// Bytes become halfwords with a column between them, so u's columns stand likewise: of four, first and third,
// then second and fourth.
[[gnu::naked, gnu::noipa]] inline void Scores(const int16_t* /*u*/, const int8_t* /*rows*/, uint32_t /*d*/,
                                              uint32_t /*count*/, int32_t* /*scores*/) {
  asm volatile(
      ".syntax unified\n"
      ".macro atome_spread first, second\n"
      "pkhtb r2, \\second, \\first, asr #16\n"
      "pkhbt \\first, \\first, \\second, lsl #16\n"
      "mov \\second, r2\n"
      ".endm\n"
      // Four columns.
      ".macro atome_four at, first, second\n"
      "ldr.w r2, [r0, #\\at]\n"
      "sxtb16 r3, r2\n"
      "sxtb16 r2, r2, ror #8\n"
      "smlad r12, r3, \\first, r12\n"
      "smlad r12, r2, \\second, r12\n"
      ".endm\n"
      ".macro atome_row fresh\n"
      ".if \\fresh\n"
      "ldr.w r2, [r0]\n"
      "sxtb16 r3, r2\n"
      "sxtb16 r2, r2, ror #8\n"
      "smuad r12, r3, r4\n"
      "smlad r12, r2, r5, r12\n"
      ".else\n"
      "atome_four 0, r4, r5\n"
      ".endif\n"
      "atome_four 4, r6, r7\n"
      "atome_four 8, r8, r9\n"
      "atome_four 12, r10, r11\n"
      ".endm\n" ATOME_SCORE_ROWS("1", "ldrsb",
                                 "atome_spread r4, r5\n"
                                 "atome_spread r6, r7\n"
                                 "atome_spread r8, r9\n"
                                 "atome_spread r10, r11\n") ".purgem atome_spread\n"
                                                            ".purgem atome_four\n"
                                                            ".purgem atome_row\n");
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_SCORES_SMALL_H_
