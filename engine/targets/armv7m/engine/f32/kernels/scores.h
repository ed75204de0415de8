// Scores of keys for one query, as engine/f32/kernels/scores.h says, in the fourteen registers of Armv7-M.
#ifndef ATOME_ENGINE_F32_KERNELS_SCORES_H_
#define ATOME_ENGINE_F32_KERNELS_SCORES_H_

#include <stdint.h>

namespace atome::kernel {

// Their products take several cycles each.
inline constexpr bool kEstimateFirst = true;

// r0 query, r1 keys, r3 and r12 the sum, r2 what is left of h; r4 to r7 of the query, r8 to r11 of the key.
// On the stack: query, h, count; the registers; scores.
[[gnu::naked, gnu::noipa]] inline void Scores(const int32_t* /*query*/, const int32_t* /*keys*/,
                                              uint32_t /*h*/, uint32_t /*count*/, int64_t* /*scores*/) {
  asm volatile(
      ".syntax unified\n"
      "push {r4-r11, lr}\n"
      "push {r0, r2, r3}\n"
      "ldr lr, [sp, #48]\n"
      "1: ldr r0, [sp]\n"
      "ldr r2, [sp, #4]\n"
      "movs r3, #0\n"
      "mov r12, #0\n"
      "subs r2, #4\n"
      "blt 3f\n"
      "2: ldm r0!, {r4-r7}\n"
      "ldm r1!, {r8-r11}\n"
      "smlal r3, r12, r4, r8\n"
      "smlal r3, r12, r5, r9\n"
      "smlal r3, r12, r6, r10\n"
      "smlal r3, r12, r7, r11\n"
      "subs r2, #4\n"
      "bge 2b\n"
      "3: adds r2, #4\n"
      "beq 5f\n"
      "4: ldr r4, [r0], #4\n"
      "ldr r8, [r1], #4\n"
      "subs r2, #1\n"
      "smlal r3, r12, r4, r8\n"
      "bne 4b\n"
      "5: str r3, [lr]\n"
      "str r12, [lr, #4]\n"
      "add lr, lr, #8\n"
      "ldr r2, [sp, #8]\n"
      "subs r2, #1\n"
      "str r2, [sp, #8]\n"
      "bne 1b\n"
      "add sp, #12\n"
      "pop {r4-r11, pc}\n");
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_SCORES_H_
