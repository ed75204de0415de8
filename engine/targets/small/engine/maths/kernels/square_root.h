// The square root of binary32, as engine/maths/kernels/square_root.h.
#ifndef ATOME_ENGINE_MATHS_KERNELS_SQUARE_ROOT_H_
#define ATOME_ENGINE_MATHS_KERNELS_SQUARE_ROOT_H_

#include <stdint.h>

#include "engine/maths/float_bits.h"

namespace atome {

// Correctly rounded for x >= 0, infinity included.
[[gnu::noinline]] inline float Sqrt(float x) {
  uint32_t mantissa = ToBits(x);
  if (mantissa - 1 >= kInfinityBits - 1) return x;
  int exponent = static_cast<int>(mantissa >> 23);
  if (exponent != 0) {
    mantissa = (mantissa & 0x7FFFFFu) | 0x800000u;
  } else {
    for (exponent = 1; mantissa < 0x800000u; --exponent) mantissa <<= 1;
  }
  // The radicand is the mantissa times 2^25 or 2^26, whichever leaves an even power of two: 49 or 50 bits, so
  // that its root always has 25. It is taken a pair of bits at a time from the top; all but the first 13
  // pairs are zero.
  uint32_t pairs = mantissa << 7;
  if (exponent % 2 == 0) pairs <<= 1;
  uint32_t root = 0;
  uint32_t remainder = 0;
  for (int i = 0; i < 25; ++i) {
    remainder = (remainder << 2) | (pairs >> 30);
    pairs <<= 2;
    root <<= 1;
    const uint32_t trial = (root << 1) | 1;
    if (remainder >= trial) {
      remainder -= trial;
      root |= 1;
    }
  }
  // The 25th bit alone decides the rounding: a tie would be a radicand without the 25 zero bits it ends in.
  return FromBits(static_cast<uint32_t>(((exponent + 127) >> 1) - 1) * 0x800000u + ((root + 1) >> 1));
}

}  // namespace atome

#endif  // ATOME_ENGINE_MATHS_KERNELS_SQUARE_ROOT_H_
