// The weighted sum of four values, as engine/f32/kernels/mix_four.h says, for the Cortex-M0 and M0+.
#ifndef ATOME_ENGINE_F32_KERNELS_MIX_FOUR_H_
#define ATOME_ENGINE_F32_KERNELS_MIX_FOUR_H_

#include <stdint.h>

#include "engine/frames/registers.h"

namespace atome::kernel {

// With weights w = 2^14 a + b, b < 2^14, and values v = 2^16 c + e, e < 2^16, the sum is
//     2^30 A + 2^16 B + 2^14 C + D,  A = sum a c, B = sum b c, C = sum a e, D = sum b e over four.
// The a add up to 2^16 at most, so C is below 2^32; four b are below 2^16, so D is, too, and |B| below 2^31.
// A may leave int32, as 2^30 A counts modulo 2^62 only. So the sum / 2^30, rounded down, is
//     A + B >> 14 + C >> 16 + (C mod 2^16 + 4 B mod 2^16 + D >> 14) >> 16.
// r6, r0, r7 and r1 hold A to D; r2 is e, r3 c, r4 a or b; r8 to r11 the values, r12 where in them, lr the
// magnitude. On the stack: a and b of four weights, out, where values end; high registers; low registers.
[[gnu::naked, gnu::noipa]] inline uint32_t MixFour(const int32_t* const* /*values*/,
                                                   const int32_t* /*weights*/, uint32_t /*d*/,
                                                   int32_t* /*out*/) {
  asm volatile(
      ".syntax unified\n"
      ".macro atome_split values\n"
      "mov r5, \\values\n"
      "add r5, r12\n"
      "ldr r2, [r5]\n"
      "asrs r3, r2, #16\n"
      "uxth r2, r2\n"
      ".endm\n"
      ".macro atome_add values, a, b\n"
      "atome_split \\values\n"
      "ldr r4, [sp, #\\a]\n"
      "movs r5, r3\n"
      "muls r5, r4\n"
      "adds r6, r6, r5\n"
      "muls r4, r2\n"
      "adds r7, r7, r4\n"
      "ldr r4, [sp, #\\b]\n"
      "muls r3, r4\n"
      "adds r0, r0, r3\n"
      "muls r4, r2\n"
      "adds r1, r1, r4\n"
      ".endm\n" ATOME_PUSH_REGISTERS
      "sub sp, #40\n"
      "lsls r2, r2, #2\n"
      "str r3, [sp, #32]\n"
      "str r2, [sp, #36]\n"
      "mov r5, sp\n"
      "movs r2, #4\n"
      "1: ldmia r1!, {r4}\n"
      "lsrs r6, r4, #14\n"
      "lsls r7, r4, #18\n"
      "lsrs r7, r7, #18\n"
      "stmia r5!, {r6, r7}\n"
      "subs r2, #1\n"
      "bne 1b\n"
      "ldmia r0!, {r4-r7}\n"
      "mov r8, r4\n"
      "mov r9, r5\n"
      "mov r10, r6\n"
      "mov r11, r7\n"
      "mov r12, r2\n"
      "mov lr, r2\n"
      "2: atome_split r8\n"
      "ldr r7, [sp]\n"
      "movs r6, r3\n"
      "muls r6, r7\n"
      "muls r7, r2\n"
      "ldr r1, [sp, #4]\n"
      "movs r0, r1\n"
      "muls r0, r3\n"
      "muls r1, r2\n"
      "atome_add r9, 8, 12\n"
      "atome_add r10, 16, 20\n"
      "atome_add r11, 24, 28\n"
      "lsrs r1, r1, #14\n"
      "uxth r2, r7\n"
      "adds r1, r1, r2\n"
      "lsls r2, r0, #18\n"
      "lsrs r2, r2, #16\n"
      "adds r1, r1, r2\n"
      "lsrs r1, r1, #16\n"
      "lsrs r7, r7, #16\n"
      "adds r6, r6, r7\n"
      "asrs r0, r0, #14\n"
      "adds r6, r6, r0\n"
      "adds r6, r6, r1\n"
      "asrs r0, r6, #31\n"
      "eors r0, r6\n"
      "mov r1, lr\n"
      "orrs r1, r0\n"
      "mov lr, r1\n"
      "ldr r1, [sp, #32]\n"
      "mov r2, r12\n"
      "str r6, [r1, r2]\n"
      "adds r2, #4\n"
      "mov r12, r2\n"
      "ldr r1, [sp, #36]\n"
      "cmp r2, r1\n"
      "bne 2b\n"
      "mov r0, lr\n"
      "add sp, #40\n" ATOME_POP_REGISTERS
      ".purgem atome_split\n"
      ".purgem atome_add\n");
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_MIX_FOUR_H_
