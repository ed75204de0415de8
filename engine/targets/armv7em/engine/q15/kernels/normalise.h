// The loops of LayerNorm, as engine/q15/kernels/normalise.h says, for the Cortex-M4 and M7: two halfwords a
// word.
#ifndef ATOME_ENGINE_Q15_KERNELS_NORMALISE_H_
#define ATOME_ENGINE_Q15_KERNELS_NORMALISE_H_

#include <stdint.h>

namespace atome::q15::kernel {

// Four elements in r4 to r7. r0 x, r1 left, r12 half of 2^right, lr c, r8 the sum, r9 two ones.
[[gnu::naked, gnu::noipa]] inline int32_t Narrow(const int32_t* /*x*/, uint32_t /*d*/, int32_t /*right*/,
                                                 int32_t /*left*/, int16_t* /*c*/) {
  asm volatile(
      ".syntax unified\n"
      "push {r4-r9, lr}\n"
      "ldr lr, [sp, #28]\n"
      "mov r12, #1\n"
      "lsl r12, r12, r2\n"
      "lsr r12, r12, #1\n"
      "movs r8, #0\n"
      "mov r9, #0x10001\n"
      "subs r1, #4\n"
      "blt 2f\n"
      "1: ldm r0!, {r4-r7}\n"
      "add r4, r12\n"
      "add r5, r12\n"
      "add r6, r12\n"
      "add r7, r12\n"
      "asrs r4, r2\n"
      "asrs r5, r2\n"
      "asrs r6, r2\n"
      "asrs r7, r2\n"
      "lsls r4, r3\n"
      "lsls r5, r3\n"
      "lsls r6, r3\n"
      "lsls r7, r3\n"
      "pkhbt r4, r4, r5, lsl #16\n"
      "pkhbt r6, r6, r7, lsl #16\n"
      "smlad r8, r4, r9, r8\n"
      "smlad r8, r6, r9, r8\n"
      "str r4, [lr], #4\n"
      "str r6, [lr], #4\n"
      "subs r1, #4\n"
      "bge 1b\n"
      "2: adds r1, #4\n"
      "beq 4f\n"
      "3: ldr r4, [r0], #4\n"
      "add r4, r12\n"
      "asrs r4, r2\n"
      "lsls r4, r3\n"
      "add r8, r4\n"
      "strh r4, [lr], #2\n"
      "subs r1, #1\n"
      "bne 3b\n"
      "4: mov r0, r8\n"
      "pop {r4-r9, pc}\n");
}

// The bits of c ^ 2 c tell where c's sign begins, in both halves of a word at once: in r7, one place to the
// left of where Magnitude has them; the lowest bit of each half is no one's. r0 c, r1 left, r2 the mean
// twice, r3 z, r6 the squares, r12 half of 2^z.
[[gnu::naked, gnu::noipa]] inline uint32_t Centre(int16_t* /*c*/, uint32_t /*d*/, int32_t /*mean*/,
                                                  int32_t /*z*/, uint32_t* /*magnitude*/) {
  asm volatile(
      ".syntax unified\n"
      ".macro atome_centre\n"
      "ssub16 r4, r4, r2\n"
      "eor r5, r4, r4, lsl #1\n"
      "str r4, [r0], #4\n"
      "orrs r7, r5\n"
      "sxtah r5, r12, r4\n"
      "add r4, r12, r4, asr #16\n"
      "asrs r5, r3\n"
      "asrs r4, r3\n"
      "mla r6, r5, r5, r6\n"
      "mla r6, r4, r4, r6\n"
      ".endm\n"
      "push {r4-r7, lr}\n"
      "mov r12, #1\n"
      "lsl r12, r12, r3\n"
      "lsr r12, r12, #1\n"
      "movs r6, #0\n"
      "movs r7, #0\n"
      "pkhbt r2, r2, r2, lsl #16\n"
      "subs r1, #4\n"
      "blt 2f\n"
      "1: ldr r4, [r0]\n"
      "atome_centre\n"
      "ldr r4, [r0]\n"
      "atome_centre\n"
      "subs r1, #4\n"
      "bge 1b\n"
      "2: adds r1, #4\n"
      "beq 4f\n"
      "sxth r2, r2\n"
      "3: ldrsh r4, [r0]\n"
      "subs r4, r2\n"
      "eor r5, r4, r4, lsl #1\n"
      "strh r4, [r0], #2\n"
      "uxth r5, r5\n"
      "orrs r7, r5\n"
      "add r5, r4, r12\n"
      "asrs r5, r3\n"
      "mla r6, r5, r5, r6\n"
      "subs r1, #1\n"
      "bne 3b\n"
      "4: orr r7, r7, r7, lsr #16\n"
      "ubfx r7, r7, #1, #15\n"
      "ldr r4, [sp, #20]\n"
      "str r7, [r4]\n"
      "mov r0, r6\n"
      "pop {r4-r7, pc}\n"
      ".purgem atome_centre\n");
}

// r0 q, r1 left, r2 g, r3 drop, r8 gamma, r9 beta, r10 2^14, r11 half of 2^drop.
[[gnu::naked, gnu::noipa]] inline void Stretch(int16_t* /*q*/, uint32_t /*d*/, int32_t /*g*/,
                                               int32_t /*drop*/, const int16_t* /*gamma*/,
                                               const int16_t* /*beta*/) {
  asm volatile(
      ".syntax unified\n"
      ".macro atome_stretch\n"
      "ldr r4, [r0]\n"
      "ldr r5, [r8], #4\n"
      "ldr r6, [r9], #4\n"
      "sxth r7, r4\n"
      "asrs r4, r4, #16\n"
      "mla r7, r7, r2, r10\n"
      "mla r4, r4, r2, r10\n"
      "asrs r7, r7, #15\n"
      "asrs r4, r4, #15\n"
      "smlabb r7, r7, r5, r11\n"
      "smlabt r4, r4, r5, r11\n"
      "asrs r7, r3\n"
      "asrs r4, r3\n"
      "pkhbt r7, r7, r4, lsl #16\n"
      "sadd16 r7, r7, r6\n"
      "str r7, [r0], #4\n"
      ".endm\n"
      "push {r4-r11, lr}\n"
      "ldr r8, [sp, #36]\n"
      "ldr r9, [sp, #40]\n"
      "mov r10, #0x4000\n"
      "mov r11, #1\n"
      "lsl r11, r11, r3\n"
      "lsr r11, r11, #1\n"
      "subs r1, #4\n"
      "blt 2f\n"
      "1: atome_stretch\n"
      "atome_stretch\n"
      "subs r1, #4\n"
      "bge 1b\n"
      "2: adds r1, #4\n"
      "beq 4f\n"
      "3: ldrsh r4, [r0]\n"
      "ldrsh r5, [r8], #2\n"
      "ldrsh r6, [r9], #2\n"
      "mla r4, r4, r2, r10\n"
      "asrs r4, r4, #15\n"
      "mla r4, r4, r5, r11\n"
      "asrs r4, r3\n"
      "add r4, r6\n"
      "strh r4, [r0], #2\n"
      "subs r1, #1\n"
      "bne 3b\n"
      "4: pop {r4-r11, pc}\n"
      ".purgem atome_stretch\n");
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_NORMALISE_H_
