// The look-up tables of groups of columns, as engine/q15/kernels/make_tables.h says, on Armv7-M: two entries
// a store and an addition, 2 cycles on a Cortex-M3 or M4, 1 on an M7.
#ifndef ATOME_ENGINE_Q15_KERNELS_MAKE_TABLES_H_
#define ATOME_ENGINE_Q15_KERNELS_MAKE_TABLES_H_

#include <stdint.h>

#include "engine/q15/kernels/table_words.h"
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
      ATOME_TABLE_WORDS
      // Of 27 words, with one of f and g within, which ends with the difference to the next word.
      ".macro atome_27_words within\n"
      "atome_13_words\n"
      "add r0, r0, \\within, lsl #16\n"
      "str r0, [r1, #52]\n"
      ".ifc \\within, r9\n"
      "add r0, r12\n"
      ".else\n"
      "add r0, r6\n"
      "add r0, \\within\n"
      ".endif\n"
      "atome_words 14, r4, r2, r3, r7, r2, r3, r4, r5, r6, r4, r2, r3\n"
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
      ATOME_TABLE_DIFFERENCES("r8")
      "add r12, r6, r9\n"
      "add r8, r7, r9\n"
      "add r8, r8, r9, lsl #16\n"
      "atome_27_words r9\n"
      "add r0, r8\n"
      "atome_27_words r11\n"
      "add r0, r8\n"
      "atome_27_words r9\n"
      "add r0, r7\n"
      "add r0, r11\n"
      "add r0, r0, r11, lsl #16\n"
      "atome_27_words r9\n"
      "add r0, r8\n"
      "atome_13_words\n"
      "str r0, [r1, #52]\n"
      "adds r1, #56\n"
      "subs lr, lr, #1\n"
      "bne 1b\n"
      "pop {r4-r11, pc}\n"
      ".purgem atome_27_words\n"
      ATOME_PURGE_TABLE_WORDS);
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_MAKE_TABLES_H_
