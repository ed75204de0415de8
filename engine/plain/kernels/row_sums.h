// The inner loop of products over codes. Every sum is exact: the caller guarantees that none leaves int32.
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
  for (; count != 0; --count) {
    int32_t sum = 0;
    const int16_t* const end = codes + width;
    for (const int16_t* c = codes; c != end; c += 4, rows += 4) {
      sum += rows[0] * c[0] + rows[1] * c[1] + rows[2] * c[2] + rows[3] * c[3];
    }
    result(sum);
  }
}

}  // namespace atome::plain::kernel

#endif  // ATOME_ENGINE_PLAIN_KERNELS_ROW_SUMS_H_
