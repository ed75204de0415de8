// Integers of 64 bits as 31 bits and a shift.
#ifndef ATOME_ENGINE_F32_KERNELS_NORMALISE_H_
#define ATOME_ENGINE_F32_KERNELS_NORMALISE_H_

#include <stdint.h>

namespace atome::kernel {

// m = v * 2^up rounded down.
struct Normal {
  int32_t m;  // from 2^30 on, or 0
  int32_t up;
};

inline Normal Normalise(uint64_t v) {
  const uint32_t high = static_cast<uint32_t>(v >> 32), low = static_cast<uint32_t>(v);
  if (high == 0 && low >> 31 == 0) {
    if (low == 0) return {0, 0};
    const int up = __builtin_clz(low) - 1;
    return {static_cast<int32_t>(low << up), up};
  }
  const int down = high == 0 ? 1 : 33 - __builtin_clz(high);
  return {static_cast<int32_t>(v >> down), -down};
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_NORMALISE_H_
