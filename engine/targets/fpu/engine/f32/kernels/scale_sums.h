// Sums as numbers, as engine/f32/kernels/scale_sums.h says, with an FPU.
#ifndef ATOME_ENGINE_F32_KERNELS_SCALE_SUMS_H_
#define ATOME_ENGINE_F32_KERNELS_SCALE_SUMS_H_

#include <stdint.h>

#include "engine/maths/sum.h"

namespace atome::kernel {

// Four are read before one is written, so that the latency of each is behind the others.
inline void ScaleSums(const Sum* sums, uint32_t count, float scale, float* out) {
  constexpr uint32_t kTogether = 4;
  for (; count >= kTogether; count -= kTogether, sums += kTogether, out += kTogether) {
    float together[kTogether];
#pragma GCC unroll 4
    for (uint32_t i = 0; i < kTogether; ++i) together[i] = static_cast<float>(sums[i]);
#pragma GCC unroll 4
    for (uint32_t i = 0; i < kTogether; ++i) out[i] = together[i] * scale;
  }
  for (uint32_t i = 0; i < count; ++i) out[i] = static_cast<float>(sums[i]) * scale;
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_SCALE_SUMS_H_
