// What the scores of keys are about, as engine/f32/kernels/estimates.h says, for the Cortex-M0 and M0+.
#ifndef ATOME_ENGINE_F32_KERNELS_ESTIMATES_H_
#define ATOME_ENGINE_F32_KERNELS_ESTIMATES_H_

#include <stdint.h>

#include "engine/frames/registers.h"

namespace atome::kernel {

// Four keys share a load of the query; of fewer the last goes more than once. From the last element to the
// first: r2 is where it stands in the query, r0, and in the upper halves of the keys, r1, r3, r4 and r5; r6
// of the query, r7 of a key; r8 to r11 the estimates. On the stack: query, first key, bytes of a key, keys
// left; high registers; low registers; estimates.
[[gnu::naked, gnu::noipa]] inline void Estimates(const int32_t* /*query*/, const int32_t* /*keys*/,
                                                 uint32_t /*h*/, uint32_t /*count*/, int32_t* /*estimates*/) {
  asm volatile(
      ".syntax unified\n"
      ".macro atome_key at, sum\n"
      "ldrsh r7, [\\at, r2]\n"
      "muls r7, r6\n"
      "add \\sum, r7\n"
      ".endm\n"
      ".macro atome_element\n"
      "ldr r6, [r0, r2]\n"
      "atome_key r1, r8\n"
      "atome_key r3, r9\n"
      "atome_key r4, r10\n"
      "atome_key r5, r11\n"
      "subs r2, #4\n"
      ".endm\n" ATOME_PUSH_REGISTERS
      "lsls r2, r2, #2\n"
      "adds r1, #2\n"
      "push {r0-r3}\n"
      "1: mov r6, r3\n"
      "mov r3, r1\n"
      "mov r4, r1\n"
      "mov r5, r1\n"
      "cmp r6, #2\n"
      "blt 2f\n"
      "adds r3, r1, r2\n"
      "mov r4, r3\n"
      "mov r5, r3\n"
      "cmp r6, #3\n"
      "blt 2f\n"
      "adds r4, r3, r2\n"
      "mov r5, r4\n"
      "cmp r6, #4\n"
      "blt 2f\n"
      "adds r5, r4, r2\n"
      "2: movs r7, #0\n"
      "mov r8, r7\n"
      "mov r9, r7\n"
      "mov r10, r7\n"
      "mov r11, r7\n"
      "subs r2, #4\n"
      "lsls r7, r2, #29\n"  // negative when h is even
      "bpl 4f\n"
      "3: atome_element\n"
      "4: atome_element\n"
      "bpl 3b\n"
      "ldr r0, [sp, #52]\n"
      "ldr r3, [sp, #12]\n"
      "mov r4, r8\n"
      "mov r5, r9\n"
      "mov r6, r10\n"
      "mov r7, r11\n"
      "subs r3, #4\n"
      "blt 5f\n"
      "stmia r0!, {r4-r7}\n"
      "beq 6f\n"
      "str r0, [sp, #52]\n"
      "str r3, [sp, #12]\n"
      "ldr r0, [sp]\n"
      "ldr r1, [sp, #4]\n"
      "ldr r2, [sp, #8]\n"
      "lsls r4, r2, #2\n"
      "adds r1, r4\n"
      "str r1, [sp, #4]\n"
      "b 1b\n"
      "5: str r4, [r0]\n"
      "adds r3, #2\n"
      "bmi 6f\n"
      "str r5, [r0, #4]\n"
      "beq 6f\n"
      "str r6, [r0, #8]\n"
      "6: add sp, #16\n" ATOME_POP_REGISTERS
      ".purgem atome_key\n"
      ".purgem atome_element\n");
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_ESTIMATES_H_
