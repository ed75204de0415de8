// Scores of keys for one query, as engine/f32/kernels/scores.h says, for the Cortex-M0 and M0+.
#ifndef ATOME_ENGINE_F32_KERNELS_SCORES_H_
#define ATOME_ENGINE_F32_KERNELS_SCORES_H_

#include <stdint.h>

#include "engine/frames/registers.h"
#include "engine/maths/kernels/wide.h"

namespace atome::kernel {

// Their products take many cycles each.
inline constexpr bool kEstimateFirst = true;

// Where h is at least 2, so that elements are at most 2^30 in magnitude. With query = 2^16 a + b and
// key = 2^16 c + e, b and e from 0 to 2^16 - 1, a and c are at most 2^14, and a e + b c fits. Sums of those
// and of the b e are kept in halves of 16 bits, 2^24 of each at most, and joined once; that of the a c counts
// modulo 2^32. r0 query, r1 key; r2 to r5 are a, b, c, e, and r6 a c; r8 the sum of those, r9 and r10 upper
// and lower halves of a e + b c, r11 and r12 those of b e; lr where the key ends. On the stack: query, bytes
// of a key, keys left; high registers; low registers; scores.
[[gnu::naked, gnu::noipa]] inline void ScoresByHalves(const int32_t* /*query*/, const int32_t* /*keys*/,
                                                      uint32_t /*h*/, uint32_t /*count*/,
                                                      int64_t* /*scores*/) {
  asm volatile(".syntax unified\n" ATOME_PUSH_REGISTERS
               "lsls r2, r2, #2\n"
               "sub sp, #12\n"
               "str r0, [sp]\n"
               "str r2, [sp, #4]\n"
               "str r3, [sp, #8]\n"
               "1: ldr r0, [sp]\n"
               "ldr r2, [sp, #4]\n"
               "adds r2, r2, r1\n"
               "mov lr, r2\n"
               "movs r2, #0\n"
               "mov r8, r2\n"
               "mov r9, r2\n"
               "mov r10, r2\n"
               "mov r11, r2\n"
               "mov r12, r2\n"
               "2: ldmia r0!, {r3}\n"
               "ldmia r1!, {r5}\n"
               "asrs r2, r3, #16\n"
               "uxth r3, r3\n"
               "asrs r4, r5, #16\n"
               "uxth r5, r5\n"
               "movs r6, r2\n"
               "muls r6, r4\n"
               "add r8, r6\n"
               "muls r2, r5\n"
               "muls r4, r3\n"
               "adds r2, r2, r4\n"
               "asrs r4, r2, #16\n"
               "add r9, r4\n"
               "uxth r2, r2\n"
               "add r10, r2\n"
               "muls r3, r5\n"
               "lsrs r5, r3, #16\n"
               "add r11, r5\n"
               "uxth r3, r3\n"
               "add r12, r3\n"
               "cmp r1, lr\n"
               "bne 2b\n"
               // r3 and r4, the upper and lower half of the score: r10 and r11 count 2^16, r12 counts 1.
               "mov r2, r10\n"
               "add r2, r11\n"
               "mov r4, r12\n"
               "lsrs r5, r4, #16\n"
               "adds r2, r2, r5\n"
               "uxth r4, r4\n"
               "lsls r5, r2, #16\n"
               "orrs r4, r5\n"
               "lsrs r3, r2, #16\n"
               "add r3, r8\n"
               "add r3, r9\n"
               "ldr r2, [sp, #48]\n"
               "str r4, [r2]\n"
               "str r3, [r2, #4]\n"
               "adds r2, #8\n"
               "str r2, [sp, #48]\n"
               "ldr r2, [sp, #8]\n"
               "subs r2, #1\n"
               "str r2, [sp, #8]\n"
               "bne 1b\n"
               "add sp, #12\n" ATOME_POP_REGISTERS);
}

inline void Scores(const int32_t* query, const int32_t* keys, uint32_t h, uint32_t count, int64_t* scores) {
  if (h != 1) return ScoresByHalves(query, keys, h, count, scores);
  for (uint32_t j = 0; j < count; ++j) scores[j] = MulAdd(0, *query, keys[j]);
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_SCORES_H_
