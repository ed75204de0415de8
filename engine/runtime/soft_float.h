// Binary32 in integers, for cores without an FPU, in few bytes: every result rounded to nearest even, with
// subnormal numbers, infinities and NaN. Numbers are given by their bits; a NaN result is always the same
// one.
#ifndef ATOME_ENGINE_RUNTIME_SOFT_FLOAT_H_
#define ATOME_ENGINE_RUNTIME_SOFT_FLOAT_H_

#include <stdint.h>

#include "engine/maths/kernels/wide.h"

namespace atome::soft {

inline constexpr uint32_t kSign = 0x80000000, kInfinity = 0x7F800000, kNan = 0x7FC00000;

inline uint32_t MagnitudeOf(uint32_t x) { return x & ~kSign; }

// A finite number but for its sign: mantissa * 2^(exponent - 157), 2^30 <= mantissa < 2^31, or zero.
struct Parts {
  uint32_t mantissa;
  int32_t exponent;
};

// As one number, which comes back in registers: the exponent in the upper half.
[[gnu::noinline]] inline uint64_t UnpackJoined(uint32_t x) {
  Parts parts = {(x & 0x7FFFFF) << 7, static_cast<int32_t>(x >> 23 & 0xFF)};
  if (parts.exponent != 0) {
    parts.mantissa |= 0x40000000;
  } else if (parts.mantissa != 0) {
    for (parts.exponent = 1; parts.mantissa < 0x40000000; --parts.exponent) parts.mantissa <<= 1;
  }
  return static_cast<uint64_t>(static_cast<uint32_t>(parts.exponent)) << 32 | parts.mantissa;
}
[[gnu::always_inline]] inline Parts Unpack(uint32_t x) {
  const uint64_t joined = UnpackJoined(x);
  return {static_cast<uint32_t>(joined), static_cast<int32_t>(joined >> 32)};
}

// mantissa * 2^(exponent - 158) with a sign, rounded. The last bit of a mantissa that stands for more bits is
// set when one of those is. Zero keeps the sign.
[[gnu::noinline]] inline uint32_t Pack(uint32_t sign, uint32_t mantissa, int32_t exponent) {
  if (mantissa == 0) return sign;
#ifdef __ARM_FEATURE_CLZ
  exponent -= __builtin_clz(mantissa);
  mantissa <<= __builtin_clz(mantissa);
#else
  for (; mantissa < 0x80000000; mantissa <<= 1) --exponent;
#endif
  for (; exponent < 1; ++exponent) mantissa = mantissa >> 1 | (mantissa & 1);
  if (exponent > 254) return sign | kInfinity;
  const uint32_t rest = mantissa & 0xFF;
  mantissa >>= 8;
  if (rest + (mantissa & 1) > 0x80) ++mantissa;
  // The highest bit of the mantissa adds one to the exponent.
  return sign | ((static_cast<uint32_t>(exponent - 1) << 23) + mantissa);
}

[[gnu::always_inline]] inline uint32_t Add(uint32_t a, uint32_t b) {
  if (MagnitudeOf(a) < MagnitudeOf(b)) {
    const uint32_t less = a;
    a = b;
    b = less;
  }
  const uint32_t different = (a ^ b) & kSign;
  if (MagnitudeOf(a) >= kInfinity) {
    return MagnitudeOf(a) > kInfinity || (different != 0 && MagnitudeOf(b) == kInfinity) ? kNan : a;
  }
  const Parts large = Unpack(a);
  Parts small = Unpack(b);
  for (; small.exponent < large.exponent && small.mantissa > 1; ++small.exponent)
    small.mantissa = small.mantissa >> 1 | (small.mantissa & 1);
  const uint32_t sum = different ? large.mantissa - small.mantissa : large.mantissa + small.mantissa;
  return Pack(sum != 0 ? a & kSign : a & b & kSign, sum, large.exponent + 1);
}

[[gnu::always_inline]] inline uint32_t Subtract(uint32_t a, uint32_t b) { return Add(a, b ^ kSign); }

[[gnu::always_inline]] inline uint32_t Multiply(uint32_t a, uint32_t b) {
  const uint32_t sign = (a ^ b) & kSign, x = MagnitudeOf(a), y = MagnitudeOf(b);
  if (x >= kInfinity || y >= kInfinity)
    return x > kInfinity || y > kInfinity || x == 0 || y == 0 ? kNan : sign | kInfinity;
  const Parts p = Unpack(x), q = Unpack(y);
  const uint32_t low = p.mantissa * q.mantissa;
  const uint32_t high = static_cast<uint32_t>(
      kernel::MulHigh(static_cast<int32_t>(p.mantissa), static_cast<int32_t>(q.mantissa)));
  return Pack(sign, high | (low != 0), p.exponent + q.exponent - 124);
}

[[gnu::always_inline]] inline uint32_t Divide(uint32_t a, uint32_t b) {
  const uint32_t sign = (a ^ b) & kSign, x = MagnitudeOf(a), y = MagnitudeOf(b);
  if (x > kInfinity || y > kInfinity || (x == y && (x == 0 || x == kInfinity))) return kNan;
  if (x == kInfinity || y == 0) return sign | kInfinity;
  if (y == kInfinity) return sign;
  const Parts p = Unpack(x), q = Unpack(y);
  uint32_t rest = p.mantissa, quotient = 0;
  for (int bit = 0; bit < 28; ++bit) {
    quotient <<= 1;
    if (rest >= q.mantissa) {
      rest -= q.mantissa;
      ++quotient;
    }
    rest <<= 1;
  }
  return Pack(sign, quotient | (rest != 0), p.exponent - q.exponent + 131);
}

[[gnu::always_inline]] inline uint32_t FromUnsigned(uint32_t v) { return Pack(0, v, 158); }
[[gnu::always_inline]] inline uint32_t FromSigned(int32_t v) {
  return v < 0 ? Pack(kSign, 0 - static_cast<uint32_t>(v), 158) : FromUnsigned(static_cast<uint32_t>(v));
}

// Toward zero; the caller guarantees that it fits.
[[gnu::always_inline]] inline int32_t ToSigned(uint32_t x) {
  const Parts parts = Unpack(x);
  const int32_t drop = 157 - parts.exponent;
  const int32_t magnitude = drop > 30 ? 0 : static_cast<int32_t>(parts.mantissa >> drop);
  return x & kSign ? -magnitude : magnitude;
}

// a < b + slack, slack being 0 or the least step of a number; false when either is NaN.
[[gnu::noinline]] inline bool Below(uint32_t a, uint32_t b, int32_t slack) {
  const uint32_t x = MagnitudeOf(a), y = MagnitudeOf(b);
  if (x > kInfinity || y > kInfinity) return false;
  return (a & kSign ? -static_cast<int32_t>(x) : static_cast<int32_t>(x)) <
         (b & kSign ? -static_cast<int32_t>(y) : static_cast<int32_t>(y)) + slack;
}

}  // namespace atome::soft

#endif  // ATOME_ENGINE_RUNTIME_SOFT_FLOAT_H_
