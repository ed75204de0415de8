// Products of a few rows with a vector by look-up, as engine/q15/kernels/add_split_products.h says, for the
// Cortex-M0 and M0+: eight low registers, the others only for moves and additions.
#ifndef ATOME_ENGINE_Q15_KERNELS_ADD_SPLIT_PRODUCTS_H_
#define ATOME_ENGINE_Q15_KERNELS_ADD_SPLIT_PRODUCTS_H_

#include <stdint.h>

#include "engine/frames/registers.h"
#include "engine/q15/kernels/split_tables.h"

namespace atome::q15::kernel {

// Four rows' sums stay in registers. r2 and r3 are the offsets' two halves; lr is the end of the tables.
// On the stack: codes, rows left; high registers; low registers; groups, sums, offsets.
[[gnu::naked, gnu::noipa]] inline void AddSplitProducts(const uint8_t* /*codes*/, uint32_t /*stride*/,
                                                        uint32_t /*rows*/, const uint16_t* /*tables*/,
                                                        uint32_t /*groups*/, int32_t* /*sums*/,
                                                        const SplitOffsets* /*offsets*/) {
  static_assert(sizeof(SplitOffsets::first) == 243 && kSplitStride == 38);
  asm volatile(
      ".syntax unified\n"
      ".macro atome_row at, sum\n"
      "ldrb r6, [r0, #\\at]\n"
      "ldrb r7, [r2, r6]\n"
      "ldrb r6, [r3, r6]\n"
      "ldrh r7, [r1, r7]\n"
      "ldrh r6, [r1, r6]\n"
      "add \\sum, r7\n"
      "add \\sum, r6\n"
      ".endm\n" ATOME_PUSH_REGISTERS
      "mov r12, r1\n"
      "movs r1, r3\n"
      "movs r4, #76\n"
      "ldr r5, [sp, #36]\n"
      "muls r4, r5\n"
      "add r4, r3\n"
      "mov lr, r4\n"
      "ldr r4, [sp, #40]\n"
      "mov r3, r2\n"
      "push {r0, r3}\n"
      "ldr r2, [sp, #52]\n"
      "movs r3, #243\n"
      "add r3, r2\n"
      // r1 the tables, r4 the sums, which r5 takes from one tile to the next.
      "1: movs r5, r1\n"
      "ldmia r4!, {r6, r7}\n"
      "mov r8, r6\n"
      "mov r9, r7\n"
      "ldmia r4!, {r6, r7}\n"
      "mov r10, r6\n"
      "mov r11, r7\n"
      "2:\n"
      "atome_row 0, r8\n"
      "atome_row 1, r9\n"
      "atome_row 2, r10\n"
      "atome_row 3, r11\n"
      "add r0, r12\n"
      "adds r1, #76\n"
      "cmp r1, lr\n"
      "bne 2b\n"
      "movs r1, r5\n"
      "subs r4, #16\n"
      "mov r6, r8\n"
      "mov r7, r9\n"
      "stmia r4!, {r6, r7}\n"
      "mov r6, r10\n"
      "mov r7, r11\n"
      "stmia r4!, {r6, r7}\n"
      "pop {r0, r5}\n"
      "adds r0, #4\n"
      "subs r5, #4\n"
      "push {r0, r5}\n"
      "bne 1b\n"
      "add sp, #8\n" ATOME_POP_REGISTERS ".purgem atome_row\n");
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_ADD_SPLIT_PRODUCTS_H_
