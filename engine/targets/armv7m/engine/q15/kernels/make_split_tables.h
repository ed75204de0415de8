// The tables of split_tables.h, as engine/q15/kernels/make_split_tables.h says, on Armv7-M: two entries a
// store and an addition.
#ifndef ATOME_ENGINE_Q15_KERNELS_MAKE_SPLIT_TABLES_H_
#define ATOME_ENGINE_Q15_KERNELS_MAKE_SPLIT_TABLES_H_

#include <stdint.h>

#include "engine/q15/kernels/split_tables.h"
#include "engine/q15/kernels/table_words.h"

namespace atome::q15::kernel {

// From an entry to the next the difference is a twice, then b, c in place of every third b; so from a word to
// the next there are six differences. r0 the word, r1 table, r2 to r7 the differences (of a, a + b and a +
// c), r10 x, r11 groups left; r8, r9 and r12 serve.
[[gnu::naked, gnu::noipa]] inline void MakeSplitTables(const int16_t* /*x*/, uint32_t /*groups*/,
                                                       uint16_t* /*tables*/) {
  asm volatile(
      ".syntax unified\n"
      ATOME_TABLE_WORDS
      "push {r4-r11, lr}\n"
      "mov r10, r0\n"
      "mov r11, r1\n"
      "mov r1, r2\n"
      "1:\n"
      "ldrsh r2, [r10], #10\n"
      "ldrsh r3, [r10, #-8]\n"
      "ldrsh r4, [r10, #-6]\n"
      "ldrsh r8, [r10, #-4]\n"
      "ldrsh r9, [r10, #-2]\n"
      // b and c: from the last entry of a digit's run to the first of the next.
      "add r12, r2, r3\n"
      "sub r7, r3, r2, lsl #1\n"
      "sub lr, r4, r12, lsl #1\n"
      "add r12, r4\n"
      ATOME_TABLE_DIFFERENCES("lr")
      "atome_13_words\n"
      "str r0, [r1, #52]\n"
      // The last two columns, likewise.
      "add r12, r8, r9\n"
      "rsb r12, r12, #32768\n"
      "add r0, r12, r8\n"
      "add r0, r12, r0, lsl #16\n"
      "sub r12, r9, r8\n"
      "lsl r8, r8, #1\n"
      "add r2, r8, r12, lsl #16\n"
      "add r3, r12, r8, lsl #16\n"
      "add r4, r12, r12, lsl #16\n"
      "atome_words 14, r2, r3, r4, r2\n"
      "str r0, [r1, #72]\n"
      "adds r1, #76\n"
      "subs r11, r11, #1\n"
      "bne 1b\n"
      "pop {r4-r11, pc}\n"
      ATOME_PURGE_TABLE_WORDS);
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_MAKE_SPLIT_TABLES_H_
