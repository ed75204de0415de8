// The sum of a vector and three terms, as engine/f32/kernels/add_terms.h says, for cores whose multiplication
// gives 32 bits: a term after the other, whose factor stays in registers.
#ifndef ATOME_ENGINE_F32_KERNELS_ADD_TERMS_H_
#define ATOME_ENGINE_F32_KERNELS_ADD_TERMS_H_

#include <stdint.h>

#include "engine/f32/terms.h"

namespace atome::kernel {

// x[i] = x[i] / 2^drop + the upper half of multiplier * elements[i] * 2^up, of x up to `end`. The factor's
// halves are r4 and r5, the element's r2 and r3.
[[gnu::naked, gnu::noipa]] inline void AddTerm(int32_t* /*x*/, const int32_t* /*elements*/,
                                               int32_t /*multiplier*/, int /*up*/, int /*drop*/,
                                               const int32_t* /*end*/) {
  asm volatile(
      ".syntax unified\n"
      "push {r4-r7, lr}\n"
      "mov r4, r8\n"
      "mov r5, r9\n"
      "push {r4, r5}\n"
      "mov r8, r3\n"
      "ldr r4, [sp, #28]\n"
      "mov r9, r4\n"
      "ldr r4, [sp, #32]\n"
      "mov r12, r4\n"
      "asrs r4, r2, #16\n"
      "uxth r5, r2\n"
      "1:\n"
      "ldmia r1!, {r2}\n"
      "mov r7, r8\n"
      "lsls r2, r7\n"
      "uxth r3, r2\n"
      "asrs r2, r2, #16\n"
      "movs r7, r3\n"
      "muls r7, r5\n"
      "lsrs r7, r7, #16\n"
      "muls r3, r4\n"
      "movs r6, r2\n"
      "muls r6, r5\n"
      "adds r6, r6, r7\n"
      "muls r2, r4\n"
      "asrs r7, r6, #16\n"
      "adds r2, r2, r7\n"
      "uxth r6, r6\n"
      "adds r3, r3, r6\n"
      "asrs r3, r3, #16\n"
      "adds r2, r2, r3\n"
      "ldr r3, [r0]\n"
      "mov r7, r9\n"
      "asrs r3, r7\n"
      "adds r3, r3, r2\n"
      "stmia r0!, {r3}\n"
      "cmp r0, r12\n"
      "bne 1b\n"
      "pop {r4, r5}\n"
      "mov r8, r4\n"
      "mov r9, r5\n"
      "pop {r4-r7, pc}\n");
}

inline uint32_t AddTerms(const Term* terms, uint32_t d, int drop, int32_t* x, int64_t* sum) {
  const int32_t* const end = x + d;
  for (uint32_t j = 0; j < 3; ++j) {
    AddTerm(x, terms[j].elements, terms[j].multiplier, terms[j].up, drop, end);
    drop = 0;
  }
  uint32_t magnitude = 0;
  int64_t total = 0;
  for (; x != end; ++x) {
    total += *x;
    magnitude |= static_cast<uint32_t>(*x ^ (*x >> 31));
  }
  *sum = total;
  return magnitude;
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_ADD_TERMS_H_
