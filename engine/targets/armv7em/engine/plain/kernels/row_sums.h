// The inner loop of products over codes, by the DSP extension: two products an instruction.
#ifndef ATOME_ENGINE_PLAIN_KERNELS_ROW_SUMS_H_
#define ATOME_ENGINE_PLAIN_KERNELS_ROW_SUMS_H_

#include <stdint.h>

namespace atome::plain::kernel {

// Where element i of a product's input stands among its codes: of four 0, 2, 1, 3, because SXTB16 takes bytes
// 0 and 2 of a word, or 1 and 3.
inline constexpr uint32_t PlaceOf(uint32_t i) { return (i & ~3u) | (i & 1) << 1 | (i & 2) >> 1; }

// As SXTB16 and SMLAD: `codes` are those of elements 0 and 2, `next` of 1 and 3.
inline int32_t AddFour(int32_t sum, uint32_t row, uint32_t codes, uint32_t next) {
  uint32_t even, odd;
  asm("sxtb16 %0, %1" : "=r"(even) : "r"(row));
  asm("sxtb16 %0, %1, ror #8" : "=r"(odd) : "r"(row));
  asm("smlad %0, %1, %2, %3" : "=r"(sum) : "r"(even), "r"(codes), "r"(sum));
  asm("smlad %0, %1, %2, %3" : "=r"(sum) : "r"(odd), "r"(next), "r"(sum));
  return sum;
}

using AliasedWord [[gnu::may_alias]] = const uint32_t;
inline uint32_t WordAt(const void* at) { return *static_cast<AliasedWord*>(at); }

// result(sum of rows[r][i] codes[i]) for r = 0 .. count - 1 in order. rows [count][width], width a multiple
// of 4; both arrays lie at multiples of 4. Two rows at a time share what is loaded of the codes.
template <class Result>
inline void RowSums(const int8_t* rows, uint32_t count, uint32_t width, const int16_t* codes,
                    const Result& result) {
  const int16_t* const end = codes + width;
  for (; count >= 2; count -= 2) {
    int32_t a = 0, b = 0;
    const int8_t* other = rows + width;
#pragma GCC unroll 2
    for (const int16_t* c = codes; c != end; c += 4, rows += 4, other += 4) {
      const uint32_t codes_02 = WordAt(c), codes_13 = WordAt(c + 2);
      a = AddFour(a, WordAt(rows), codes_02, codes_13);
      b = AddFour(b, WordAt(other), codes_02, codes_13);
    }
    result(a);
    result(b);
    rows = other;
  }
  if (count == 0) return;
  int32_t a = 0;
  for (const int16_t* c = codes; c != end; c += 4, rows += 4) {
    a = AddFour(a, WordAt(rows), WordAt(c), WordAt(c + 2));
  }
  result(a);
}

}  // namespace atome::plain::kernel

#endif  // ATOME_ENGINE_PLAIN_KERNELS_ROW_SUMS_H_
