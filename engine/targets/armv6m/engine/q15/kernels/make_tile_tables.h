// The tables of tile_tables.h, as engine/q15/kernels/make_tile_tables.h says, for the Cortex-M0 and M0+: two
// entries an addition, six a store.
#ifndef ATOME_ENGINE_Q15_KERNELS_MAKE_TILE_TABLES_H_
#define ATOME_ENGINE_Q15_KERNELS_MAKE_TILE_TABLES_H_

#include <stdint.h>

#include "engine/frames/registers.h"
#include "engine/q15/kernels/table_words.h"
#include "engine/q15/kernels/tile_tables.h"

namespace atome::q15::kernel {

// The order of differences is that of the kernel for Armv7-M. r1 table; r4 to r6 three words; r2, r3, r0, r8,
// r9, r7 the differences; r10 d - c; r11 x, lr groups left.
[[gnu::naked, gnu::noipa]] inline void MakeTileTables(const int16_t* /*x*/, uint32_t /*groups*/,
                                                      uint16_t* /*tables*/) {
  asm volatile(".syntax unified\n" ATOME_TABLE_WORDS ATOME_PUSH_REGISTERS
               "mov lr, r1\n"
               "movs r1, r2\n"
               "1:\n"
               // b, c and d - c; the sum grows in r4.
               "movs r7, #0\n"
               "ldrsh r2, [r0, r7]\n"
               "movs r7, #2\n"
               "ldrsh r5, [r0, r7]\n"
               "subs r3, r5, r2\n"
               "subs r3, r3, r2\n"
               "adds r4, r2, r5\n"
               "movs r7, #4\n"
               "ldrsh r5, [r0, r7]\n"
               "subs r7, r5, r4\n"
               "subs r7, r7, r4\n"
               "adds r4, r4, r5\n"
               "movs r6, #6\n"
               "ldrsh r5, [r0, r6]\n"
               "subs r6, r5, r4\n"
               "subs r6, r6, r4\n"
               "subs r6, r6, r7\n"
               "mov r10, r6\n"
               "adds r4, r4, r5\n"
               "adds r0, #8\n"
               "mov r11, r0\n" ATOME_TABLE_DIFFERENCES
               "atome_three r2, r3, r0\n"
               "atome_high_three\n"
               "atome_three r2, r3, r7\n"
               "atome_three r2, r3, r0\n"
               "mov r6, r10\n"
               "lsls r5, r6, #16\n"
               "add r5, r8\n"
               "adds r5, r5, r4\n"
               "add r6, r9\n"
               "adds r6, r6, r5\n"
               "stmia r1!, {r4-r6}\n"
               "adds r4, r6, r0\n"
               "atome_three r2, r3, r7\n"
               "atome_three r2, r3, r0\n"
               "atome_high_three\n"
               "atome_three r2, r3, r7\n"
               "mov r5, r10\n"
               "lsls r6, r5, #16\n"
               "adds r5, r5, r6\n"
               "adds r4, r4, r5\n"
               "atome_three r2, r3, r0\n"
               "atome_high_three\n"
               "atome_three r2, r3, r7\n"
               "atome_three r2, r3, r0\n"
               "mov r5, r8\n"
               "adds r5, r5, r4\n"
               "stmia r1!, {r4, r5}\n"
               "mov r0, r11\n"
               "mov r2, lr\n"
               "subs r2, #1\n"
               "mov lr, r2\n"
               "bne 1b\n" ATOME_POP_REGISTERS ATOME_PURGE_TABLE_WORDS);
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_MAKE_TILE_TABLES_H_
