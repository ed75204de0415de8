// Products of one vector of int16 with many, as engine/maths/kernels/dots.h says, for the Cortex-M4 and M7:
// two products an instruction.
#ifndef ATOME_ENGINE_MATHS_KERNELS_DOTS_H_
#define ATOME_ENGINE_MATHS_KERNELS_DOTS_H_

#include <stdint.h>

#include "engine/maths/kernels/score_rows.h"

namespace atome::kernel {

[[gnu::naked, gnu::noipa]] inline void Dots(const int16_t* /*u*/, const int16_t* /*rows*/, uint32_t /*width*/,
                                            uint32_t /*count*/, int32_t* /*dots*/) {
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

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_MATHS_KERNELS_DOTS_H_
