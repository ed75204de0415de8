// The inner loops of attention over codes. Every sum is exact: the caller guarantees that none leaves int32.
#ifndef ATOME_ENGINE_PLAIN_KERNELS_CODES_H_
#define ATOME_ENGINE_PLAIN_KERNELS_CODES_H_

#include <stdint.h>

namespace atome::plain::kernel {

// sum of a[i] b[i], i = 0 .. count - 1.
inline int32_t Dot(const int16_t* a, const int16_t* b, uint32_t count) {
  int32_t sum = 0;
#pragma GCC unroll 4
  for (uint32_t i = 0; i < count; ++i) sum += a[i] * b[i];
  return sum;
}

// result(sum of weights[j] rows[j][i]) for i = 0 .. width - 1 in order; rows are `stride` apart.
template <class Result>
inline void MixRows(const int16_t* weights, const int16_t* rows, uint32_t stride, uint32_t count,
                    uint32_t width, const Result& result) {
  uint32_t i = 0;
  for (; i + 4 <= width; i += 4, rows += 4) {
    int32_t a = 0, b = 0, c = 0, e = 0;
    const int16_t* row = rows;
    for (uint32_t j = 0; j < count; ++j, row += stride) {
      const int32_t weight = weights[j];
      a += weight * row[0];
      b += weight * row[1];
      c += weight * row[2];
      e += weight * row[3];
    }
    result(a);
    result(b);
    result(c);
    result(e);
  }
  for (; i < width; ++i, ++rows) {
    int32_t a = 0;
    const int16_t* row = rows;
    for (uint32_t j = 0; j < count; ++j, row += stride) a += weights[j] * row[0];
    result(a);
  }
}

}  // namespace atome::plain::kernel

#endif  // ATOME_ENGINE_PLAIN_KERNELS_CODES_H_
