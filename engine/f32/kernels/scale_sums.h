// Sums as numbers.
#ifndef ATOME_ENGINE_F32_KERNELS_SCALE_SUMS_H_
#define ATOME_ENGINE_F32_KERNELS_SCALE_SUMS_H_

#include <stdint.h>

#include "engine/maths/sum.h"

namespace atome::kernel {

// out[i] = sums[i] * scale, both [count], which may be the same memory.
inline void ScaleSums(const Sum* sums, uint32_t count, float scale, float* out) {
#pragma GCC unroll 4
  for (uint32_t i = 0; i < count; ++i) out[i] = static_cast<float>(sums[i]) * scale;
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_SCALE_SUMS_H_
