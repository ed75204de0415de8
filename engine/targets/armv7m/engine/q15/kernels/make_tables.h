// The look-up tables of groups of columns, as engine/q15/kernels/make_tables.h says, on Armv7-M: two entries
// a store and an addition, 2 cycles on a Cortex-M3 or M4, 1 on an M7.
#ifndef ATOME_ENGINE_Q15_KERNELS_MAKE_TABLES_H_
#define ATOME_ENGINE_Q15_KERNELS_MAKE_TABLES_H_

#include <stdint.h>

#include "engine/q15/kernels/tables.h"

namespace atome::q15::kernel {

// From an entry to the next the difference is a twice, then b, and so on, c in place of every third b, f
// (from the last of 27 to the next) in place of every third c, g of every third f. So from a word to the next
// there are six differences, in an order that repeats after 27 words, but for f and g, of which two are
// within 27 words. r0 the word, r1 table, r2 to r7 the differences of a, a + b and a + c; r9 and r11 f - c
// and g - c, r12 and r8 r9 with the differences that it goes with: in the lower half of a word, in both. r10
// is x, lr counts.
[[gnu::naked, gnu::noipa]] inline void MakeTables(const int16_t* /*x*/, uint32_t /*groups*/,
                                                  uint16_t* /*tables*/) {
  asm volatile(
      ".syntax unified\n"
      ".macro atome_word at, delta\n"
      "str r0, [r1, #4 * (\\at)]\n"
      "add r0, \\delta\n"
      ".endm\n"
      ".macro atome_first_half\n"
      "atome_word 0, r2\n"
      "atome_word 1, r3\n"
      "atome_word 2, r4\n"
      "atome_word 3, r5\n"
      "atome_word 4, r6\n"
      "atome_word 5, r4\n"
      "atome_word 6, r2\n"
      "atome_word 7, r3\n"
      "atome_word 8, r7\n"
      "atome_word 9, r2\n"
      "atome_word 10, r3\n"
      "atome_word 11, r4\n"
      "atome_word 12, r5\n"
      ".endm\n"
      // Of 27 words, with one of f and g within, which ends with the difference to the next word.
      ".macro atome_words within\n"
      "atome_first_half\n"
      "add r0, r0, \\within, lsl #16\n"
      "str r0, [r1, #52]\n"
      ".ifc \\within, r9\n"
      "add r0, r12\n"
      ".else\n"
      "add r0, r6\n"
      "add r0, \\within\n"
      ".endif\n"
      "atome_word 14, r4\n"
      "atome_word 15, r2\n"
      "atome_word 16, r3\n"
      "atome_word 17, r7\n"
      "atome_word 18, r2\n"
      "atome_word 19, r3\n"
      "atome_word 20, r4\n"
      "atome_word 21, r5\n"
      "atome_word 22, r6\n"
      "atome_word 23, r4\n"
      "atome_word 24, r2\n"
      "atome_word 25, r3\n"
      "str r0, [r1, #104]\n"
      "adds r1, #108\n"
      ".endm\n"
      "push {r4-r11, lr}\n"
      "mov r10, r0\n"
      "mov lr, r1\n"
      "mov r1, r2\n"
      "1:\n"
      // b, c, f and g: from the last entry of a digit's run to the first of the next; the sum grows in r12.
      "ldrsh r2, [r10], #10\n"
      "ldrsh r3, [r10, #-8]\n"
      "ldrsh r4, [r10, #-6]\n"
      "ldrsh r5, [r10, #-4]\n"
      "ldrsh r6, [r10, #-2]\n"
      "sub r7, r3, r2, lsl #1\n"
      "add r12, r2, r3\n"
      "sub r8, r4, r12, lsl #1\n"
      "add r12, r4\n"
      "sub r9, r5, r12, lsl #1\n"
      "add r12, r5\n"
      "sub r11, r6, r12, lsl #1\n"
      "add r12, r6\n"
      "sub r9, r9, r8\n"
      "sub r11, r11, r8\n"
      // The first word, then the differences.
      "rsb r12, r12, #32768\n"
      "add r0, r12, r2\n"
      "add r0, r12, r0, lsl #16\n"
      "add r12, r2, r7\n"
      "add r7, r2, r8\n"
      "lsls r6, r2, #1\n"
      "add r2, r6, r12, lsl #16\n"
      "add r3, r12, r6, lsl #16\n"
      "add r4, r12, r12, lsl #16\n"
      "add r5, r6, r7, lsl #16\n"
      "add r6, r7, r6, lsl #16\n"
      "add r7, r7, r7, lsl #16\n"
      "add r12, r6, r9\n"
      "add r8, r7, r9\n"
      "add r8, r8, r9, lsl #16\n"
      "atome_words r9\n"
      "add r0, r8\n"
      "atome_words r11\n"
      "add r0, r8\n"
      "atome_words r9\n"
      "add r0, r7\n"
      "add r0, r11\n"
      "add r0, r0, r11, lsl #16\n"
      "atome_words r9\n"
      "add r0, r8\n"
      "atome_first_half\n"
      "str r0, [r1, #52]\n"
      "adds r1, #56\n"
      "subs lr, lr, #1\n"
      "bne 1b\n"
      "pop {r4-r11, pc}\n"
      ".purgem atome_word\n"
      ".purgem atome_first_half\n"
      ".purgem atome_words\n");
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_MAKE_TABLES_H_
