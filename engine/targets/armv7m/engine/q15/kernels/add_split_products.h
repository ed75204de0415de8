// Products of a few rows with a vector by look-up, as engine/q15/kernels/add_split_products.h says, scheduled
// for the Cortex-M3 and M4, whose consecutive loads overlap.
#ifndef ATOME_ENGINE_Q15_KERNELS_ADD_SPLIT_PRODUCTS_H_
#define ATOME_ENGINE_Q15_KERNELS_ADD_SPLIT_PRODUCTS_H_

#include <stdint.h>

#include "engine/q15/kernels/split_tables.h"

namespace atome::q15::kernel {

// Four rows' sums stay in registers. The ten loads of two rows alternate, so that they overlap: 15 cycles for
// both. r2 and r7 are the offsets' two halves.
// On the stack: codes, stride, rows, tables; the registers; groups, sums, offsets.
[[gnu::naked, gnu::noipa]] inline void AddSplitProducts(const uint8_t* /*codes*/, uint32_t /*stride*/,
                                                        uint32_t /*rows*/, const uint16_t* /*tables*/,
                                                        uint32_t /*groups*/, int32_t* /*sums*/,
                                                        const SplitOffsets* /*offsets*/) {
  static_assert(sizeof(SplitOffsets::first) == 243);
  asm volatile(
      ".syntax unified\n"
      ".macro atome_two at, sum, next\n"
      "ldrb r3, [r0, #\\at]\n"
      "ldrb r4, [r0, #\\at + 1]\n"
      "ldrb r5, [r2, r3]\n"
      "ldrb r3, [r7, r3]\n"
      "ldrb r6, [r2, r4]\n"
      "ldrb r4, [r7, r4]\n"
      "ldrh r5, [r1, r5]\n"
      "ldrh r3, [r1, r3]\n"
      "ldrh r6, [r1, r6]\n"
      "ldrh r4, [r1, r4]\n"
      "add \\sum, r5\n"
      "add \\sum, r3\n"
      "add \\next, r6\n"
      "add \\next, r4\n"
      ".endm\n"
      "push {r4-r11, lr}\n"
      "push {r0-r3}\n"
      "mov r12, r1\n"
      "ldr r2, [sp, #60]\n"
      "add r7, r2, #243\n"
      "1: ldr r3, [sp, #56]\n"
      "ldm r3, {r8-r11}\n"
      "ldr r1, [sp, #12]\n"
      "ldr lr, [sp, #52]\n"
      ".balign 4\n"
      "2:\n"
      "atome_two 0, r8, r9\n"
      "atome_two 2, r10, r11\n"
      "add r0, r12\n"
      "adds r1, #76\n"
      "subs lr, lr, #1\n"
      "bne 2b\n"
      "ldr r3, [sp, #56]\n"
      "stmia r3!, {r8-r11}\n"
      "str r3, [sp, #56]\n"
      "ldr r0, [sp]\n"
      "ldr r3, [sp, #8]\n"
      "adds r0, #4\n"
      "str r0, [sp]\n"
      "subs r3, #4\n"
      "str r3, [sp, #8]\n"
      "bne 1b\n"
      "add sp, #16\n"
      "pop {r4-r11, pc}\n"
      ".purgem atome_two\n");
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_ADD_SPLIT_PRODUCTS_H_
