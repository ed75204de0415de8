// What the scores of keys are about, as engine/f32/kernels/estimates.h says, in the fourteen registers of
// Armv7-M.
#ifndef ATOME_ENGINE_F32_KERNELS_ESTIMATES_H_
#define ATOME_ENGINE_F32_KERNELS_ESTIMATES_H_

#include <stdint.h>

namespace atome::kernel {

// Four keys share a load of the query; of fewer the last goes more than once. r1 the first key's upper
// halves; r0 from there to the query, r2, r3 and r8, less 4, to the other keys; r4 to r7 the estimates; r9 to
// r12 of the keys, lr of the query. On the stack: query, where the first key ends, bytes of a key, keys left;
// the registers; estimates.
[[gnu::naked, gnu::noipa]] inline void Estimates(const int32_t* /*query*/, const int32_t* /*keys*/,
                                                 uint32_t /*h*/, uint32_t /*count*/, int32_t* /*estimates*/) {
  asm volatile(
      ".syntax unified\n"
      // An element of four keys: only the first of loads that overlap may write its base.
      ".macro atome_element\n"
      "ldrsh r9, [r1], #4\n"
      "ldrsh r10, [r1, r2]\n"
      "ldrsh r11, [r1, r3]\n"
      "ldrsh r12, [r1, r8]\n"
      "ldr lr, [r1, r0]\n"
      "mla r4, r9, lr, r4\n"
      "mla r5, r10, lr, r5\n"
      "mla r6, r11, lr, r6\n"
      "mla r7, r12, lr, r7\n"
      ".endm\n"
      "push {r4-r11, lr}\n"
      "lsls r2, r2, #2\n"
      "adds r1, #2\n"
      "sub sp, #16\n"
      "str r0, [sp]\n"
      "str r2, [sp, #8]\n"
      "1: str r3, [sp, #12]\n"
      // From the first key to the others, 0 where there is none.
      "ldr r0, [sp]\n"
      "ldr r9, [sp, #8]\n"
      "mov r2, r9\n"
      "cmp r3, #2\n"
      "it lt\n"
      "movlt r2, #0\n"
      "mov r8, r2\n"
      "ite gt\n"
      "lslgt r12, r9, #1\n"
      "movle r12, r2\n"
      "cmp r3, #4\n"
      "ite ge\n"
      "addge r8, r12, r9\n"
      "movlt r8, r12\n"
      "subs r2, #4\n"
      "sub r3, r12, #4\n"
      "sub r8, #4\n"
      "subs r0, r0, r1\n"
      "subs r0, #4\n"
      "add r12, r1, r9\n"
      "str r12, [sp, #4]\n"
      "movs r4, #0\n"
      "movs r5, #0\n"
      "movs r6, #0\n"
      "movs r7, #0\n"
      // Elements beyond whole fours first.
      "ands r10, r9, #12\n"
      "beq 3f\n"
      "add r10, r1\n"
      "str r10, [sp, #4]\n"
      "2: atome_element\n"
      "ldr r9, [sp, #4]\n"
      "cmp r1, r9\n"
      "bne 2b\n"
      "ldr r9, [sp, #8]\n"
      "bic r9, #15\n"
      "cmp r9, #0\n"
      "beq 4f\n"
      "add r9, r1\n"
      "str r9, [sp, #4]\n"
      ".balign 4\n"
      "3: atome_element\n"
      "atome_element\n"
      "atome_element\n"
      "atome_element\n"
      "ldr r9, [sp, #4]\n"
      "cmp r1, r9\n"
      "bne 3b\n"
      "4: ldr r12, [sp, #52]\n"
      "ldrd r9, r3, [sp, #8]\n"
      "str r4, [r12], #4\n"
      "cmp r3, #2\n"
      "it ge\n"
      "strge r5, [r12], #4\n"
      "it gt\n"
      "strgt r6, [r12], #4\n"
      "subs r3, #4\n"
      "it ge\n"
      "strge r7, [r12], #4\n"
      "str r12, [sp, #52]\n"
      "add r1, r1, r9, lsl #1\n"
      "add r1, r9\n"
      "bgt 1b\n"
      "add sp, #16\n"
      "pop {r4-r11, pc}\n"
      ".purgem atome_element\n");
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_ESTIMATES_H_
