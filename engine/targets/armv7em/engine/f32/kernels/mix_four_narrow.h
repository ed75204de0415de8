// The weighted sum of four values of int16, as engine/f32/kernels/mix_four_narrow.h says, for the Cortex-M4
// and M7: two columns a load, whose halves a product takes as they lie.
#ifndef ATOME_ENGINE_F32_KERNELS_MIX_FOUR_NARROW_H_
#define ATOME_ENGINE_F32_KERNELS_MIX_FOUR_NARROW_H_

#include <stdint.h>

namespace atome::kernel {

// Four columns at a time: their sums in r2, r3, r8 and r9. r4 to r7 the values, r10 and r11 two weights each;
// r0 out, lr the magnitude, r1 and r12 two columns each of a value. On the stack: columns left; the
// registers. A value may lie misaligned, which single loads may.
[[gnu::naked, gnu::noipa]] inline uint32_t MixFourNarrow(const int16_t* const* /*values*/,
                                                         const int32_t* /*weights*/, uint32_t /*d*/,
                                                         int32_t* /*out*/) {
  asm volatile(
      ".syntax unified\n"
      // Four columns of a value, whose weight is the bottom or the top half of `weights`.
      ".macro atome_first value, weights\n"
      "ldr r1, [\\value], #4\n"
      "ldr r12, [\\value], #4\n"
      "smulbb r2, r1, \\weights\n"
      "smultb r3, r1, \\weights\n"
      "smulbb r8, r12, \\weights\n"
      "smultb r9, r12, \\weights\n"
      ".endm\n"
      ".macro atome_next value, half, weights\n"
      "ldr r1, [\\value], #4\n"
      "ldr r12, [\\value], #4\n"
      "smlab\\half r2, r1, \\weights, r2\n"
      "smlat\\half r3, r1, \\weights, r3\n"
      "smlab\\half r8, r12, \\weights, r8\n"
      "smlat\\half r9, r12, \\weights, r9\n"
      ".endm\n"
      ".macro atome_magnitude sum\n"
      "eor r1, \\sum, \\sum, asr #31\n"
      "orr lr, lr, r1\n"
      ".endm\n"
      "push {r4-r11, lr}\n"
      "ldm r0, {r4-r7}\n"
      "ldm r1, {r8-r11}\n"
      "pkhbt r10, r10, r11, lsl #16\n"
      "mov r11, r10\n"
      "pkhbt r10, r8, r9, lsl #16\n"
      "mov r0, r3\n"
      "movs r3, #0\n"
      "mov lr, r3\n"
      "subs r2, #4\n"
      "push {r2}\n"
      "blt 2f\n"
      "1: atome_first r4, r10\n"
      "atome_next r5, t, r10\n"
      "atome_next r6, b, r11\n"
      "atome_next r7, t, r11\n"
      "atome_magnitude r2\n"
      "atome_magnitude r3\n"
      "atome_magnitude r8\n"
      "atome_magnitude r9\n"
      "stmia r0!, {r2, r3, r8, r9}\n"
      "ldr r1, [sp]\n"
      "subs r1, #4\n"
      "str r1, [sp]\n"
      "bge 1b\n"
      // Columns that make no four, one at a time.
      "2: ldr r12, [sp]\n"
      "adds r12, r12, #4\n"
      "beq 4f\n"
      "3: ldrsh r1, [r4], #2\n"
      "smulbb r2, r1, r10\n"
      "ldrsh r1, [r5], #2\n"
      "smlabt r2, r1, r10, r2\n"
      "ldrsh r1, [r6], #2\n"
      "smlabb r2, r1, r11, r2\n"
      "ldrsh r1, [r7], #2\n"
      "smlabt r2, r1, r11, r2\n"
      "atome_magnitude r2\n"
      "str r2, [r0], #4\n"
      "subs r12, r12, #1\n"
      "bne 3b\n"
      "4: mov r0, lr\n"
      "add sp, #4\n"
      "pop {r4-r11, pc}\n"
      ".purgem atome_first\n"
      ".purgem atome_next\n"
      ".purgem atome_magnitude\n");
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_MIX_FOUR_NARROW_H_
