// The reciprocal of an integer.
#ifndef ATOME_ENGINE_F32_KERNELS_RECIPROCAL_H_
#define ATOME_ENGINE_F32_KERNELS_RECIPROCAL_H_

#include <stdint.h>

namespace atome::kernel {

// As Reciprocal, a bit at a time; the first is always set.
constexpr int32_t ReciprocalByBits(uint32_t z) {
  uint32_t quotient = 1, rest = 0x7FFFFFFFu - z;
  for (int bit = 0; bit < 30; ++bit) {
    quotient <<= 1;
    rest = 2 * rest + 1;
    if (rest >= z) {
      rest -= z;
      ++quotient;
    }
  }
  return static_cast<int32_t>(quotient);
}

// (2^61 - 1) / z rounded down, 2^30 <= z < 2^31: under 2^31.
constexpr int32_t Reciprocal(uint32_t z) {
  if constexpr (sizeof(void*) == 8) return static_cast<int32_t>(0x1FFFFFFFFFFFFFFFu / z);
  return ReciprocalByBits(z);  // where 64 bits cannot be divided at once
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_RECIPROCAL_H_
