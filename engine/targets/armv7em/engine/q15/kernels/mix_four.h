// The weighted sum of four rows of bytes, as engine/q15/kernels/mix_four.h says, for the Cortex-M4 and M7.
#ifndef ATOME_ENGINE_Q15_KERNELS_MIX_FOUR_H_
#define ATOME_ENGINE_Q15_KERNELS_MIX_FOUR_H_

#include <stdint.h>

namespace atome::q15::kernel {

// Four columns at a time: their sums in r2, r3, r10 and r11. r4 to r7 the rows, r8 and r9 two weights each;
// r0 out, lr the magnitude. On the stack: start, columns left; the registers; out.
[[gnu::naked, gnu::noipa]] inline uint32_t MixFour(const int8_t* const* /*rows*/, const int32_t* /*weights*/,
                                                   int32_t /*start*/, uint32_t /*d*/, int32_t* /*out*/) {
  asm volatile(
      ".syntax unified\n"
      // Four columns of a row, whose weight is the bottom or the top half of `weight`.
      ".macro atome_row row, half, weight\n"
      "ldr r1, [\\row], #4\n"
      "sxtb16 r12, r1\n"
      "sxtb16 r1, r1, ror #8\n"
      "smlab\\half r2, r12, \\weight, r2\n"
      "smlat\\half r10, r12, \\weight, r10\n"
      "smlab\\half r3, r1, \\weight, r3\n"
      "smlat\\half r11, r1, \\weight, r11\n"
      ".endm\n"
      ".macro atome_magnitude sum\n"
      "eor r1, \\sum, \\sum, asr #31\n"
      "orr lr, r1\n"
      ".endm\n"
      "push {r4-r11, lr}\n"
      "ldm r0, {r4-r7}\n"
      "ldm r1, {r8-r11}\n"
      "pkhbt r8, r8, r9, lsl #16\n"
      "pkhbt r9, r10, r11, lsl #16\n"
      "ldr r0, [sp, #36]\n"
      "mov lr, #0\n"
      "subs r3, #4\n"
      "push {r2, r3}\n"
      "blt 2f\n"
      ".balign 4\n"
      "1: ldr r11, [sp]\n"
      "ldr r1, [r4], #4\n"
      "sxtb16 r12, r1\n"
      "sxtb16 r1, r1, ror #8\n"
      "smlabb r2, r12, r8, r11\n"
      "smlatb r10, r12, r8, r11\n"
      "smlabb r3, r1, r8, r11\n"
      "smlatb r11, r1, r8, r11\n"
      "atome_row r5, t, r8\n"
      "atome_row r6, b, r9\n"
      "atome_row r7, t, r9\n"
      "stmia r0!, {r2, r3, r10, r11}\n"
      "atome_magnitude r2\n"
      "atome_magnitude r3\n"
      "atome_magnitude r10\n"
      "atome_magnitude r11\n"
      "ldr r3, [sp, #4]\n"
      "subs r3, #4\n"
      "str r3, [sp, #4]\n"
      "bge 1b\n"
      "2: adds r3, #4\n"
      "beq 4f\n"
      "3: ldr r2, [sp]\n"
      "ldrsb r1, [r4], #1\n"
      "ldrsb r10, [r5], #1\n"
      "ldrsb r11, [r6], #1\n"
      "ldrsb r12, [r7], #1\n"
      "smlabb r2, r1, r8, r2\n"
      "smlabt r2, r10, r8, r2\n"
      "smlabb r2, r11, r9, r2\n"
      "smlabt r2, r12, r9, r2\n"
      "str r2, [r0], #4\n"
      "atome_magnitude r2\n"
      "subs r3, #1\n"
      "bne 3b\n"
      "4: mov r0, lr\n"
      "add sp, #8\n"
      "pop {r4-r11, pc}\n"
      ".purgem atome_row\n"
      ".purgem atome_magnitude\n");
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_MIX_FOUR_H_
