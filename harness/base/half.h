// Half precision (binary16), in which ATOME03 can keep vectors.
#ifndef ATOME_HARNESS_BASE_HALF_H_
#define ATOME_HARNESS_BASE_HALF_H_

#include <cstdint>

#include "engine/maths/float_bits.h"

namespace atome::harness {

// The bits of the binary16 number nearest to a finite binary32 number; a tie goes to the even one. Infinity
// from 65520 on.
constexpr uint16_t NearestHalf(uint32_t bits) {
  const auto shifted = [](uint32_t value, uint32_t shift) {
    const uint32_t whole = value >> shift, rest = value & ((1u << shift) - 1), half = 1u << (shift - 1);
    return whole + (rest > half || (rest == half && whole % 2 != 0));
  };
  const uint32_t sign = bits >> 16 & 0x8000, magnitude = bits & 0x7FFFFFFF, exponent = magnitude >> 23;
  uint32_t half = 0x7C00;
  if (exponent < 102) {  // under 2^-25
    half = 0;
  } else if (exponent < 113) {  // under 2^-14: in units of 2^-24
    half = shifted((magnitude & 0x7FFFFF) | 0x800000, 126 - exponent);
  } else if (magnitude < 0x477FF000) {
    half = shifted(magnitude - (112u << 23), 13);
  }
  return static_cast<uint16_t>(sign | half);
}

constexpr bool IsFiniteHalf(uint16_t half) { return (half & 0x7C00) != 0x7C00; }

// The same number as binary32, exactly.
inline uint32_t WidenHalf(uint16_t half) {
  const uint8_t bytes[] = {static_cast<uint8_t>(half & 0xFF), static_cast<uint8_t>(half >> 8)};
  return LoadHalfBits(bytes);
}

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_HALF_H_
