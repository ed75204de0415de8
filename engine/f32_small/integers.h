// What several ops of the small pass do with int32, once for all of them.
#ifndef ATOME_ENGINE_F32_SMALL_INTEGERS_H_
#define ATOME_ENGINE_F32_SMALL_INTEGERS_H_

#include <stdint.h>

#include "engine/maths/kernels/wide.h"
#include "engine/maths/scaled.h"

namespace atome {

// Bits of the longest of `count` elements, at least one, as Magnitude counts them.
[[gnu::noinline]] inline int LengthOf(const int32_t* x, uint32_t count) {
  Magnitude magnitude;
  do magnitude.Add(*x++);
  while (--count != 0);
  return magnitude.Length();
}

// Sum of a[i] b[i], i below `count`, which is at least 1. The caller guarantees that every partial sum fits.
[[gnu::noinline]] inline int64_t Dot(const int32_t* a, const int32_t* b, uint32_t count) {
  int64_t sum = 0;
  do sum = kernel::MulAdd(sum, *a++, *b++);
  while (--count != 0);
  return sum;
}

// The same of int16.
inline int32_t DotNarrow(const int16_t* a, const int16_t* b, uint32_t count) {
  int32_t sum = 0;
  do sum += *a++ * *b++;
  while (--count != 0);
  return sum;
}

// v / 2^n rounded, n as at most 31; v * 2^-n for n under 0, -n as at most 31.
[[gnu::noinline]] inline int32_t DropRounded(int32_t v, int32_t n) {
  if (n <= 0) return static_cast<int32_t>(static_cast<uint32_t>(v) << (n < -31 ? 31 : -n));
  if (n > 31) n = 31;
  return (v + (1 << (n - 1))) >> n;
}

}  // namespace atome

#endif  // ATOME_ENGINE_F32_SMALL_INTEGERS_H_
