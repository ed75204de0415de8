// The weighted sum of four values, as engine/f32/kernels/mix_four.h says, for the Cortex-M0.
#ifndef ATOME_ENGINE_F32_KERNELS_MIX_FOUR_H_
#define ATOME_ENGINE_F32_KERNELS_MIX_FOUR_H_

#include <stdint.h>

#include "engine/maths/kernels/wide.h"

namespace atome::kernel {

[[gnu::noinline]] inline uint32_t MixFour(const int32_t* const* values, const int32_t* weights, uint32_t d,
                                          int32_t* out) {
  uint32_t magnitude = 0;
  for (uint32_t i = 0; i < d; ++i) {
    QuarterSum sum;
    for (uint32_t j = 0; j < 4; ++j) sum.Add(weights[j], values[j][i]);
    const int32_t mixed = static_cast<int32_t>(sum.Total() >> 30);
    out[i] = mixed;
    magnitude |= static_cast<uint32_t>(mixed ^ (mixed >> 31));
  }
  return magnitude;
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_MIX_FOUR_H_
