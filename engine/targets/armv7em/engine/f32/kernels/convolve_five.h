// The convolution of five taps, as engine/f32/kernels/convolve_five.h says, for the Cortex-M4 and M7.
#ifndef ATOME_ENGINE_F32_KERNELS_CONVOLVE_FIVE_H_
#define ATOME_ENGINE_F32_KERNELS_CONVOLVE_FIVE_H_

#include <stdint.h>

namespace atome::kernel {

// Q_{j+1} is Q_j / 3 rounded to nearest, since the trit that goes is less than half of 3: one SMMULR.
// r0 codes, r1 q, r2 history, r3 out, r4 the end of codes, r5 the magnitude, r6 2^32 / 3; r12 first the byte
// less 121, which is Q_0, then the sum; lr and r11 Q by turns; r7 to r10 the values, newest first.
[[gnu::naked, gnu::noipa]] inline uint32_t ConvolveFive(const uint8_t* /*codes*/, const int32_t* /*q*/,
                                                        int32_t* /*history*/, uint32_t /*d*/,
                                                        int32_t* /*out*/) {
  asm volatile(
      ".syntax unified\n"
      "push {r4-r11, lr}\n"
      "adds r4, r0, r3\n"
      "ldr r3, [sp, #36]\n"
      "movs r5, #0\n"
      "mov r6, #0x55555555\n"
      ".balign 8\n"
      "1: ldrb r12, [r0], #1\n"
      "ldr r7, [r1], #4\n"
      "ldr r8, [r2]\n"
      "ldr r9, [r2, #4]\n"
      "sub r12, r12, #121\n"
      "sub r8, r8, r7\n"
      "smmulr lr, r12, r6\n"
      "sub r8, r8, r7, lsl #1\n"
      "mul r12, r12, r7\n"
      "ldr r10, [r2, #8]\n"
      "smmulr r11, lr, r6\n"
      "cmp r0, r4\n"
      "mla r12, lr, r8, r12\n"
      "strd r7, r8, [r2], #16\n"
      "smmulr lr, r11, r6\n"
      "ldr r7, [r2, #-4]\n"
      "mla r12, r11, r9, r12\n"
      "strd r9, r10, [r2, #-8]\n"
      "smmulr r11, lr, r6\n"
      "mla r12, lr, r10, r12\n"
      "mla r12, r11, r7, r12\n"
      "str r12, [r3], #4\n"
      "eor r12, r12, r12, asr #31\n"
      "orr r5, r5, r12\n"
      "bne 1b\n"
      "mov r0, r5\n"
      "pop {r4-r11, pc}\n");
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_CONVOLVE_FIVE_H_
