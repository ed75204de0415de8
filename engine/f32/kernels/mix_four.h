// The weighted sum of four values.
#ifndef ATOME_ENGINE_F32_KERNELS_MIX_FOUR_H_
#define ATOME_ENGINE_F32_KERNELS_MIX_FOUR_H_

#include <stdint.h>

#include "engine/maths/kernels/wide.h"

namespace atome::kernel {

// out[i] = sum of weights[j] values[j][i] over four j, divided by 2^30 and rounded down. values [4] of [d],
// weights [4], 0 or more, in sum less than 2^30 + 2^14; out [d]; d is at least 1. Returns the or of the
// magnitudes of out, as Magnitude has them.
[[gnu::noinline]] inline uint32_t MixFour(const int32_t* const* values, const int32_t* weights, uint32_t d,
                                          int32_t* out) {
  uint32_t magnitude = 0;
  for (uint32_t i = 0; i < d; ++i) {
    int64_t sum = 0;
    for (uint32_t j = 0; j < 4; ++j) sum = MulAdd(sum, weights[j], values[j][i]);
    const int32_t mixed = static_cast<int32_t>(sum >> 30);
    out[i] = mixed;
    magnitude |= static_cast<uint32_t>(mixed ^ (mixed >> 31));
  }
  return magnitude;
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_MIX_FOUR_H_
