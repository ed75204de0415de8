// Products of an integer of 64 bits, by its upper 31.
#ifndef ATOME_ENGINE_F32_KERNELS_NORMAL_HIGH_H_
#define ATOME_ENGINE_F32_KERNELS_NORMAL_HIGH_H_

#include <stdint.h>

#include "engine/maths/kernels/wide.h"
#include "engine/maths/scaled.h"

namespace atome::kernel {

// The upper half of factor times v * 2^up rounded down, where `*up` takes v to 31 bits; of v = 0, 0 and
// kNever.
inline int32_t NormalHigh(uint64_t v, int32_t factor, int32_t* up) {
  const uint32_t high = static_cast<uint32_t>(v >> 32), low = static_cast<uint32_t>(v);
  if (high == 0 && low >> 31 == 0) {
    if (low == 0) {
      *up = kNever;
      return 0;
    }
    *up = __builtin_clz(low) - 1;
    return MulHigh(static_cast<int32_t>(low << *up), factor);
  }
  const int down = high == 0 ? 1 : 33 - __builtin_clz(high);
  *up = -down;
  return MulHigh(static_cast<int32_t>(v >> down), factor);
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_NORMAL_HIGH_H_
