// The inner loop of products over FP32 numbers, for the Cortex-M4 with its FPU: four rows at a time share
// what is loaded of x, four numbers an instruction.
#ifndef ATOME_ENGINE_PLAIN_KERNELS_ROW_PRODUCTS_H_
#define ATOME_ENGINE_PLAIN_KERNELS_ROW_PRODUCTS_H_

#include <stdint.h>

#include "engine/plain/kernels/floats.h"

namespace atome::plain::kernel {

// y[0 .. 3] = those of RowProducts of four rows; columns at least 4. Each row's four chains stand in
// registers; a row is loaded while what was multiplied of the one before is added.
[[gnu::noinline]] inline void FourProducts(const float* rows, uint32_t columns, const float* x, float* y) {
  const float *a = rows, *b = a + columns, *c = b + columns, *e = c + columns;
  float sums[16];
  const uint32_t rest = columns % 4;
  uint32_t left = columns / 4 - 1;
  asm volatile(
      // By four numbers of x, in s16 to s19.
      ".macro atome_multiply a, b, c, e\n\t"
      "vmul.f32 \\a, \\a, s16\n\t"
      "vmul.f32 \\b, \\b, s17\n\t"
      "vmul.f32 \\c, \\c, s18\n\t"
      "vmul.f32 \\e, \\e, s19\n\t"
      ".endm\n\t"
      ".macro atome_add a, b, c, e, p, q, r, s\n\t"
      "vadd.f32 \\a, \\a, \\p\n\t"
      "vadd.f32 \\b, \\b, \\q\n\t"
      "vadd.f32 \\c, \\c, \\r\n\t"
      "vadd.f32 \\e, \\e, \\s\n\t"
      ".endm\n\t"
      "vldmia %[x]!, {s16-s19}\n\t"
      "vldmia %[a]!, {s0-s3}\n\t"
      "vldmia %[b]!, {s4-s7}\n\t"
      "vldmia %[c]!, {s8-s11}\n\t"
      "vldmia %[e]!, {s12-s15}\n\t"
      "atome_multiply s0, s1, s2, s3\n\t"
      "atome_multiply s4, s5, s6, s7\n\t"
      "atome_multiply s8, s9, s10, s11\n\t"
      "atome_multiply s12, s13, s14, s15\n\t"
      "cmp %[left], #0\n\t"
      "beq 2f\n\t"
      "1:\n\t"
      "vldmia %[x]!, {s16-s19}\n\t"
      "vldmia %[a]!, {s20-s23}\n\t"
      "vldmia %[b]!, {s24-s27}\n\t"
      "atome_multiply s20, s21, s22, s23\n\t"
      "atome_add s0, s1, s2, s3, s20, s21, s22, s23\n\t"
      "vldmia %[c]!, {s20-s23}\n\t"
      "atome_multiply s24, s25, s26, s27\n\t"
      "atome_add s4, s5, s6, s7, s24, s25, s26, s27\n\t"
      "vldmia %[e]!, {s24-s27}\n\t"
      "atome_multiply s20, s21, s22, s23\n\t"
      "atome_add s8, s9, s10, s11, s20, s21, s22, s23\n\t"
      "subs %[left], #1\n\t"
      "atome_multiply s24, s25, s26, s27\n\t"
      "atome_add s12, s13, s14, s15, s24, s25, s26, s27\n\t"
      "bne 1b\n\t"
      "2:\n\t"
      "cmp %[rest], #0\n\t"
      "bne 3f\n\t"
      "vadd.f32 s0, s0, s1\n\t"
      "vadd.f32 s4, s4, s5\n\t"
      "vadd.f32 s8, s8, s9\n\t"
      "vadd.f32 s12, s12, s13\n\t"
      "vadd.f32 s2, s2, s3\n\t"
      "vadd.f32 s6, s6, s7\n\t"
      "vadd.f32 s10, s10, s11\n\t"
      "vadd.f32 s14, s14, s15\n\t"
      "vadd.f32 s0, s0, s2\n\t"
      "vadd.f32 s1, s4, s6\n\t"
      "vadd.f32 s2, s8, s10\n\t"
      "vadd.f32 s3, s12, s14\n\t"
      "vstmia %[y], {s0-s3}\n\t"
      "b 4f\n\t"
      "3:\n\t"
      "vstmia %[sums], {s0-s15}\n\t"
      "4:\n\t"
      ".purgem atome_multiply\n\t"
      ".purgem atome_add\n\t"
      : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [e] "+r"(e), [x] "+r"(x), [left] "+r"(left)
      : [sums] "r"(sums), [rest] "r"(rest), [y] "r"(y)
      : "cc", "memory", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "s12",
        "s13", "s14", "s15", "s16", "s17", "s18", "s19", "s20", "s21", "s22", "s23", "s24", "s25", "s26",
        "s27");
  if (rest == 0) return;
  const float* at[] = {a, b, c, e};
  for (uint32_t r = 0; r < 4; ++r) {
    float* s = sums + 4 * r;
    for (uint32_t i = 0; i < rest; ++i) s[i] += at[r][i] * x[i];
    y[r] = (s[0] + s[1]) + (s[2] + s[3]);
  }
}

// y[r] = sum of rows[r][i] x[i]; rows [count][columns].
inline void RowProducts(const float* rows, uint32_t count, uint32_t columns, const float* x, float* y) {
  for (; count >= 4 && columns >= 4; count -= 4, rows += 4 * columns, y += 4)
    FourProducts(rows, columns, x, y);
  for (; count != 0; --count, rows += columns) *y++ = Dot(rows, x, columns);
}

}  // namespace atome::plain::kernel

#endif  // ATOME_ENGINE_PLAIN_KERNELS_ROW_PRODUCTS_H_
