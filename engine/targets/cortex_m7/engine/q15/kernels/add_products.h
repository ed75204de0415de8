// Products of rows with a vector by look-up, as engine/q15/kernels/add_products.h says, scheduled for
// the Cortex-M7, which issues two instructions a cycle.
#ifndef ATOME_ENGINE_Q15_KERNELS_ADD_PRODUCTS_H_
#define ATOME_ENGINE_Q15_KERNELS_ADD_PRODUCTS_H_

#include <stdint.h>

#include "engine/frames/add_products.h"
#include "engine/q15/kernels/tables.h"

namespace atome::q15::kernel {

// Eight rows' sums stay in registers. Four look-ups are under way at a time: a byte that was loaded can be an
// index four cycles later. On the stack: codes, stride, rows, tables; the registers; the end of the tables
// (in place of groups), sums.
[[gnu::naked, gnu::noipa]] inline void AddProducts(const uint8_t* /*codes*/, uint32_t /*stride*/,
                                                   uint32_t /*rows*/, const uint16_t* /*tables*/,
                                                   uint32_t /*groups*/, int32_t* /*sums*/) {
  asm volatile(
      ".syntax unified\n"
      "push {r4-r11, lr}\n"
      "push {r0-r3}\n"
      "ldr r12, [sp, #52]\n"
      "movw lr, #488\n"
      "mla r12, r12, lr, r3\n"
      "str r12, [sp, #52]\n"
      "ldr r3, [sp, #56]\n"
      "subs r2, #8\n"
      "blt 3f\n"
      "1: str r2, [sp, #8]\n"
      "ldr r1, [sp, #12]\n"
      "ldm r3, {r4-r11}\n"
      ".balign 8\n"
      "2:\n"
      "ldrb r2, [r0, #0]\n"
      "ldrb r3, [r0, #1]\n"
      "ldrb r12, [r0, #2]\n"
      "ldrb lr, [r0, #3]\n"
      "ldrh r2, [r1, r2, lsl #1]\n"
      "ldrh r3, [r1, r3, lsl #1]\n"
      "ldrh r12, [r1, r12, lsl #1]\n"
      "ldrh lr, [r1, lr, lsl #1]\n"
      "add r4, r2\n"
      "ldrb r2, [r0, #4]\n"
      "add r5, r3\n"
      "ldrb r3, [r0, #5]\n"
      "add r6, r12\n"
      "ldrb r12, [r0, #6]\n"
      "add r7, lr\n"
      "ldrb lr, [r0, #7]\n"
      "ldrh r2, [r1, r2, lsl #1]\n"
      "ldrh r3, [r1, r3, lsl #1]\n"
      "ldrh r12, [r1, r12, lsl #1]\n"
      "ldrh lr, [r1, lr, lsl #1]\n"
      "add r1, r1, #488\n"
      "add r8, r2\n"
      "ldr r2, [sp, #4]\n"
      "add r9, r3\n"
      "ldr r3, [sp, #52]\n"
      "add r10, r12\n"
      "add r0, r2\n"
      "add r11, lr\n"
      "cmp r1, r3\n"
      "bne 2b\n" ATOME_END_TILE ATOME_LEFT_ROWS("ldr r12, [sp, #4]\n", "ldrh", "1", "488", "cmp r1, r4"));
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_ADD_PRODUCTS_H_
