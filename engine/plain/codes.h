// Vectors as codes: integers of a few bits with one power of two for all elements.
#ifndef ATOME_ENGINE_PLAIN_CODES_H_
#define ATOME_ENGINE_PLAIN_CODES_H_

#include <stdint.h>

#include "engine/maths/float_bits.h"

namespace atome::plain {

// |x| 2^p rounded to nearest, halves up, at most `most`, with the sign of x. `bits`: of x, which is finite;
// `base` is 150 - p and more than x's biased exponent.
inline int32_t Code(uint32_t bits, int base, int32_t most) {
  const int exponent = static_cast<int>(bits >> 23 & 0xFF);
  uint32_t magnitude = bits & 0x7FFFFFu;
  int drop = base - 1;
  if (exponent != 0) {
    magnitude |= 0x800000u;
    drop = base - exponent;
  }
  if (drop > 31) return 0;
  int32_t code = static_cast<int32_t>((magnitude + (uint32_t{1} << (drop - 1))) >> drop);
  if (code > most) code = most;
  return bits & kSignBit ? -code : code;
}

// Codes of `bits` bits, 1 to 15; `place(i)` is where that of x[i] goes. Returns whether all are finite; then
// `*exponent` is p: a code stands for itself times 2^-p.
template <class Place>
[[gnu::noinline]] inline bool ToCodes(const float* x, uint32_t count, int bits, int16_t* codes, int* exponent,
                                      const Place& place) {
  uint32_t greatest = 1u << 23;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t magnitude = MagnitudeBits(x[i]);
    if (magnitude > greatest) greatest = magnitude;
  }
  if (greatest >= kInfinityBits) return false;
  const int top = static_cast<int>(greatest >> 23);
  *exponent = 126 + bits - top;
  const int base = 24 - bits + top;
  const int32_t most = (1 << bits) - 1;
  for (uint32_t i = 0; i < count; ++i) codes[place(i)] = static_cast<int16_t>(Code(ToBits(x[i]), base, most));
  return true;
}

}  // namespace atome::plain

#endif  // ATOME_ENGINE_PLAIN_CODES_H_
