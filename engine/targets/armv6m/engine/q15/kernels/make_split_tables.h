// The tables of split_tables.h, as engine/q15/kernels/make_split_tables.h says, for the Cortex-M0 and M0+:
// two entries an addition.
#ifndef ATOME_ENGINE_Q15_KERNELS_MAKE_SPLIT_TABLES_H_
#define ATOME_ENGINE_Q15_KERNELS_MAKE_SPLIT_TABLES_H_

#include <stdint.h>

#include "engine/frames/registers.h"
#include "engine/q15/kernels/split_tables.h"
#include "engine/q15/kernels/table_words.h"

namespace atome::q15::kernel {

// The order of differences is that of the kernel for Armv7-M. r0 x, r1 table; r4 to r6 three words; r2, r3,
// r7 and r8 to r10 the differences; r11 and r12 the last two of x, lr groups left.
[[gnu::naked, gnu::noipa]] inline void MakeSplitTables(const int16_t* /*x*/, uint32_t /*groups*/,
                                                       uint16_t* /*tables*/) {
  asm volatile(".syntax unified\n" ATOME_TABLE_WORDS ATOME_PUSH_REGISTERS
               "mov lr, r1\n"
               "movs r1, r2\n"
               "9:\n"
               "movs r7, #8\n"
               "ldrsh r2, [r0, r7]\n"
               "mov r12, r2\n"
               "movs r7, #6\n"
               "ldrsh r2, [r0, r7]\n"
               "mov r11, r2\n"
               "movs r7, #4\n"
               "ldrsh r6, [r0, r7]\n"
               "movs r7, #2\n"
               "ldrsh r3, [r0, r7]\n"
               "movs r7, #0\n"
               "ldrsh r2, [r0, r7]\n"
               "adds r0, #10\n"
               "mov r10, r0\n"
               // b in r3, c in r7; the sum grows in r4.
               "adds r4, r2, r3\n"
               "lsls r5, r2, #1\n"
               "subs r3, r3, r5\n"
               "lsls r5, r4, #1\n"
               "subs r7, r6, r5\n"
               "adds r4, r4, r6\n" ATOME_TABLE_DIFFERENCES
               "atome_three r2, r3, r0\n"
               "atome_high_three\n"
               "atome_three r2, r3, r7\n"
               "atome_three r2, r3, r0\n"
               "mov r5, r4\n"
               "add r5, r8\n"
               "stmia r1!, {r4, r5}\n"
               // The last two columns, likewise.
               "mov r2, r11\n"
               "mov r3, r12\n"
               "adds r4, r2, r3\n"
               "movs r5, #1\n"
               "lsls r5, r5, #15\n"
               "subs r4, r5, r4\n"
               "adds r5, r4, r2\n"
               "lsls r5, r5, #16\n"
               "adds r4, r4, r5\n"
               "subs r3, r3, r2\n"
               "lsls r2, r2, #1\n"
               "lsls r5, r2, #16\n"
               "lsls r6, r3, #16\n"
               "adds r0, r3, r6\n"
               "adds r2, r2, r6\n"
               "adds r3, r3, r5\n"
               "atome_three r2, r3, r0\n"
               "adds r5, r4, r2\n"
               "stmia r1!, {r4, r5}\n"
               "mov r0, r10\n"
               "mov r2, lr\n"
               "subs r2, #1\n"
               "mov lr, r2\n"
               "bne 9b\n" ATOME_POP_REGISTERS ATOME_PURGE_TABLE_WORDS);
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_MAKE_SPLIT_TABLES_H_
