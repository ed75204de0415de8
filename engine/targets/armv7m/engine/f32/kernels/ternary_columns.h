// Products with a ternary matrix by look-up, as engine/f32/kernels/ternary_columns.h says, scheduled for
// the Cortex-M3 and M4, whose consecutive loads overlap.
#ifndef ATOME_ENGINE_F32_KERNELS_TERNARY_COLUMNS_H_
#define ATOME_ENGINE_F32_KERNELS_TERNARY_COLUMNS_H_

#include <stdint.h>

#include "engine/f32/kernels/make_table.h"
#include "engine/f32/kernels/tables.h"

namespace atome::kernel {

// Eight rows' sums stay in registers. Loads of two rows alternate, so that they overlap: 7 cycles for both.
// On the stack: codes, stride, rows, tables; the registers; groups, sums.
[[gnu::naked, gnu::noipa]] inline void AddProducts(const uint8_t* /*codes*/, uint32_t /*stride*/,
                                                   uint32_t /*rows*/, const int32_t* /*tables*/,
                                                   uint32_t /*groups*/, Sum* /*sums*/) {
  asm volatile(
      ".syntax unified\n"
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
      ".balign 4\n"
      "2:\n"
      "ldrb r2, [r0, #0]\n"
      "ldrb r3, [r0, #1]\n"
      "ldr r2, [r1, r2, lsl #2]\n"
      "ldr r3, [r1, r3, lsl #2]\n"
      "add r4, r2\n"
      "add r5, r3\n"
      "ldrb r2, [r0, #2]\n"
      "ldrb r3, [r0, #3]\n"
      "ldr r2, [r1, r2, lsl #2]\n"
      "ldr r3, [r1, r3, lsl #2]\n"
      "add r6, r2\n"
      "add r7, r3\n"
      "ldrb r2, [r0, #4]\n"
      "ldrb r3, [r0, #5]\n"
      "ldr r2, [r1, r2, lsl #2]\n"
      "ldr r3, [r1, r3, lsl #2]\n"
      "add r8, r2\n"
      "add r9, r3\n"
      "ldrb r2, [r0, #6]\n"
      "ldrb r3, [r0, #7]\n"
      "ldr r2, [r1, r2, lsl #2]\n"
      "ldr r3, [r1, r3, lsl #2]\n"
      "add r10, r2\n"
      "add r11, r3\n"
      "add r0, r12\n"
      "add r1, r1, #972\n"
      "subs lr, lr, #1\n"
      "bne 2b\n"
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
      "ldr r2, [r1, r2, lsl #2]\n"
      "add r1, r1, #972\n"
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
      "pop {r4-r11, pc}\n");
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_TERNARY_COLUMNS_H_
