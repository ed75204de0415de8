// How many bits the elements of a scaled vector use.
#ifndef ATOME_ENGINE_F32_SMALL_LENGTH_H_
#define ATOME_ENGINE_F32_SMALL_LENGTH_H_

#include <stdint.h>

#include "engine/maths/scaled.h"

namespace atome {

// Bits of the longest of `count` elements, at least one, as Magnitude counts them.
[[gnu::noinline]] inline int LengthOf(const int32_t* x, uint32_t count) {
  Magnitude magnitude;
  do magnitude.Add(*x++);
  while (--count != 0);
  return magnitude.Length();
}

}  // namespace atome

#endif  // ATOME_ENGINE_F32_SMALL_LENGTH_H_
