// A centred vector times factors, as engine/f32/kernels/scale_centred.h says, for cores whose multiplication
// gives 32 bits: its products without calls.
#ifndef ATOME_ENGINE_F32_KERNELS_SCALE_CENTRED_H_
#define ATOME_ENGINE_F32_KERNELS_SCALE_CENTRED_H_

#include <stdint.h>

namespace atome::kernel {

// r0 and r1 are gamma and q, r8 and r9 the factor's halves, r10 is beta, r11 the magnitude, r12 the end of q,
// lr `up`.
[[gnu::naked, gnu::noipa]] inline uint32_t ScaleCentred(const int32_t* /*gamma*/, const int32_t* /*beta*/,
                                                        uint32_t /*d*/, int32_t /*factor*/, int /*up*/,
                                                        int /*left*/, int32_t* /*q*/) {
  asm volatile(
      ".syntax unified\n"
      "push {r4-r7, lr}\n"
      "mov r4, r8\n"
      "mov r5, r9\n"
      "mov r6, r10\n"
      "mov r7, r11\n"
      "push {r4-r7}\n"
      "mov r10, r1\n"
      "ldr r4, [sp, #36]\n"
      "mov lr, r4\n"
      "ldr r1, [sp, #44]\n"
      "lsls r2, r2, #2\n"
      "adds r2, r1, r2\n"
      "mov r12, r2\n"
      "asrs r4, r3, #16\n"
      "mov r8, r4\n"
      "uxth r4, r3\n"
      "mov r9, r4\n"
      "movs r4, #0\n"
      "mov r11, r4\n"
      "1:\n"
      "ldmia r0!, {r2}\n"  // gamma times the factor, to r2
      "uxth r3, r2\n"
      "asrs r2, r2, #16\n"
      "mov r5, r9\n"
      "movs r7, r3\n"
      "muls r7, r5\n"
      "lsrs r7, r7, #16\n"
      "muls r5, r2\n"
      "adds r5, r5, r7\n"
      "mov r4, r8\n"
      "muls r3, r4\n"
      "muls r2, r4\n"
      "asrs r7, r5, #16\n"
      "adds r2, r2, r7\n"
      "uxth r5, r5\n"
      "adds r3, r3, r5\n"
      "asrs r3, r3, #16\n"
      "adds r2, r2, r3\n"
      "ldr r3, [r1]\n"  // q times that, to r3
      "mov r7, lr\n"
      "lsls r3, r7\n"
      "uxth r4, r3\n"
      "asrs r3, r3, #16\n"
      "uxth r5, r2\n"
      "asrs r2, r2, #16\n"
      "movs r7, r4\n"
      "muls r7, r5\n"
      "lsrs r7, r7, #16\n"
      "muls r5, r3\n"
      "adds r5, r5, r7\n"
      "muls r4, r2\n"
      "muls r3, r2\n"
      "asrs r7, r5, #16\n"
      "adds r3, r3, r7\n"
      "uxth r5, r5\n"
      "adds r4, r4, r5\n"
      "asrs r4, r4, #15\n"
      "adds r4, #1\n"
      "asrs r4, r4, #1\n"
      "adds r3, r3, r4\n"
      "ldr r7, [sp, #40]\n"
      "lsls r3, r7\n"
      "mov r7, r10\n"
      "ldmia r7!, {r5}\n"
      "mov r10, r7\n"
      "adds r3, r3, r5\n"
      "stmia r1!, {r3}\n"
      "asrs r5, r3, #31\n"
      "eors r3, r5\n"
      "mov r5, r11\n"
      "orrs r5, r3\n"
      "mov r11, r5\n"
      "cmp r1, r12\n"
      "bne 1b\n"
      "mov r0, r11\n"
      "pop {r4-r7}\n"
      "mov r8, r4\n"
      "mov r9, r5\n"
      "mov r10, r6\n"
      "mov r11, r7\n"
      "pop {r4-r7, pc}\n");
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_SCALE_CENTRED_H_
