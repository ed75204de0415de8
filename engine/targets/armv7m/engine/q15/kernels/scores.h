// The inner loop of attention, as engine/q15/kernels/scores.h says, for the Cortex-M3.
#ifndef ATOME_ENGINE_Q15_KERNELS_SCORES_H_
#define ATOME_ENGINE_Q15_KERNELS_SCORES_H_

#include <stdint.h>

namespace atome::q15::kernel {

// Eight columns at a time, for all rows, two a turn: r4 to r11 of u, r0 a row, r1 scores, r12 the score. lr
// holds the bytes from row to row in its upper half, the rows left in its lower. On the stack: u, rows,
// columns left, count, lr at the start; the registers; scores.
[[gnu::naked, gnu::noipa]] inline void Scores(const int16_t* /*u*/, const int16_t* /*rows*/, uint32_t /*d*/,
                                              uint32_t /*count*/, int32_t* /*scores*/) {
  asm volatile(
      ".syntax unified\n"
      "push {r4-r11, lr}\n"
      "orr r12, r3, r2, lsl #17\n"
      "push {r0-r3, r12}\n"
      // The scores begin at 0.
      "ldr r0, [sp, #56]\n"
      "movs r1, #0\n"
      "1: str r1, [r0], #4\n"
      "subs r3, #1\n"
      "bne 1b\n"
      "b 4f\n"
      // Columns of u in r4 to r11.
      "2: ldr r0, [sp]\n"
      "ldrsh r4, [r0, #0]\n"
      "ldrsh r5, [r0, #2]\n"
      "ldrsh r6, [r0, #4]\n"
      "ldrsh r7, [r0, #6]\n"
      "ldrsh r8, [r0, #8]\n"
      "ldrsh r9, [r0, #10]\n"
      "ldrsh r10, [r0, #12]\n"
      "ldrsh r11, [r0, #14]\n"
      "adds r0, #16\n"
      "str r0, [sp]\n"
      "ldr r0, [sp, #4]\n"
      "add r2, r0, #16\n"
      "str r2, [sp, #4]\n"
      "ldr r1, [sp, #56]\n"
      "ldr lr, [sp, #16]\n"
      "lsls r2, lr, #31\n"
      "bne 8f\n"  // an odd row comes first
      ".balign 4\n"
      "3:\n"
      "ldr r12, [r1]\n"
      "ldrsh r2, [r0, #0]\n"
      "ldrsh r3, [r0, #2]\n"
      "mla r12, r2, r4, r12\n"
      "mla r12, r3, r5, r12\n"
      "ldrsh r2, [r0, #4]\n"
      "ldrsh r3, [r0, #6]\n"
      "mla r12, r2, r6, r12\n"
      "mla r12, r3, r7, r12\n"
      "ldrsh r2, [r0, #8]\n"
      "ldrsh r3, [r0, #10]\n"
      "mla r12, r2, r8, r12\n"
      "mla r12, r3, r9, r12\n"
      "ldrsh r2, [r0, #12]\n"
      "ldrsh r3, [r0, #14]\n"
      "mla r12, r2, r10, r12\n"
      "mla r12, r3, r11, r12\n"
      "add r0, r0, lr, lsr #16\n"
      "str r12, [r1], #4\n"
      "8:\n"
      "ldr r12, [r1]\n"
      "ldrsh r2, [r0, #0]\n"
      "ldrsh r3, [r0, #2]\n"
      "mla r12, r2, r4, r12\n"
      "mla r12, r3, r5, r12\n"
      "ldrsh r2, [r0, #4]\n"
      "ldrsh r3, [r0, #6]\n"
      "mla r12, r2, r6, r12\n"
      "mla r12, r3, r7, r12\n"
      "ldrsh r2, [r0, #8]\n"
      "ldrsh r3, [r0, #10]\n"
      "mla r12, r2, r8, r12\n"
      "mla r12, r3, r9, r12\n"
      "ldrsh r2, [r0, #12]\n"
      "ldrsh r3, [r0, #14]\n"
      "mla r12, r2, r10, r12\n"
      "mla r12, r3, r11, r12\n"
      "add r0, r0, lr, lsr #16\n"
      "str r12, [r1], #4\n"
      "sub lr, lr, #2\n"
      "sxth r2, lr\n"
      "cmp r2, #0\n"
      "bgt 3b\n"
      "4: ldr r2, [sp, #8]\n"
      "subs r2, #8\n"
      "str r2, [sp, #8]\n"
      "bge 2b\n"
      // Columns that make no block, one at a time.
      "adds r2, #8\n"
      "beq 7f\n"
      "5: ldr r0, [sp]\n"
      "ldrsh r4, [r0], #2\n"
      "str r0, [sp]\n"
      "ldr r0, [sp, #4]\n"
      "add r3, r0, #2\n"
      "str r3, [sp, #4]\n"
      "ldr r1, [sp, #56]\n"
      "ldr lr, [sp, #16]\n"
      "6: ldrsh r3, [r0]\n"
      "ldr r12, [r1]\n"
      "add r0, r0, lr, lsr #16\n"
      "mla r12, r3, r4, r12\n"
      "str r12, [r1], #4\n"
      "sub lr, lr, #1\n"
      "lsls r3, lr, #16\n"
      "bne 6b\n"
      "subs r2, #1\n"
      "bne 5b\n"
      "7: add sp, #20\n"
      "pop {r4-r11, pc}\n");
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_SCORES_H_
