// Sums of products of two int32s.
#ifndef ATOME_ENGINE_F32_SMALL_DOT_H_
#define ATOME_ENGINE_F32_SMALL_DOT_H_

#include <stdint.h>

#include "engine/maths/kernels/wide.h"

namespace atome {

// Sum of a[i] b[i], i below `count`, which is at least 1. The caller guarantees that every partial sum fits.
[[gnu::noinline]] inline int64_t Dot(const int32_t* a, const int32_t* b, uint32_t count) {
  int64_t sum = 0;
  do sum = kernel::MulAdd(sum, *a++, *b++);
  while (--count != 0);
  return sum;
}

}  // namespace atome

#endif  // ATOME_ENGINE_F32_SMALL_DOT_H_
