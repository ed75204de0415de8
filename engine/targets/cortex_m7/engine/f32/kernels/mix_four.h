// The weighted sum of four values, as engine/f32/kernels/mix_four.h says, for the Cortex-M7.
#ifndef ATOME_ENGINE_F32_KERNELS_MIX_FOUR_H_
#define ATOME_ENGINE_F32_KERNELS_MIX_FOUR_H_

#include <stdint.h>

namespace atome::kernel {

// r4 to r7 the values, r8 to r11 the weights, r1 and r3 the sum, r2 the magnitude; the end of out on the
// stack. Each load is two instructions ahead of its product.
[[gnu::naked, gnu::noipa]] inline uint32_t MixFour(const int32_t* const* /*values*/,
                                                   const int32_t* /*weights*/, uint32_t /*d*/,
                                                   int32_t* /*out*/) {
  asm volatile(
      ".syntax unified\n"
      "push {r4-r11, lr}\n"
      "ldm r0, {r4-r7}\n"
      "ldm r1, {r8-r11}\n"
      "mov r0, r3\n"
      "add r2, r3, r2, lsl #2\n"
      "push {r2, r3}\n"
      "movs r2, #0\n"
      "ldr r12, [r4], #4\n"
      "1: ldr lr, [r5], #4\n"
      "smull r1, r3, r12, r8\n"
      "ldr r12, [r6], #4\n"
      "smlal r1, r3, lr, r9\n"
      "ldr lr, [r7], #4\n"
      "smlal r1, r3, r12, r10\n"
      "ldr r12, [sp]\n"
      "smlal r1, r3, lr, r11\n"
      "adds r0, #4\n"
      "cmp r0, r12\n"
      "lsr r1, r1, #30\n"
      "orr r1, r1, r3, lsl #2\n"
      "it ne\n"
      "ldrne r12, [r4], #4\n"
      "str r1, [r0, #-4]\n"
      "eor r3, r1, r1, asr #31\n"
      "orr r2, r2, r3\n"
      "bne 1b\n"
      "mov r0, r2\n"
      "add sp, #8\n"
      "pop {r4-r11, pc}\n");
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_MIX_FOUR_H_
