// The elements of a vector about their mean, and the sum of their squares.
#ifndef ATOME_ENGINE_F32_KERNELS_CENTRED_SQUARES_H_
#define ATOME_ENGINE_F32_KERNELS_CENTRED_SQUARES_H_

#include <stdint.h>

#include "engine/maths/kernels/wide.h"

namespace atome::kernel {

// c[i] = (x[i] - mean) / 2^drop rounded to nearest, halves up; returns the sum of their squares. Both [d], d
// at least 1; |x[i]| and |mean| are at most 2^30, |c[i]| at most 2^26, and the squares add up to less than
// 2^63.
inline uint64_t CentredSquares(const int32_t* x, uint32_t d, int32_t mean, int drop, int32_t* c) {
  const int32_t centre = mean - (1 << drop >> 1);
  int64_t squares = 0;
#pragma GCC unroll 2
  for (uint32_t i = 0; i < d; ++i) {
    const int32_t centred = (x[i] - centre) >> drop;
    squares = MulAdd(squares, centred, centred);
    c[i] = centred;
  }
  return static_cast<uint64_t>(squares);
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_CENTRED_SQUARES_H_
