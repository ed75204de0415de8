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
// within 27 words. On the stack: x, groups left. r0 the word, r1 table, r2 to r7 the differences, r9 to r11 f
// - c, f - c, g - c, in turn; r12 counts.
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
      "push {r0, r1, r4-r11, lr}\n"
      "mov r1, r2\n"
      "9:\n"
      // b, c, f and g: from the last entry of a digit's run to the first of the next; the sum grows in r12.
      "ldrsh r2, [r0]\n"
      "ldrsh r3, [r0, #2]\n"
      "ldrsh r4, [r0, #4]\n"
      "ldrsh r5, [r0, #6]\n"
      "ldrsh r6, [r0, #8]\n"
      "mov r12, r2\n"
      "sub r7, r3, r12, lsl #1\n"
      "add r12, r3\n"
      "sub r8, r4, r12, lsl #1\n"
      "add r12, r4\n"
      "sub r9, r5, r12, lsl #1\n"
      "add r12, r5\n"
      "sub r10, r6, r12, lsl #1\n"
      "add r12, r6\n"
      "sub r9, r9, r8\n"
      "sub r11, r10, r8\n"
      "mov r10, r9\n"
      // The first word, then the six differences, of a, a + b and a + c.
      "rsb r12, r12, #32768\n"
      "add r0, r12, r2\n"
      "add r0, r12, r0, lsl #16\n"
      "add r12, r2, r7\n"
      "add lr, r2, r8\n"
      "lsl r8, r2, #1\n"
      "add r2, r8, r12, lsl #16\n"
      "add r3, r12, r8, lsl #16\n"
      "add r4, r12, r12, lsl #16\n"
      "add r5, r8, lr, lsl #16\n"
      "add r6, lr, r8, lsl #16\n"
      "add r7, lr, lr, lsl #16\n"
      "mov r12, #4\n"
      "1: atome_first_half\n"
      "add r0, r0, r9, lsl #16\n"
      "str r0, [r1, #52]\n"
      "add r0, r6\n"
      "add r0, r9\n"
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
      "atome_word 26, r7\n"
      "add r0, r10\n"
      "add r0, r0, r10, lsl #16\n"
      "adds r1, #108\n"
      "mov r8, r11\n"
      "mov r11, r10\n"
      "mov r10, r9\n"
      "mov r9, r8\n"
      "subs r12, r12, #1\n"
      "bne 1b\n"
      "atome_first_half\n"
      "str r0, [r1, #52]\n"
      "adds r1, #56\n"
      "ldrd r0, r2, [sp]\n"
      "adds r0, #10\n"
      "subs r2, #1\n"
      "strd r0, r2, [sp]\n"
      "bne 9b\n"
      "add sp, #8\n"
      "pop {r4-r11, pc}\n"
      ".purgem atome_word\n"
      ".purgem atome_first_half\n");
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_MAKE_TABLES_H_
