// Vectors of int32 kept as int16 with one shift: what a cache of 16 bits remembers. engine/f32/numerics.md,
// "A cache of 16 bits".
#ifndef ATOME_ENGINE_MATHS_NARROW_H_
#define ATOME_ENGINE_MATHS_NARROW_H_

#include <stdint.h>

#include "engine/maths/scaled.h"

namespace atome {

// out[i] = v[i] / 2^shift, rounded down; returns the shift, the least from `least` on at which all fit. v and
// out [count]; `least` is at most 31.
[[gnu::noinline]] inline int Narrow(const int32_t* v, uint32_t count, int least, int16_t* out) {
  Magnitude magnitude;
#pragma GCC unroll 4
  for (uint32_t i = 0; i < count; ++i) magnitude.Add(v[i]);
  const int needed = magnitude.Length() - 15;
  const int shift = needed > least ? needed : least;
#pragma GCC unroll 4
  for (uint32_t i = 0; i < count; ++i) out[i] = static_cast<int16_t>(v[i] >> shift);
  return shift;
}

// The least shift of a query, int32 [h], at which the magnitudes of its elements add up to less than 2^16,
// so that its products with keys of int16 fit int32. `z` is the shift that made it.
[[gnu::noinline]] inline int QueryShift(const int32_t* query, uint32_t h, int z) {
  uint32_t reach = h;  // their sum in units of 2^z, rounded up
#pragma GCC unroll 4
  for (uint32_t r = 0; r < h; ++r) reach += static_cast<uint32_t>(query[r] ^ (query[r] >> 31)) >> z;
  const uint32_t limit = ((1u << 16) - h) >> z;
  if (reach <= limit) return 0;
  const int shift = __builtin_clz(limit) - __builtin_clz(reach);
  return reach > limit << shift ? shift + 1 : shift;
}

// A weight in units of 2^-30 as one in units of 2^-15 of values that lost `up` bits less than others; an
// int16.
inline int32_t NarrowWeight(int32_t weight, int up) {
  const int32_t narrow = weight >> (15 + up);
  return narrow < INT16_MAX ? narrow : INT16_MAX;
}

}  // namespace atome

#endif  // ATOME_ENGINE_MATHS_NARROW_H_
