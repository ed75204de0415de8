// The inner loop of products over codes, for Armv7-M: two rows at a time share what is loaded of the codes.
#ifndef ATOME_ENGINE_PLAIN_KERNELS_ROW_SUMS_H_
#define ATOME_ENGINE_PLAIN_KERNELS_ROW_SUMS_H_

#include <stdint.h>

namespace atome::plain::kernel {

// Where element i of a product's input stands among its codes.
inline constexpr uint32_t PlaceOf(uint32_t i) { return i; }

// result(sum of rows[r][i] codes[i]) for r = 0 .. count - 1 in order. rows [count][width], width a multiple
// of 4; both arrays lie at multiples of 4.
template <class Result>
inline void RowSums(const int8_t* rows, uint32_t count, uint32_t width, const int16_t* codes,
                    const Result& result) {
  const int16_t* const end = codes + width;
  for (; count >= 2; count -= 2) {
    int32_t a = 0, b = 0;
    const int8_t* other = rows + width;
    for (const int16_t* c = codes; c != end; c += 4, rows += 4, other += 4) {
      const int32_t c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3];
      a += rows[0] * c0;
      b += other[0] * c0;
      a += rows[1] * c1;
      b += other[1] * c1;
      a += rows[2] * c2;
      b += other[2] * c2;
      a += rows[3] * c3;
      b += other[3] * c3;
    }
    result(a);
    result(b);
    rows = other;
  }
  if (count == 0) return;
  int32_t a = 0;
  for (const int16_t* c = codes; c != end; c += 4, rows += 4) {
    a += rows[0] * c[0];
    a += rows[1] * c[1];
    a += rows[2] * c[2];
    a += rows[3] * c[3];
  }
  result(a);
}

}  // namespace atome::plain::kernel

#endif  // ATOME_ENGINE_PLAIN_KERNELS_ROW_SUMS_H_
