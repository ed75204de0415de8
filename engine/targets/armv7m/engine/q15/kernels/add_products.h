// Products of rows with a vector by look-up, as engine/q15/kernels/add_products.h says, scheduled for the
// Cortex-M3 and M4, whose consecutive loads overlap.
#ifndef ATOME_ENGINE_Q15_KERNELS_ADD_PRODUCTS_H_
#define ATOME_ENGINE_Q15_KERNELS_ADD_PRODUCTS_H_

#include <stdint.h>

#include "engine/q15/kernels/tables.h"

namespace atome::q15::kernel {

// Eight rows' sums stay in registers. Loads of two rows alternate, so that they overlap: 7 cycles for both.
// Two groups a turn. On the stack: codes, stride, rows, tables; the registers; groups, sums.
[[gnu::naked, gnu::noipa]] inline void AddProducts(const uint8_t* /*codes*/, uint32_t /*stride*/,
                                                   uint32_t /*rows*/, const uint16_t* /*tables*/,
                                                   uint32_t /*groups*/, int32_t* /*sums*/) {
  asm volatile(
      ".syntax unified\n"
      ".macro atome_group\n"
      "ldrb r2, [r0, #0]\n"
      "ldrb r3, [r0, #1]\n"
      "ldrh r2, [r1, r2, lsl #1]\n"
      "ldrh r3, [r1, r3, lsl #1]\n"
      "add r4, r2\n"
      "add r5, r3\n"
      "ldrb r2, [r0, #2]\n"
      "ldrb r3, [r0, #3]\n"
      "ldrh r2, [r1, r2, lsl #1]\n"
      "ldrh r3, [r1, r3, lsl #1]\n"
      "add r6, r2\n"
      "add r7, r3\n"
      "ldrb r2, [r0, #4]\n"
      "ldrb r3, [r0, #5]\n"
      "ldrh r2, [r1, r2, lsl #1]\n"
      "ldrh r3, [r1, r3, lsl #1]\n"
      "add r8, r2\n"
      "add r9, r3\n"
      "ldrb r2, [r0, #6]\n"
      "ldrb r3, [r0, #7]\n"
      "ldrh r2, [r1, r2, lsl #1]\n"
      "ldrh r3, [r1, r3, lsl #1]\n"
      "add r10, r2\n"
      "add r11, r3\n"
      "add r0, r12\n"
      "add r1, r1, #488\n"
      ".endm\n"
      "push {r4-r11, lr}\n"
      "push {r0-r3}\n"
      "mov r12, r1\n"
      "ldr r3, [sp, #56]\n"
      "subs r2, #8\n"
      "blt 3f\n"
      "1: str r2, [sp, #8]\n"
      "ldr r1, [sp, #12]\n"
      "ldr lr, [sp, #52]\n"
      "ldm r3, {r4-r11}\n"
      "lsls r2, lr, #31\n"
      "bne 8f\n"  // an odd group comes first
      ".balign 4\n"
      "2:\n"
      "atome_group\n"
      "8: atome_group\n"
      "subs lr, lr, #2\n"
      "bgt 2b\n"
      "ldr r3, [sp, #56]\n"
      "stmia r3!, {r4-r11}\n"
      "str r3, [sp, #56]\n"
      "ldr r0, [sp]\n"
      "ldr r2, [sp, #8]\n"
      "adds r0, #8\n"
      "str r0, [sp]\n"
      "subs r2, #8\n"
      "bge 1b\n"
      // Rows that make no tile, one at a time.
      "3: adds r7, r2, #8\n"
      "beq 6f\n"
      "4: ldr r0, [sp]\n"
      "ldr r1, [sp, #12]\n"
      "ldr r3, [sp, #56]\n"
      "ldr r4, [sp, #52]\n"
      "ldr r5, [r3]\n"
      "5: ldrb r2, [r0]\n"
      "add r0, r12\n"
      "ldrh r2, [r1, r2, lsl #1]\n"
      "add r1, r1, #488\n"
      "add r5, r2\n"
      "subs r4, #1\n"
      "bne 5b\n"
      "stmia r3!, {r5}\n"
      "str r3, [sp, #56]\n"
      "ldr r0, [sp]\n"
      "adds r0, #1\n"
      "str r0, [sp]\n"
      "subs r7, #1\n"
      "bne 4b\n"
      "6: add sp, #16\n"
      "pop {r4-r11, pc}\n"
      ".purgem atome_group\n");
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_ADD_PRODUCTS_H_
