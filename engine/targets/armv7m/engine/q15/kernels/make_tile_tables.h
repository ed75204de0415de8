// The tables of tile_tables.h, as engine/q15/kernels/make_tile_tables.h says, on Armv7-M: two entries a store
// and an addition.
#ifndef ATOME_ENGINE_Q15_KERNELS_MAKE_TILE_TABLES_H_
#define ATOME_ENGINE_Q15_KERNELS_MAKE_TILE_TABLES_H_

#include <stdint.h>

#include "engine/q15/kernels/table_words.h"
#include "engine/q15/kernels/tile_tables.h"

namespace atome::q15::kernel {

// From an entry to the next the difference is a twice, then b; c in place of every third b, d in place of
// every third c. So from a word to the next there are six differences, of a, a + b and a + c, and d - c more
// twice: within a word and between two. r0 the word, r1 table, r2 to r7 the differences, r8 d - c, r10 x, r11
// groups left; r12 and lr serve.
[[gnu::naked, gnu::noipa]] inline void MakeTileTables(const int16_t* /*x*/, uint32_t /*groups*/,
                                                      uint16_t* /*tables*/) {
  asm volatile(
      ".syntax unified\n"
      ATOME_TABLE_WORDS
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
      "sub r8, r8, lr\n"
      ATOME_TABLE_DIFFERENCES("lr")
      "atome_13_words\n"
      "add r0, r0, r8, lsl #16\n"
      "str r0, [r1, #52]\n"
      "add r0, r6\n"
      "add r0, r8\n"
      "atome_words 14, r4, r2, r3, r7, r2, r3, r4, r5, r6, r4, r2, r3\n"
      "str r0, [r1, #104]\n"
      "adds r1, #108\n"
      "add r0, r7\n"
      "add r0, r8\n"
      "add r0, r0, r8, lsl #16\n"
      "atome_13_words\n"
      "str r0, [r1, #52]\n"
      "adds r1, #56\n"
      "subs r11, r11, #1\n"
      "bne 1b\n"
      "pop {r4-r11, pc}\n"
      ATOME_PURGE_TABLE_WORDS);
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_MAKE_TILE_TABLES_H_
