// The tables of tile_tables.h, as engine/q15/kernels/make_tile_tables.h says, for cores that add two
// halfwords at once: two entries a store and an addition.
#ifndef ATOME_ENGINE_Q15_KERNELS_MAKE_TILE_TABLES_H_
#define ATOME_ENGINE_Q15_KERNELS_MAKE_TILE_TABLES_H_

#include <stdint.h>

#include "engine/q15/kernels/tile_tables.h"

namespace atome::q15::kernel {

// The differences from a word to the next are those of the kernel for Armv7-M. r0 the word, r1 table, r2 to
// r7 the differences of a, a + b and a + c, r8 d - c in both halves, r9 in the lower one; r10 x, r11 groups
// left; r12 and lr serve.
[[gnu::naked, gnu::noipa]] inline void MakeTileTables(const int16_t* /*x*/, uint32_t /*groups*/,
                                                      uint16_t* /*tables*/) {
  asm volatile(
      ".syntax unified\n"
      ".macro atome_words at, delta, others:vararg\n"
      "str r0, [r1, #4 * (\\at)]\n"
      "uadd16 r0, r0, \\delta\n"
      ".ifnb \\others\n"
      "atome_words (\\at) + 1, \\others\n"
      ".endif\n"
      ".endm\n"
      ".macro atome_13_words\n"
      "atome_words 0, r2, r3, r4, r5, r6, r4, r2, r3, r7, r2, r3, r4, r5\n"
      ".endm\n"
      "push {r4-r11, lr}\n"
      "mov r10, r0\n"
      "mov r11, r1\n"
      "mov r1, r2\n"
      ".balign 4\n"
      "1:\n"
      "ldrsh r2, [r10], #8\n"
      "ldrsh r3, [r10, #-6]\n"
      "ldrsh r4, [r10, #-4]\n"
      "ldrsh r5, [r10, #-2]\n"
      // b, c and d: from the last entry of a digit's run to the first of the next; the sum grows in r12.
      "sub r7, r3, r2, lsl #1\n"
      "add r12, r2, r3\n"
      "sub lr, r4, r12, lsl #1\n"
      "add r12, r4\n"
      "sub r8, r5, r12, lsl #1\n"
      "add r12, r5\n"
      "sub r9, r8, lr\n"
      "pkhbt r8, r9, r9, lsl #16\n"
      "uxth r9, r9\n"
      "rsb r12, r12, #0\n"
      "add r0, r12, r2\n"
      "pkhbt r0, r12, r0, lsl #16\n"
      "add r12, r2, r7\n"
      "add r7, r2, lr\n"
      "lsls r6, r2, #1\n"
      "pkhbt r2, r6, r12, lsl #16\n"
      "pkhbt r3, r12, r6, lsl #16\n"
      "pkhbt r4, r12, r12, lsl #16\n"
      "pkhbt r5, r6, r7, lsl #16\n"
      "pkhbt r6, r7, r6, lsl #16\n"
      "pkhbt r7, r7, r7, lsl #16\n"
      "atome_13_words\n"
      "add r0, r0, r9, lsl #16\n"
      "str r0, [r1, #52]\n"
      "uadd16 r0, r0, r6\n"
      "uadd16 r0, r0, r9\n"
      "atome_words 14, r4, r2, r3, r7, r2, r3, r4, r5, r6, r4, r2, r3\n"
      "str r0, [r1, #104]\n"
      "adds r1, #108\n"
      "uadd16 r0, r0, r7\n"
      "uadd16 r0, r0, r8\n"
      "atome_13_words\n"
      "str r0, [r1, #52]\n"
      "adds r1, #56\n"
      "subs r11, r11, #1\n"
      "bne 1b\n"
      "pop {r4-r11, pc}\n"
      ".purgem atome_words\n"
      ".purgem atome_13_words\n");
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_MAKE_TILE_TABLES_H_
