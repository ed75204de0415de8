// Scalars without floating point: numbers with 32 bits of mantissa, powers of two, shares, roots.
// Definitions: engine/q15/numerics.md, "Primitives".
#ifndef ATOME_ENGINE_Q15_REAL_H_
#define ATOME_ENGINE_Q15_REAL_H_

#include <stdint.h>

#include "engine/maths/float_bits.h"
#include "engine/maths/scaled.h"

namespace atome::q15 {

// Bits of v, 0 to 32.
constexpr int BitLength32(uint32_t v) { return v == 0 ? 0 : 32 - __builtin_clz(v); }
// Least b with n <= 2^b, n at least 1.
constexpr int CeilLog2(uint32_t n) { return BitLength32(n - 1); }

// v / 2^n rounded to nearest, halves up; n is 0 to 31.
inline int32_t DropRounded(int32_t v, int n) { return (v + static_cast<int32_t>((1u << n) >> 1)) >> n; }

inline int Clamp(int32_t v, int least, int most) {
  return v < least ? least : v > most ? most : static_cast<int>(v);
}

// The root's integer part.
inline uint32_t RootOf(uint32_t n) {
  uint32_t root = 0;
  for (uint32_t bit = 1u << 30; bit != 0; bit >>= 2) {
    const uint32_t trial = root + bit;
    root >>= 1;
    if (n >= trial) {
      n -= trial;
      root += bit;
    }
  }
  return root;
}

// m * 2^-k with m from 2^31, or 0 with k = kNever.
struct Real {
  uint32_t m;
  int32_t k;

  Real Times(Real other) const {
    if (m == 0 || other.m == 0) return {0, kNever};
    const uint64_t product = uint64_t{m} * other.m;
    const int drop = product >> 63 != 0 ? 32 : 31;
    return {static_cast<uint32_t>(product >> drop), k + other.k - drop};
  }
  Real Scaled(int n) const { return m == 0 ? *this : Real{m, k - n}; }
};

// n * 2^-k, n not 0.
inline Real RealOf(uint32_t n, int32_t k) {
  const int up = __builtin_clz(n);
  return {n << up, k + up};
}

// |x| and the sign of x, from the bits of a binary32; subnormal numbers are 0.
inline Real MagnitudeOf(uint32_t bits) {
  const int32_t biased = static_cast<int32_t>(bits >> 23 & 0xFF);
  if (biased == 0) return {0, kNever};
  return {((bits & 0x7FFFFFu) | 0x800000u) << 8, 158 - biased};
}
inline int32_t SignOf(uint32_t bits) {
  if ((bits >> 23 & 0xFF) == 0) return 0;
  return bits & kSignBit ? -1 : 1;
}

// x * y rounded toward zero, all as bits of binary32; subnormal numbers are 0, what is too large infinity.
inline uint32_t MultiplyBits(uint32_t x, uint32_t y) {
  const uint32_t sign = (x ^ y) & kSignBit;
  const int32_t biased_x = static_cast<int32_t>(x >> 23 & 0xFF),
                biased_y = static_cast<int32_t>(y >> 23 & 0xFF);
  if (biased_x == 0 || biased_y == 0) return sign;
  const uint64_t product = uint64_t{(x & 0x7FFFFFu) | 0x800000u} * ((y & 0x7FFFFFu) | 0x800000u);
  const int longer = static_cast<int>(product >> 47);
  const int32_t biased = biased_x + biased_y - 127 + longer;
  if (biased <= 0) return sign;
  if (biased >= 0xFF) return sign | kInfinityBits;
  return sign | static_cast<uint32_t>(biased) << 23 |
         (static_cast<uint32_t>(product >> (23 + longer)) & 0x7FFFFFu);
}

// n * scale rounded to nearest even, of bits of a normal positive scale or 0, |n| at most 2^24; as bits.
inline uint32_t TimesBits(int32_t n, uint32_t scale) {
  if (n == 0 || scale == 0) return 0;
  const uint32_t sign = n < 0 ? kSignBit : 0;
  const uint32_t magnitude = n < 0 ? 0 - static_cast<uint32_t>(n) : static_cast<uint32_t>(n);
  const uint64_t product = uint64_t{magnitude} * ((scale & 0x7FFFFFu) | 0x800000u);
  const int drop = BitLength(product) - 24;
  uint32_t mantissa = static_cast<uint32_t>(product >> drop);
  if (drop > 0) {
    const uint64_t rest = product << (64 - drop);  // the part shifted out, left-aligned
    if ((rest | (mantissa & 1)) > uint64_t{1} << 63) ++mantissa;
  }
  // A mantissa that was rounded up to 2^24 carries into the exponent.
  return sign | ((static_cast<uint32_t>(static_cast<int>(scale >> 23) + drop - 1) << 23) + mantissa);
}

// 2^(-t / 2^16) times 2^16.
inline uint32_t Power2(uint32_t t) {
  const int32_t f = static_cast<int32_t>(t >> 1 & 0x7FFF);
  int32_t y = 450;
  y = -3495 + ((y * f) >> 15);
  y = 15700 + ((y * f) >> 15);
  y = -45421 + ((y * f) >> 15);
  y = 65536 + ((y * f) >> 15);
  return t >> 16 > 31 ? 0 : static_cast<uint32_t>(y) >> (t >> 16);
}

// `distance` times a real, in 2^-16; at most 2^21, where Power2 ends in 0.
inline uint32_t Below(uint32_t distance, Real scale) {
  constexpr uint32_t kMost = 1u << 21;
  const uint64_t product = uint64_t{distance} * scale.m;
  const int32_t n = scale.k - 16;
  if (product == 0 || n > 63) return 0;
  if (n < 0) return kMost;
  const uint64_t value = product >> n;
  return value < kMost ? static_cast<uint32_t>(value) : kMost;
}

// Turns powers into shares of their sum, in 2^-15.
class Shares {
 public:
  explicit Shares(uint32_t sum) {
    const int surplus = BitLength32(sum) - 17;
    inverse_ = 0xFFFFFFFFu / (sum >> surplus);
    shift_ = 17 + surplus;
  }
  uint32_t Of(uint32_t power) const { return power * inverse_ >> shift_; }

 private:
  uint32_t inverse_;
  int shift_;
};

}  // namespace atome::q15

#endif  // ATOME_ENGINE_Q15_REAL_H_
