// An int64 as binary32, as engine/maths/kernels/to_float.h, by the conversion of an int32.
#ifndef ATOME_ENGINE_MATHS_KERNELS_TO_FLOAT_H_
#define ATOME_ENGINE_MATHS_KERNELS_TO_FLOAT_H_

#include <stdint.h>

#include "engine/maths/float_bits.h"

namespace atome {

// v rounded to nearest even.
[[gnu::noinline]] inline float ToFloat(int64_t v) {
  int dropped = 0;
  // The last bit says whether anything under it was lost: 31 bits are more than rounding to 24 needs.
  for (; v != static_cast<int32_t>(v); ++dropped) v = v >> 1 | (v & 1);
  return Scale2(static_cast<float>(static_cast<int32_t>(v)), dropped);
}

}  // namespace atome

#endif  // ATOME_ENGINE_MATHS_KERNELS_TO_FLOAT_H_
