// The look-up tables of groups of columns, as engine/q15/kernels/make_tables.h says, for the Cortex-M0 and
// M0+: two entries an addition, six a store.
#ifndef ATOME_ENGINE_Q15_KERNELS_MAKE_TABLES_H_
#define ATOME_ENGINE_Q15_KERNELS_MAKE_TABLES_H_

#include <stdint.h>

#include "engine/q15/kernels/table_words.h"
#include "engine/q15/kernels/tables.h"

namespace atome::q15::kernel {

// On the stack: x, groups left. The order of differences is that of the kernel for Armv7-M. r1 table; r4 to
// r6 three words; r2, r3, r0, r8, r9, r7 the differences; r10 to r12 f - c, f - c, g - c, in turn; lr counts.
[[gnu::naked, gnu::noipa]] inline void MakeTables(const int16_t* /*x*/, uint32_t /*groups*/,
                                                  uint16_t* /*tables*/) {
  asm volatile(".syntax unified\n" ATOME_TABLE_WORDS
               "push {r4-r7, lr}\n"
               "mov r3, r8\n"
               "mov r4, r9\n"
               "mov r5, r10\n"
               "mov r6, r11\n"
               "push {r3-r6}\n"
               "push {r0, r1}\n"
               "movs r1, r2\n"
               "9:\n"
               // b, c, f - c and g - c; the sum grows in r4.
               "movs r7, #0\n"
               "ldrsh r2, [r0, r7]\n"
               "movs r4, r2\n"
               "movs r7, #2\n"
               "ldrsh r5, [r0, r7]\n"
               "lsls r6, r4, #1\n"
               "subs r3, r5, r6\n"
               "adds r4, r4, r5\n"
               "movs r7, #4\n"
               "ldrsh r5, [r0, r7]\n"
               "lsls r6, r4, #1\n"
               "subs r6, r5, r6\n"
               "mov r8, r6\n"
               "adds r4, r4, r5\n"
               "movs r7, #6\n"
               "ldrsh r5, [r0, r7]\n"
               "lsls r6, r4, #1\n"
               "subs r6, r5, r6\n"
               "mov r7, r8\n"
               "subs r6, r6, r7\n"
               "mov r10, r6\n"
               "mov r11, r6\n"
               "adds r4, r4, r5\n"
               "movs r6, #8\n"
               "ldrsh r5, [r0, r6]\n"
               "lsls r6, r4, #1\n"
               "subs r6, r5, r6\n"
               "subs r6, r6, r7\n"
               "mov r12, r6\n"
               "adds r4, r4, r5\n" ATOME_TABLE_DIFFERENCES
               "movs r5, #4\n"
               "mov lr, r5\n"
               "1: atome_three r2, r3, r0\n"
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
               "mov r5, r11\n"
               "lsls r6, r5, #16\n"
               "adds r5, r5, r6\n"
               "adds r4, r4, r5\n"
               "mov r5, r12\n"
               "mov r12, r11\n"
               "mov r11, r10\n"
               "mov r10, r5\n"
               "mov r5, lr\n"
               "subs r5, #1\n"
               "mov lr, r5\n"
               "bne 1b\n"
               "atome_three r2, r3, r0\n"
               "atome_high_three\n"
               "atome_three r2, r3, r7\n"
               "atome_three r2, r3, r0\n"
               "mov r5, r4\n"
               "add r5, r8\n"
               "stmia r1!, {r4, r5}\n"
               "ldr r0, [sp]\n"
               "ldr r2, [sp, #4]\n"
               "adds r0, #10\n"
               "str r0, [sp]\n"
               "subs r2, #1\n"
               "beq 8f\n"
               "str r2, [sp, #4]\n"
               "b 9b\n"
               "8: add sp, #8\n"
               "pop {r2-r5}\n"
               "mov r8, r2\n"
               "mov r9, r3\n"
               "mov r10, r4\n"
               "mov r11, r5\n"
               "pop {r4-r7, pc}\n" ATOME_PURGE_TABLE_WORDS);
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_MAKE_TABLES_H_
