// The sum of a vector and three others, as engine/q15/kernels/add_terms.h says, for the Cortex-M3, M4 and M7.
#ifndef ATOME_ENGINE_Q15_KERNELS_ADD_TERMS_H_
#define ATOME_ENGINE_Q15_KERNELS_ADD_TERMS_H_

#include <stdint.h>

namespace atome::q15::kernel {

struct Term {
  const int32_t* v;
  int32_t multiplier;
  int32_t drop;
  int32_t shift;
};

// Four elements at a time in r4 to r7, of a term in r8 to r11; r0 x, lr the magnitude, r1, r2, r3 and r12 a
// term. On the stack: three terms; left, right, elements left; the registers; terms.
[[gnu::naked, gnu::noipa]] inline uint32_t AddTerms(int32_t* /*x*/, uint32_t /*d*/, int32_t /*left*/,
                                                    int32_t /*right*/, const Term* /*terms*/) {
  static_assert(sizeof(Term) == 16);
  asm volatile(
      ".syntax unified\n"
      ".macro atome_shifted sum\n"
      "lsl \\sum, \\sum, r2\n"
      "asr \\sum, \\sum, r3\n"
      ".endm\n"
      ".macro atome_term at\n"
      "add r12, sp, #\\at\n"
      "ldm r12, {r1, r2, r3, r12}\n"
      "ldm r1!, {r8-r11}\n"
      "str r1, [sp, #\\at]\n"
      "asr r8, r8, r3\n"
      "asr r9, r9, r3\n"
      "asr r10, r10, r3\n"
      "asr r11, r11, r3\n"
      "mul r8, r8, r2\n"
      "mul r9, r9, r2\n"
      "mul r10, r10, r2\n"
      "mul r11, r11, r2\n"
      "asr r8, r8, r12\n"
      "asr r9, r9, r12\n"
      "asr r10, r10, r12\n"
      "asr r11, r11, r12\n"
      "add r4, r8\n"
      "add r5, r9\n"
      "add r6, r10\n"
      "add r7, r11\n"
      ".endm\n"
      ".macro atome_single at\n"
      "add r12, sp, #\\at\n"
      "ldm r12, {r1, r2, r3, r12}\n"
      "ldr r8, [r1], #4\n"
      "str r1, [sp, #\\at]\n"
      "asr r8, r8, r3\n"
      "mul r8, r8, r2\n"
      "asr r8, r8, r12\n"
      "add r4, r8\n"
      ".endm\n"
      ".macro atome_magnitude sum\n"
      "eor r1, \\sum, \\sum, asr #31\n"
      "orr lr, r1\n"
      ".endm\n"
      "push {r4-r11, lr}\n"
      "mov r4, r1\n"
      "ldr r12, [sp, #36]\n"
      "push {r2, r3, r4}\n"
      "sub sp, #48\n"
      "mov lr, sp\n"
      "ldm r12!, {r4-r9}\n"
      "stm lr!, {r4-r9}\n"
      "ldm r12, {r4-r9}\n"
      "stm lr, {r4-r9}\n"
      "mov lr, #0\n"
      "subs r1, #4\n"
      "str r1, [sp, #56]\n"
      "blt 2f\n"
      "1: ldrd r2, r3, [sp, #48]\n"
      "ldm r0, {r4-r7}\n"
      "atome_shifted r4\n"
      "atome_shifted r5\n"
      "atome_shifted r6\n"
      "atome_shifted r7\n"
      "atome_term 0\n"
      "atome_term 16\n"
      "atome_term 32\n"
      "stm r0!, {r4-r7}\n"
      "atome_magnitude r4\n"
      "atome_magnitude r5\n"
      "atome_magnitude r6\n"
      "atome_magnitude r7\n"
      "ldr r1, [sp, #56]\n"
      "subs r1, #4\n"
      "str r1, [sp, #56]\n"
      "bge 1b\n"
      "2: adds r7, r1, #4\n"
      "beq 4f\n"
      "3: ldrd r2, r3, [sp, #48]\n"
      "ldr r4, [r0]\n"
      "atome_shifted r4\n"
      "atome_single 0\n"
      "atome_single 16\n"
      "atome_single 32\n"
      "str r4, [r0], #4\n"
      "atome_magnitude r4\n"
      "subs r7, #1\n"
      "bne 3b\n"
      "4: mov r0, lr\n"
      "add sp, #60\n"
      "pop {r4-r11, pc}\n"
      ".purgem atome_shifted\n"
      ".purgem atome_term\n"
      ".purgem atome_single\n"
      ".purgem atome_magnitude\n");
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_ADD_TERMS_H_
