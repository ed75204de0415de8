// sqrt, exp, tanh and log in binary32, without libm. Definitions: engine/numerics.md, "Primitives".
#ifndef ATOME_ENGINE_INTERNAL_ELEMENTARY_H_
#define ATOME_ENGINE_INTERNAL_ELEMENTARY_H_

#include <stdint.h>

#include "engine/internal/float_bits.h"

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

// e^x for x <= 40, error under 1 ULP; 0 for x <= -87 and NaN. Cody and Waite's reduction by ln 2 in two
// parts; the polynomial is a minimax fit of (e^r - 1 - r) / r^2 on |r| <= 0.3475, relative error of e^r under
// 4e-9.
inline float Exp(float x) {
  if (!(x > -87.0f)) return 0.0f;
  const float t = x * 0x1.715476p+0f;
  const int n = static_cast<int>(t + (t < 0.0f ? -0.5f : 0.5f));
  const float nf = static_cast<float>(n);
  const float r = (x - nf * 0x1.63p-1f) - nf * -0x1.bd0106p-13f;
  float y = 0x1.6a21acp-10f;
  y = y * r + 0x1.123b6ap-7f;
  y = y * r + 0x1.5558fap-5f;
  y = y * r + 0x1.55549p-3f;
  y = y * r + 0x1.fffffcp-2f;
  y = y * (r * r) + r;
  return Scale2(y + 1.0f, n);
}

// Absolute error under 2e-7; the small relative error near 0 does not matter for a decay.
inline float Tanh(float x) {
  const float m = Abs(x) < 10.0f ? Abs(x) : 10.0f;
  const float y = 1.0f - 2.0f / (Exp(2.0f * m) + 1.0f);
  return x < 0.0f ? -y : y;
}

// Natural logarithm for z in [1, 4), absolute error under 2e-7 up to 3 (where the sum of a three-way softmax
// ends) and under 1.4e-6 beyond: the series of 2 atanh((z - 1) / (z + 1)).
inline float Log(float z) {
  const bool halve = z >= 1.5f;
  const float m = halve ? z * 0.5f : z;
  const float u = (m - 1.0f) / (m + 1.0f);
  const float w = u * u;
  float y = 2.0f / 9.0f;
  y = y * w + 2.0f / 7.0f;
  y = y * w + 2.0f / 5.0f;
  y = y * w + 2.0f / 3.0f;
  y = y * w + 2.0f;
  return u * y + (halve ? 0x1.62e43p-1f : 0.0f);
}

}  // namespace atome

#endif  // ATOME_ENGINE_INTERNAL_ELEMENTARY_H_
