// The table of a group of columns, as engine/f32/kernels/ternary_columns.h says, on Armv7-M.
#ifndef ATOME_ENGINE_F32_KERNELS_MAKE_TABLE_H_
#define ATOME_ENGINE_F32_KERNELS_MAKE_TABLE_H_

#include <stdint.h>

namespace atome::kernel {

// An entry is a store and an addition: 2 cycles on a Cortex-M3 or M4, 1 on an M7. A third of the table is
// a subroutine, which no branch predictor can mistake as it would the end of a loop of three.
// r1 table; r2 to r6 the steps of the five digits; r7 the entry.
[[gnu::naked, gnu::noipa]] inline void MakeTable(const int32_t* /*x*/, int32_t* /*table*/) {
  asm volatile(
      ".syntax unified\n"
      ".macro atome_three at\n"
      "str r7, [r1, #4 * (\\at)]\n"
      "add r7, r2\n"
      "str r7, [r1, #4 * (\\at) + 4]\n"
      "add r7, r2\n"
      "str r7, [r1, #4 * (\\at) + 8]\n"
      ".endm\n"
      ".macro atome_nine at\n"
      "atome_three (\\at)\n"
      "add r7, r3\n"
      "atome_three (\\at) + 3\n"
      "add r7, r3\n"
      "atome_three (\\at) + 6\n"
      ".endm\n"
      ".macro atome_27 at\n"
      "atome_nine (\\at)\n"
      "add r7, r4\n"
      "atome_nine (\\at) + 9\n"
      "add r7, r4\n"
      "atome_nine (\\at) + 18\n"
      ".endm\n"
      "push {r4-r7, lr}\n"
      "ldm r0, {r2-r6}\n"
      // step[i] = x[i] - 2 (x[0] + .. + x[i - 1]); the sums grow in r0 and r7 by turns.
      "adds r0, r2, r3\n"
      "sub r3, r3, r2, lsl #1\n"
      "adds r7, r0, r4\n"
      "sub r4, r4, r0, lsl #1\n"
      "adds r0, r7, r5\n"
      "sub r5, r5, r7, lsl #1\n"
      "adds r7, r0, r6\n"
      "sub r6, r6, r0, lsl #1\n"
      "rsbs r7, r7, #0\n"
      "bl 1f\n"
      "add r7, r6\n"
      "bl 1f\n"
      "add r7, r6\n"
      "bl 1f\n"
      "pop {r4-r7, pc}\n"
      ".balign 4\n"
      "1: atome_27 0\n"
      "add r7, r5\n"
      "atome_27 27\n"
      "add r7, r5\n"
      "atome_27 54\n"
      "add r1, r1, #324\n"
      "bx lr\n"
      ".purgem atome_three\n"
      ".purgem atome_nine\n"
      ".purgem atome_27\n");
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_MAKE_TABLE_H_
