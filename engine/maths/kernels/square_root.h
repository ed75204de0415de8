// The square root of binary32, without libm.
#ifndef ATOME_ENGINE_MATHS_KERNELS_SQUARE_ROOT_H_
#define ATOME_ENGINE_MATHS_KERNELS_SQUARE_ROOT_H_

#include <stdint.h>

#include "engine/maths/float_bits.h"

namespace atome {

// Correctly rounded for x >= 0, infinity included; negative x and NaN give 0.
inline float Sqrt(float x) {
  uint32_t mantissa = ToBits(x);
  if (mantissa == kInfinityBits) return x;
  if (mantissa > kInfinityBits || mantissa == 0) return 0.0f;
  int exponent = static_cast<int>(mantissa >> 23);
  mantissa &= 0x7FFFFFu;
  if (exponent != 0) {
    mantissa |= 0x800000u;
  } else {
    for (exponent = 1; mantissa < 0x800000u; --exponent) mantissa <<= 1;
  }
  // The radicand is the mantissa times 2^25 or 2^26, whichever leaves an even power of two: 49 or 50 bits, so
  // that its root always has 25. It is taken a pair of bits at a time from the top; all but the first 13
  // pairs are zero.
  uint32_t pairs = mantissa << (exponent & 1 ? 7 : 8);
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
  const uint32_t biased = static_cast<uint32_t>((exponent + 127) >> 1);
  return FromBits(((biased - 1) << 23) + ((root + 1) >> 1));
}

}  // namespace atome

#endif  // ATOME_ENGINE_MATHS_KERNELS_SQUARE_ROOT_H_
