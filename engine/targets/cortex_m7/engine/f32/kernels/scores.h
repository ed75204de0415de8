// Scores of keys for one query, as engine/f32/kernels/scores.h says, for the Cortex-M7.
#ifndef ATOME_ENGINE_F32_KERNELS_SCORES_H_
#define ATOME_ENGINE_F32_KERNELS_SCORES_H_

#include <stdint.h>

namespace atome::kernel {

inline constexpr bool kEstimateFirst = false;

// Two keys at a time, so that each load of the query serves both; the last of an odd number goes with itself.
// Loads are at least two cycles ahead of their products. r0 query, r1 and r4 keys, r5 to r8 their sums; r2,
// r3 and r9, then r10 to r12 the next of the query and of the keys; lr where the first key's pairs end.
// On the stack: query, bytes of a key, keys left; the registers; scores.
[[gnu::naked, gnu::noipa]] inline void Scores(const int32_t* /*query*/, const int32_t* /*keys*/,
                                              uint32_t /*h*/, uint32_t /*count*/, int64_t* /*scores*/) {
  asm volatile(
      ".syntax unified\n"
      "push {r4-r11, lr}\n"
      "lsls r2, r2, #2\n"
      "push {r0, r2, r3}\n"
      "1: cmp r3, #1\n"
      "add r4, r1, r2\n"
      "it eq\n"
      "moveq r4, r1\n"
      "subs r3, #2\n"
      "str r3, [sp, #8]\n"
      "bic lr, r2, #7\n"
      "add lr, r1\n"
      "movs r5, #0\n"
      "movs r6, #0\n"
      "movs r7, #0\n"
      "mov r8, #0\n"
      "cmp r2, #8\n"
      "blt 4f\n"
      "ldr r3, [r1], #4\n"
      "ldr r9, [r4], #4\n"
      "ldr r2, [r0], #4\n"
      "ldr r11, [r1], #4\n"
      "ldr r12, [r4], #4\n"
      "ldr r10, [r0], #4\n"
      "cmp r1, lr\n"
      "beq 3f\n"
      ".balign 8\n"
      "2: smlal r5, r6, r2, r3\n"
      "ldr r3, [r1], #4\n"
      "smlal r7, r8, r2, r9\n"
      "ldr r9, [r4], #4\n"
      "ldr r2, [r0], #4\n"
      "smlal r5, r6, r10, r11\n"
      "ldr r11, [r1], #4\n"
      "smlal r7, r8, r10, r12\n"
      "ldr r12, [r4], #4\n"
      "cmp r1, lr\n"
      "ldr r10, [r0], #4\n"
      "bne 2b\n"
      "3: smlal r5, r6, r2, r3\n"
      "smlal r7, r8, r2, r9\n"
      "smlal r5, r6, r10, r11\n"
      "smlal r7, r8, r10, r12\n"
      "ldr r2, [sp, #4]\n"
      "4: lsls r3, r2, #29\n"  // negative when h is odd
      "bpl 5f\n"
      "ldr r3, [r0]\n"
      "ldr r9, [r1], #4\n"
      "ldr r10, [r4], #4\n"
      "smlal r5, r6, r3, r9\n"
      "smlal r7, r8, r3, r10\n"
      "5: ldr r12, [sp, #48]\n"
      "ldr r3, [sp, #8]\n"
      "ldr r0, [sp]\n"
      "mov r1, r4\n"
      "strd r5, r6, [r12], #16\n"
      "cmp r3, #0\n"
      "blt 6f\n"
      "strd r7, r8, [r12, #-8]\n"
      "str r12, [sp, #48]\n"
      "bne 1b\n"
      "6: add sp, #12\n"
      "pop {r4-r11, pc}\n");
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_SCORES_H_
