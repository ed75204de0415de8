// Vectors of int32 that share one exponent: element times 2^-exponent. How many of its 32 bits a vector uses
// is followed as it is written, so that the next product can use all of them. engine/f32/numerics.md, "Scaled
// vectors".
#ifndef ATOME_ENGINE_MATHS_SCALED_H_
#define ATOME_ENGINE_MATHS_SCALED_H_

#include <stdint.h>

#include "engine/maths/float_bits.h"

namespace atome {

inline constexpr int32_t kNever = 1 << 20;      // an exponent that never limits another
inline constexpr int32_t kLeastExponent = -96;  // of vectors whose elements are finite as binary32

// The elements' magnitude bits, or-ed: v for v >= 0, -v - 1 for v < 0.
class Magnitude {
 public:
  Magnitude() = default;
  explicit Magnitude(uint32_t bits) : bits_(bits) {}

  void Add(int32_t v) { bits_ |= static_cast<uint32_t>(v ^ (v >> 31)); }
  // Bits of the longest element, the sign not counted; 0 to 31.
  int Length() const { return bits_ == 0 ? 0 : 32 - __builtin_clz(bits_); }

 private:
  uint32_t bits_ = 0;
};

inline int32_t ShiftLeft(int32_t v, int n) { return static_cast<int32_t>(static_cast<uint32_t>(v) << n); }

// Of a shift to the right, where 31 and more are the same.
inline int ClampShift(int32_t n) { return n < 31 ? static_cast<int>(n) : 31; }

// Of a shift that is none where n is negative.
inline int ShiftOf(int32_t n) { return n < 0 ? 0 : ClampShift(n); }

// A number as int32 times 2^-exponent, the multiplier at its full 31 bits, or 0 with exponent kNever.
struct Factor {
  int32_t multiplier;
  int32_t exponent;
};
// Of binary32, of which it keeps every bit; zero and subnormal numbers as zero.
inline Factor Split(float x) {
  const uint32_t bits = ToBits(x);
  const int32_t biased = static_cast<int32_t>(bits >> 23 & 0xFF);
  if (biased == 0) return {0, kNever};
  const int32_t magnitude = static_cast<int32_t>((bits & 0x7FFFFFu) | 0x800000u) << 7;
  return {bits & kSignBit ? -magnitude : magnitude, 157 - biased};
}

// The p at which Fixed(x, p) takes a greatest magnitude, given by its bits, to 31 bits.
inline int CommonExponent(uint32_t greatest_bits) {
  const int biased = static_cast<int>(greatest_bits >> 23);
  return 157 - (biased > 1 ? biased : 1);
}

}  // namespace atome

#endif  // ATOME_ENGINE_MATHS_SCALED_H_
