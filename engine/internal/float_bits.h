// Exact operations on binary32 through its bits: the same on every core, with or without an FPU.
// Definitions: engine/numerics.md, "Primitives".
#ifndef ATOME_ENGINE_INTERNAL_FLOAT_BITS_H_
#define ATOME_ENGINE_INTERNAL_FLOAT_BITS_H_

#include <stdint.h>
#include <string.h>

namespace atome {

inline constexpr uint32_t kSignBit = 0x80000000u;
inline constexpr uint32_t kInfinityBits = 0x7F800000u;

inline uint32_t ToBits(float x) { return __builtin_bit_cast(uint32_t, x); }
inline float FromBits(uint32_t bits) { return __builtin_bit_cast(float, bits); }

// |x| as an integer that orders as |x| does; NaNs lie above infinity.
inline uint32_t MagnitudeBits(float x) { return ToBits(x) & ~kSignBit; }
inline bool IsFinite(float x) { return MagnitudeBits(x) < kInfinityBits; }
inline float Abs(float x) { return FromBits(MagnitudeBits(x)); }

// Whether every int32 times `scale` is finite.
inline bool Bounded(float scale) { return Abs(scale) < 0x1p96f; }

// Vectors and scales stand in the model file at any alignment.
inline float LoadFloat(const uint8_t* p) {
  float x;
  memcpy(&x, p, sizeof x);
  return x;
}

// Bits of v, 0 to 64.
inline int BitLength(uint64_t v) { return v == 0 ? 0 : 64 - __builtin_clzll(v); }

// v rounded to nearest even. Our own because libgcc's goes through double where there is no FPU for it.
[[gnu::noinline]] inline float ToFloat(int64_t v) {
  const uint32_t sign = v < 0 ? kSignBit : 0;
  const uint64_t magnitude = v < 0 ? 0 - static_cast<uint64_t>(v) : static_cast<uint64_t>(v);
  const int drop = BitLength(magnitude) - 24;
  if (drop <= 0) return static_cast<float>(static_cast<int32_t>(v));
  uint32_t mantissa = static_cast<uint32_t>(magnitude >> drop);
  const uint64_t rest = magnitude << (64 - drop);  // the part shifted out, left-aligned
  if ((rest | (mantissa & 1)) > uint64_t{1} << 63) ++mantissa;
  return FromBits(sign | ((static_cast<uint32_t>(149 + drop) << 23) + mantissa));
}

// A half-precision number that is finite, two bytes, little-endian.
inline float LoadHalf(const uint8_t* p) {
  const uint32_t bits = static_cast<uint32_t>(p[0] | p[1] << 8);
  const uint32_t magnitude = bits & 0x7FFF;
  const uint32_t sign = bits << 16 & kSignBit;
  if (magnitude >= 0x400) return FromBits(sign | ((magnitude << 13) + (112u << 23)));
  return FromBits(sign | ToBits(static_cast<float>(static_cast<int32_t>(magnitude)) * 0x1p-24f));
}

// x * 2^n; results under the normal range are +0, over it infinity.
inline float Scale2(float x, int n) {
  const uint32_t bits = ToBits(x);
  const int exponent = static_cast<int>(bits >> 23 & 0xFF);
  if (exponent == 0xFF) return x;
  const int scaled = exponent + n;
  if (exponent == 0 || scaled <= 0) return 0.0f;
  if (scaled >= 0xFF) return FromBits((bits & kSignBit) | kInfinityBits);
  return FromBits((bits & 0x807FFFFFu) | static_cast<uint32_t>(scaled) << 23);
}

// x * 2^p rounded to nearest even, p at most 156; saturates at +-(2^31 - 1).
inline int32_t Fixed(float x, int p) {
  const uint32_t bits = ToBits(x);
  const int exponent = static_cast<int>(bits >> 23 & 0xFF);
  uint32_t magnitude = bits & 0x7FFFFFu;
  if (exponent != 0) magnitude |= 0x800000u;
  const int shift = (exponent != 0 ? exponent : 1) + p - 150;  // value = magnitude * 2^shift
  if (exponent == 0xFF || (shift > 7 && magnitude != 0)) {
    magnitude = 0x7FFFFFFFu;
  } else if (shift >= 0) {
    magnitude = shift > 7 ? 0 : magnitude << shift;
    if (magnitude > 0x7FFFFFFFu) magnitude = 0x7FFFFFFFu;
  } else if (shift < -24) {
    magnitude = 0;
  } else {
    const uint32_t rest = magnitude << (32 + shift);  // the part shifted out, left-aligned
    magnitude >>= -shift;
    // Above one half rounds up; exactly one half does when that makes the result even.
    if ((rest | (magnitude & 1)) > kSignBit) ++magnitude;
  }
  return bits & kSignBit ? -static_cast<int32_t>(magnitude) : static_cast<int32_t>(magnitude);
}

}  // namespace atome

#endif  // ATOME_ENGINE_INTERNAL_FLOAT_BITS_H_
