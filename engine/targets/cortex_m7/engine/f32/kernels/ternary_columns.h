// Products with a ternary matrix by look-up, as engine/f32/kernels/ternary_columns.h says, scheduled for the
// Cortex-M7, which issues two instructions a cycle.
#ifndef ATOME_ENGINE_F32_KERNELS_TERNARY_COLUMNS_H_
#define ATOME_ENGINE_F32_KERNELS_TERNARY_COLUMNS_H_

#include <stdint.h>

#include "engine/f32/kernels/make_table.h"
#include "engine/f32/kernels/tables.h"

namespace atome::kernel {

// Eight rows' sums stay in registers, the groups follow each other without a loop, the last first, and four
// look-ups are under way at a time: a byte that was loaded can be an index three cycles later. Bytes whose
// loads pair lie in different banks. Most look-ups pair with an addition, for two may meet in one bank. 14
// cycles a group.
// In a group r0 is where the next eight bytes of its codes are, r1 its table; r2, r3, r12 and lr bytes, then
// entries; r4 to r11 the sums, of which r4 gets its last entry in the next group.
// On the stack: rows left; r0 of each group, 7 words; where the last table ends, stride, tables; the
// registers; groups, sums.
[[gnu::naked, gnu::noipa]] inline void AddProducts(const uint8_t* /*codes*/, uint32_t /*stride*/,
                                                   uint32_t /*rows*/, const int32_t* /*tables*/,
                                                   uint32_t /*groups*/, Sum* /*sums*/) {
  static_assert(kMostGroups == 7);
  asm volatile(
      ".syntax unified\n"
      ".macro atome_group number\n"
      "ldrb r2, [r0, #1]\n"
      "ldrb r3, [r0, #5]\n"
      "add r4, lr\n"
      "sub r1, r1, #972\n"
      "ldrb r12, [r0, #2]\n"
      "ldrb lr, [r0, #6]\n"
      "ldr r2, [r1, r2, lsl #2]\n"
      "ldr r3, [r1, r3, lsl #2]\n"
      "add r5, r2\n"
      "ldr r12, [r1, r12, lsl #2]\n"
      "add r9, r3\n"
      "ldr lr, [r1, lr, lsl #2]\n"
      "add r6, r12\n"
      "ldrb r2, [r0, #3]\n"
      "ldrb r3, [r0, #7]\n"
      "add r10, lr\n"
      "ldrb r12, [r0, #4]\n"
      "ldrb lr, [r0], #8\n"
      "str r0, [sp, #4 * (\\number)]\n"
      "ldr r2, [r1, r2, lsl #2]\n"
      "ldr r0, [sp, #4 * (\\number) - 4]\n"  // of the next group; in the end the rows left
      "ldr r3, [r1, r3, lsl #2]\n"
      "add r7, r2\n"
      "ldr r12, [r1, r12, lsl #2]\n"
      "add r11, r3\n"
      "ldr lr, [r1, lr, lsl #2]\n"
      "add r8, r12\n"
      ".endm\n"
      "push {r4-r11, lr}\n"
      "sub sp, #44\n"
      "ldr r12, [sp, #80]\n"
      "movw lr, #972\n"
      "mla lr, r12, lr, r3\n"
      "str r0, [sp, #4]\n"
      "str lr, [sp, #32]\n"
      "strd r1, r3, [sp, #36]\n"
      "subs r2, #8\n"
      "blt 3f\n"
      ".irp at, 8, 12, 16, 20, 24, 28\n"
      "add r0, r1\n"
      "str r0, [sp, #\\at]\n"
      ".endr\n"
      "1: ldr r12, [sp, #80]\n"
      "ldr r3, [sp, #84]\n"
      "ldr r0, [sp, r12, lsl #2]\n"
      "str r2, [sp]\n"
      "ldr r1, [sp, #32]\n"
      "mov lr, #0\n"
      "ldm r3, {r4-r11}\n"
      "tbh [pc, r12, lsl #1]\n"
      "2: .hword 0, (11f - 2b) / 2, (12f - 2b) / 2, (13f - 2b) / 2, (14f - 2b) / 2\n"
      ".hword (15f - 2b) / 2, (16f - 2b) / 2, (17f - 2b) / 2\n"
      ".balign 8\n"
      "17: atome_group 7\n"
      "16: atome_group 6\n"
      "15: atome_group 5\n"
      "14: atome_group 4\n"
      "13: atome_group 3\n"
      "12: atome_group 2\n"
      "11: atome_group 1\n"
      "ldr r3, [sp, #84]\n"
      "add r4, lr\n"
      "subs r2, r0, #8\n"
      "stmia r3!, {r4-r11}\n"
      "str r3, [sp, #84]\n"
      "bge 1b\n"
      // Rows that make no tile, one at a time.
      "3: adds r7, r2, #8\n"
      "beq 6f\n"
      "ldr r6, [sp, #4]\n"
      "ldr r12, [sp, #36]\n"
      "ldr r3, [sp, #84]\n"
      "ldr r4, [sp, #32]\n"
      "4: mov r0, r6\n"
      "ldr r1, [sp, #40]\n"
      "ldr r5, [r3]\n"
      "5: ldrb r2, [r0]\n"
      "add r0, r12\n"
      "ldr r2, [r1, r2, lsl #2]\n"
      "add r1, r1, #972\n"
      "add r5, r2\n"
      "cmp r1, r4\n"
      "bne 5b\n"
      "str r5, [r3], #4\n"
      "adds r6, #1\n"
      "subs r7, #1\n"
      "bne 4b\n"
      "6: add sp, #44\n"
      "pop {r4-r11, pc}\n"
      ".purgem atome_group\n");
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_TERNARY_COLUMNS_H_
