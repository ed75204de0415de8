// Products with a ternary matrix by look-up, as engine/f32/kernels/ternary_columns.h says, scheduled for the
// Cortex-M0 and M0+: eight low registers, the others only for moves and additions.
#ifndef ATOME_ENGINE_F32_KERNELS_TERNARY_COLUMNS_H_
#define ATOME_ENGINE_F32_KERNELS_TERNARY_COLUMNS_H_

#include <stdint.h>

#include "engine/f32/kernels/tables.h"
#include "engine/frames/add_products.h"

namespace atome::kernel {

// Three entries are two additions from the one before and a store of all three.
// r1 table; r2, r3, r0, r8, r9 the steps of the five digits; r4 to r6 three entries; r7 counts.
[[gnu::naked, gnu::noipa]] inline void MakeTable(const int32_t* /*x*/, int32_t* /*table*/) {
  asm volatile(
      ".syntax unified\n"
      ".macro atome_three\n"
      "adds r5, r4, r2\n"
      "adds r6, r5, r2\n"
      "stmia r1!, {r4-r6}\n"
      ".endm\n"
      ".macro atome_nine\n"
      "atome_three\n"
      "adds r4, r6, r3\n"
      "atome_three\n"
      "adds r4, r6, r3\n"
      "atome_three\n"
      ".endm\n"
      "push {r4-r7, lr}\n"
      "mov r2, r8\n"
      "mov r3, r9\n"
      "push {r2, r3}\n"
      // step[i] = x[i] - 2 (x[0] + .. + x[i - 1]); the sum grows in r4.
      "ldr r2, [r0]\n"
      "movs r4, r2\n"
      "ldr r5, [r0, #4]\n"
      "lsls r6, r4, #1\n"
      "subs r3, r5, r6\n"
      "adds r4, r4, r5\n"
      "ldr r5, [r0, #8]\n"
      "lsls r6, r4, #1\n"
      "subs r7, r5, r6\n"
      "adds r4, r4, r5\n"
      "ldr r5, [r0, #12]\n"
      "lsls r6, r4, #1\n"
      "subs r6, r5, r6\n"
      "mov r8, r6\n"
      "adds r4, r4, r5\n"
      "ldr r5, [r0, #16]\n"
      "lsls r6, r4, #1\n"
      "subs r6, r5, r6\n"
      "adds r4, r4, r5\n"
      "mov r5, r8\n"
      "subs r6, r6, r5\n"
      "mov r9, r6\n"
      "movs r0, r7\n"
      "rsbs r4, r4, #0\n"
      "movs r7, #9\n"
      "1: atome_nine\n"
      "adds r4, r6, r0\n"
      "atome_nine\n"
      "adds r4, r6, r0\n"
      "atome_nine\n"
      "mov r4, r8\n"
      "adds r4, r6, r4\n"
      "subs r7, #1\n"
      "beq 3f\n"
      "cmp r7, #6\n"
      "beq 2f\n"
      "cmp r7, #3\n"
      "bne 1b\n"
      "2: add r4, r9\n"
      "b 1b\n"
      "3: pop {r2, r3}\n"
      "mov r8, r2\n"
      "mov r9, r3\n"
      "pop {r4-r7, pc}\n"
      ".purgem atome_three\n"
      ".purgem atome_nine\n");
}

[[gnu::naked, gnu::noipa]] inline void AddProducts(const uint8_t* /*codes*/, uint32_t /*stride*/,
                                                   uint32_t /*rows*/, const int32_t* /*tables*/,
                                                   uint32_t /*groups*/, Sum* /*sums*/) {
  asm volatile(ATOME_ADD_PRODUCTS("ldr", "2", "243"));
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_TERNARY_COLUMNS_H_
