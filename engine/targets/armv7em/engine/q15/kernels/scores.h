// The inner loop of attention, as engine/q15/kernels/scores.h says, for the Cortex-M4 and M7: two products an
// instruction.
#ifndef ATOME_ENGINE_Q15_KERNELS_SCORES_H_
#define ATOME_ENGINE_Q15_KERNELS_SCORES_H_

#include <stdint.h>

namespace atome::q15::kernel {

// Sixteen columns at a time, for all rows: r4 to r11 of u, r0 a row, r1 scores, r12 the score. lr holds the
// bytes from row to row in its upper half, the rows left in its lower. On the stack: u, rows, columns left,
// count, lr at the start; the registers; scores. A row of odd d lies misaligned, which single loads may.
[[gnu::naked, gnu::noipa]] inline void Scores(const int16_t* /*u*/, const int16_t* /*rows*/, uint32_t /*d*/,
                                              uint32_t /*count*/, int32_t* /*scores*/) {
  asm volatile(
      ".syntax unified\n"
      // Four columns of a row.
      ".macro atome_four at, first, second\n"
      "ldr r2, [r0, #\\at]\n"
      "ldr r3, [r0, #\\at + 4]\n"
      "smlad r12, r2, \\first, r12\n"
      "smlad r12, r3, \\second, r12\n"
      ".endm\n"
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
      "ldr r4, [r0, #0]\n"
      "ldr r5, [r0, #4]\n"
      "ldr r6, [r0, #8]\n"
      "ldr r7, [r0, #12]\n"
      "ldr r8, [r0, #16]\n"
      "ldr r9, [r0, #20]\n"
      "ldr r10, [r0, #24]\n"
      "ldr r11, [r0, #28]\n"
      "adds r0, #32\n"
      "str r0, [sp]\n"
      "ldr r0, [sp, #4]\n"
      "add r2, r0, #32\n"
      "str r2, [sp, #4]\n"
      "ldr r1, [sp, #56]\n"
      "ldr lr, [sp, #16]\n"
      ".balign 4\n"
      "3: ldr r12, [r1]\n"
      "atome_four 0, r4, r5\n"
      "atome_four 8, r6, r7\n"
      "atome_four 16, r8, r9\n"
      "atome_four 24, r10, r11\n"
      "add r0, r0, lr, lsr #16\n"
      "str r12, [r1], #4\n"
      "sub lr, lr, #1\n"
      "lsls r2, lr, #16\n"
      "bne 3b\n"
      "4: ldr r2, [sp, #8]\n"
      "subs r2, #16\n"
      "str r2, [sp, #8]\n"
      "bge 2b\n"
      // Columns that make no block, one at a time.
      "adds r2, #16\n"
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
      "pop {r4-r11, pc}\n"
      ".purgem atome_four\n");
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_SCORES_H_
