// The convolution of five taps, as engine/q15/kernels/convolve_five.h says, for the Cortex-M4 and M7.
#ifndef ATOME_ENGINE_Q15_KERNELS_CONVOLVE_FIVE_H_
#define ATOME_ENGINE_Q15_KERNELS_CONVOLVE_FIVE_H_

#include <stdint.h>

namespace atome::q15::kernel {

// Two channels at a time: r2 and r3 their trits, r11 and r12 their sums, r1 both in a row. r0 codes, r4 to r8
// rows, r9 out, lr the magnitude; r10 serves. On the stack: channels left; the registers; trits.
[[gnu::naked, gnu::noipa]] inline uint32_t ConvolveFive(const uint8_t* /*codes*/, int16_t* const* /*rows*/,
                                                        uint32_t /*d*/, int32_t* /*out*/,
                                                        const uint16_t* /*trits*/) {
  asm volatile(
      ".syntax unified\n"
      ".macro atome_tap row, at\n"
      "ldr r1, [\\row], #4\n"
      "sbfx r10, r2, #\\at, #3\n"
      "smlabb r11, r1, r10, r11\n"
      "sbfx r10, r3, #\\at, #3\n"
      "smlatb r12, r1, r10, r12\n"
      ".endm\n"
      ".macro atome_magnitude sum\n"
      "eor r1, \\sum, \\sum, asr #31\n"
      "orr lr, r1\n"
      ".endm\n"
      ".macro atome_pair\n"
      "ldrb r2, [r0], #1\n"
      "ldrb r3, [r0], #1\n"
      "ldr r10, [sp, #44]\n"
      "ldrh r2, [r10, r2, lsl #1]\n"
      "ldrh r3, [r10, r3, lsl #1]\n"
      "ldr r1, [r8]\n"
      "sbfx r10, r2, #12, #3\n"
      "smulbb r11, r1, r10\n"
      "sbfx r10, r3, #12, #3\n"
      "smultb r12, r1, r10\n"
      "atome_tap r5, 3\n"
      "atome_tap r6, 6\n"
      "atome_tap r7, 9\n"
      "atome_tap r4, 0\n"
      "str r1, [r8], #4\n"
      "str r11, [r9], #4\n"
      "str r12, [r9], #4\n"
      "atome_magnitude r11\n"
      "atome_magnitude r12\n"
      ".endm\n"
      "push {r4-r11, lr}\n"
      "ldm r1, {r4-r8}\n"
      "mov r9, r3\n"
      "mov lr, #0\n"
      "subs r2, #4\n"
      "push {r2, r3}\n"
      "blt 2f\n"
      ".balign 4\n"
      "1: atome_pair\n"
      ".balign 4\n"
      "atome_pair\n"
      "ldr r2, [sp]\n"
      "subs r2, #4\n"
      "str r2, [sp]\n"
      "bge 1b\n"
      "2: adds r2, #4\n"
      "beq 3f\n"
      "4: str r2, [sp]\n"
      "ldrb r2, [r0], #1\n"
      "ldr r10, [sp, #44]\n"
      "ldrh r2, [r10, r2, lsl #1]\n"
      "ldrsh r1, [r8]\n"
      "sbfx r10, r2, #12, #3\n"
      "mul r11, r1, r10\n"
      "ldrsh r1, [r7], #2\n"
      "sbfx r10, r2, #9, #3\n"
      "mla r11, r1, r10, r11\n"
      "ldrsh r1, [r6], #2\n"
      "sbfx r10, r2, #6, #3\n"
      "mla r11, r1, r10, r11\n"
      "ldrsh r1, [r5], #2\n"
      "sbfx r10, r2, #3, #3\n"
      "mla r11, r1, r10, r11\n"
      "ldrsh r1, [r4], #2\n"
      "sbfx r10, r2, #0, #3\n"
      "mla r11, r1, r10, r11\n"
      "strh r1, [r8], #2\n"
      "str r11, [r9], #4\n"
      "atome_magnitude r11\n"
      "ldr r2, [sp]\n"
      "subs r2, #1\n"
      "bne 4b\n"
      "3: mov r0, lr\n"
      "add sp, #8\n"
      "pop {r4-r11, pc}\n"
      ".purgem atome_tap\n"
      ".purgem atome_magnitude\n"
      ".purgem atome_pair\n");
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_CONVOLVE_FIVE_H_
