// Exact operations on binary32 through its bits: the same on every core, with or without an FPU.
// Definitions: engine/f32/numerics.md, "Primitives".
#ifndef ATOME_ENGINE_MATHS_FLOAT_BITS_H_
#define ATOME_ENGINE_MATHS_FLOAT_BITS_H_

#include <stdint.h>
#include <string.h>

namespace atome {

inline constexpr uint32_t kSignBit = 0x80000000u;
inline constexpr uint32_t kInfinityBits = 0x7F800000u;

inline uint32_t ToBits(float x) { return __builtin_bit_cast(uint32_t, x); }
inline float FromBits(uint32_t bits) { return __builtin_bit_cast(float, bits); }

// |x| as an integer that orders as |x| does; NaNs lie above infinity.
inline uint32_t MagnitudeBits(float x) { return ToBits(x) & ~kSignBit; }
inline bool IsFiniteBits(uint32_t bits) { return bits << 1 < kInfinityBits << 1; }
inline bool IsFinite(float x) { return IsFiniteBits(ToBits(x)); }
inline float Abs(float x) { return FromBits(MagnitudeBits(x)); }

// Whether every int32 times `scale` is finite.
inline bool Bounded(float scale) { return ToBits(scale) << 1 < ToBits(0x1p96f) << 1; }

// Vectors and scales stand in the model file at any alignment.
inline uint32_t LoadWord(const uint8_t* p) {
  uint32_t word;
  __builtin_memcpy(&word, p, sizeof word);
  return word;
}
inline float LoadFloat(const uint8_t* p) { return FromBits(LoadWord(p)); }

// Bits of v, 0 to 64.
inline int BitLength(uint64_t v) { return v == 0 ? 0 : 64 - __builtin_clzll(v); }

// A half-precision number that is finite, two bytes, little-endian; as the bits of its binary32.
inline uint32_t LoadHalfBits(const uint8_t* p) {
  const uint32_t bits = static_cast<uint32_t>(p[0] | p[1] << 8);
  const uint32_t magnitude = bits & 0x7FFF;
  const uint32_t sign = bits << 16 & kSignBit;
  if (magnitude == 0) return sign;
  uint32_t mantissa = magnitude << 13, bias = 112u << 23;
  if (magnitude < 0x400) {  // subnormal
    for (; mantissa < 0x800000u; mantissa <<= 1) bias -= 1u << 23;
  }
  return sign | (mantissa + bias);
}
inline float LoadHalf(const uint8_t* p) { return FromBits(LoadHalfBits(p)); }

// x * 2^n; results under the normal range are +0, over it infinity.
inline uint32_t Scale2Bits(uint32_t bits, int n) {
  const int exponent = static_cast<int>(bits >> 23 & 0xFF);
  if (exponent == 0xFF) return bits;
  const int scaled = exponent + n;
  if (exponent == 0 || scaled <= 0) return 0;
  if (scaled >= 0xFF) return (bits & kSignBit) | kInfinityBits;
  return (bits & 0x807FFFFFu) | static_cast<uint32_t>(scaled) << 23;
}
inline float Scale2(float x, int n) { return FromBits(Scale2Bits(ToBits(x), n)); }

// x * 2^p rounded to nearest even, p at most 156; saturates at +-(2^31 - 1).
inline int32_t FixedBits(uint32_t bits, int p) {
  const int exponent = static_cast<int>(bits >> 23 & 0xFF);
  uint32_t magnitude = (bits & 0x7FFFFFu) << 7;
  if (exponent != 0) magnitude |= 0x40000000u;
  const int drop = 157 - p - (exponent != 0 ? exponent : 1);  // value = magnitude / 2^drop
  if (exponent == 0xFF || drop < 0) {
    magnitude = magnitude != 0 ? 0x7FFFFFFFu : 0;
  } else if (drop > 31) {
    magnitude = 0;
  } else if (drop != 0) {
    // One half, or a little less where that leaves an even result.
    magnitude += (1u << (drop - 1)) - 1 + (magnitude >> drop & 1);
    magnitude >>= drop;
  }
  return bits & kSignBit ? -static_cast<int32_t>(magnitude) : static_cast<int32_t>(magnitude);
}
inline int32_t Fixed(float x, int p) { return FixedBits(ToBits(x), p); }

}  // namespace atome

#endif  // ATOME_ENGINE_MATHS_FLOAT_BITS_H_
