// The inner loop of products over codes, for Armv6-M: two rows at a time share what is loaded of the codes,
// and all is loaded as whole words.
#ifndef ATOME_ENGINE_PLAIN_KERNELS_ROW_SUMS_H_
#define ATOME_ENGINE_PLAIN_KERNELS_ROW_SUMS_H_

#include <stdint.h>

namespace atome::plain::kernel {

// Where element i of a product's input stands among its codes.
inline constexpr uint32_t PlaceOf(uint32_t i) { return i; }

struct TwoSums {
  int32_t a, b;
};

// The sums of the rows at `rows` and `other`; width is at least 4 and a multiple of it. 5.5 cycles a product
// where one is multiplied in a cycle.
[[gnu::noinline]] inline TwoSums SumTwoRows(const int8_t* rows, const int8_t* other, uint32_t width,
                                            const int16_t* codes) {
  const int16_t* const end = codes + width;
  int32_t a = 0, b = 0;
  uint32_t word_a, word_b, pair, code, product;
  asm(".syntax unified\n"
      "1:\n\t"
      "ldmia %[rows]!, {%[wa]}\n\t"
      "ldmia %[other]!, {%[wb]}\n\t"
      "ldmia %[codes]!, {%[pair]}\n\t"
      "sxth %[code], %[pair]\n\t"
      "sxtb %[t], %[wa]\n\t"
      "muls %[t], %[code]\n\t"
      "add %[a], %[t]\n\t"
      "sxtb %[t], %[wb]\n\t"
      "muls %[t], %[code]\n\t"
      "add %[b], %[t]\n\t"
      "asrs %[code], %[pair], #16\n\t"
      "asrs %[wa], %[wa], #8\n\t"
      "sxtb %[t], %[wa]\n\t"
      "muls %[t], %[code]\n\t"
      "add %[a], %[t]\n\t"
      "asrs %[wb], %[wb], #8\n\t"
      "sxtb %[t], %[wb]\n\t"
      "muls %[t], %[code]\n\t"
      "add %[b], %[t]\n\t"
      "ldmia %[codes]!, {%[pair]}\n\t"
      "sxth %[code], %[pair]\n\t"
      "asrs %[wa], %[wa], #8\n\t"
      "sxtb %[t], %[wa]\n\t"
      "muls %[t], %[code]\n\t"
      "add %[a], %[t]\n\t"
      "asrs %[wb], %[wb], #8\n\t"
      "sxtb %[t], %[wb]\n\t"
      "muls %[t], %[code]\n\t"
      "add %[b], %[t]\n\t"
      "asrs %[code], %[pair], #16\n\t"
      "asrs %[wa], %[wa], #8\n\t"
      "muls %[wa], %[code]\n\t"
      "add %[a], %[wa]\n\t"
      "asrs %[wb], %[wb], #8\n\t"
      "muls %[wb], %[code]\n\t"
      "add %[b], %[wb]\n\t"
      "cmp %[codes], %[end]\n\t"
      "bne 1b\n\t"
      ".syntax divided"
      : [rows] "+l"(rows), [other] "+l"(other), [codes] "+l"(codes), [a] "+h"(a), [b] "+h"(b),
        [wa] "=&l"(word_a), [wb] "=&l"(word_b), [pair] "=&l"(pair), [code] "=&l"(code), [t] "=&l"(product)
      : [end] "h"(end)
      : "cc", "memory");
  return {a, b};
}

// result(sum of rows[r][i] codes[i]) for r = 0 .. count - 1 in order. rows [count][width], width a multiple
// of 4; both arrays lie at multiples of 4.
template <class Result>
inline void RowSums(const int8_t* rows, uint32_t count, uint32_t width, const int16_t* codes,
                    const Result& result) {
  for (; count >= 2; count -= 2, rows += 2 * width) {
    const TwoSums sums = SumTwoRows(rows, rows + width, width, codes);
    result(sums.a);
    result(sums.b);
  }
  if (count != 0) result(SumTwoRows(rows, rows, width, codes).a);
}

}  // namespace atome::plain::kernel

#endif  // ATOME_ENGINE_PLAIN_KERNELS_ROW_SUMS_H_
