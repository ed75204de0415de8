// Products of two int32s whose upper half, or whose 64-bit sum, is wanted.
#ifndef ATOME_ENGINE_MATHS_KERNELS_WIDE_H_
#define ATOME_ENGINE_MATHS_KERNELS_WIDE_H_

#include <stdint.h>

namespace atome::kernel {

// a * b / 2^32, rounded down.
inline int32_t MulHigh(int32_t a, int32_t b) { return static_cast<int32_t>((int64_t{a} * b) >> 32); }

// The same, rounded to nearest, halves up.
inline int32_t MulHighRounded(int32_t a, int32_t b) {
  return static_cast<int32_t>((int64_t{a} * b + (int64_t{1} << 31)) >> 32);
}

// sum + MulHigh(a, b), modulo 2^32.
inline int32_t MulHighAdd(int32_t sum, int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(sum) + static_cast<uint32_t>(MulHigh(a, b)));
}

// sum + a * b; the caller guarantees that it fits.
inline int64_t MulAdd(int64_t sum, int32_t a, int32_t b) { return sum + int64_t{a} * b; }

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_MATHS_KERNELS_WIDE_H_
