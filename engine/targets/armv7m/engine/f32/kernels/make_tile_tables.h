// The look-up tables of groups of four columns, as engine/f32/kernels/make_tile_tables.h says, on Armv7-M.
#ifndef ATOME_ENGINE_F32_KERNELS_MAKE_TILE_TABLES_H_
#define ATOME_ENGINE_F32_KERNELS_MAKE_TILE_TABLES_H_

#include <stdint.h>

namespace atome::kernel {

// An entry is a store and an addition: 2 cycles on a Cortex-M3 or M4, 1 on an M7.
// r0 x, r1 groups left, r2 table; r3 to r6 the steps of the four digits; r7 the entry.
[[gnu::naked, gnu::noipa]] inline void MakeTileTables(const int32_t* /*x*/, uint32_t /*groups*/,
                                                      int32_t* /*tables*/) {
  asm volatile(
      ".syntax unified\n"
      ".macro atome_three at\n"
      "str r7, [r2, #4 * (\\at)]\n"
      "adds r7, r7, r3\n"
      "str r7, [r2, #4 * (\\at) + 4]\n"
      "adds r7, r7, r3\n"
      "str r7, [r2, #4 * (\\at) + 8]\n"
      ".endm\n"
      ".macro atome_nine at\n"
      "atome_three (\\at)\n"
      "adds r7, r7, r4\n"
      "atome_three (\\at) + 3\n"
      "adds r7, r7, r4\n"
      "atome_three (\\at) + 6\n"
      ".endm\n"
      ".macro atome_27 at\n"
      "atome_nine (\\at)\n"
      "adds r7, r7, r5\n"
      "atome_nine (\\at) + 9\n"
      "adds r7, r7, r5\n"
      "atome_nine (\\at) + 18\n"
      ".endm\n"
      "push {r4-r7, lr}\n"
      ".balign 4\n"
      "1: ldmia r0!, {r3-r6}\n"
      // step[i] = x[i] - 2 (x[0] + .. + x[i - 1]); the sums grow in r12 and r7 by turns.
      "add r12, r3, r4\n"
      "sub r4, r4, r3, lsl #1\n"
      "add r7, r12, r5\n"
      "sub r5, r5, r12, lsl #1\n"
      "add r12, r7, r6\n"
      "sub r6, r6, r7, lsl #1\n"
      "rsb r7, r12, #0\n"
      "atome_27 0\n"
      "adds r7, r7, r6\n"
      "atome_27 27\n"
      "adds r7, r7, r6\n"
      "atome_27 54\n"
      "add.w r2, r2, #324\n"
      "subs r1, #1\n"
      "bne 1b\n"
      "pop {r4-r7, pc}\n"
      ".purgem atome_three\n"
      ".purgem atome_nine\n"
      ".purgem atome_27\n");
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_MAKE_TILE_TABLES_H_
