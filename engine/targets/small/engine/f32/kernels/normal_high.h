// Products of an integer of 64 bits, as engine/f32/kernels/normal_high.h says, a bit at a time.
#ifndef ATOME_ENGINE_F32_KERNELS_NORMAL_HIGH_H_
#define ATOME_ENGINE_F32_KERNELS_NORMAL_HIGH_H_

#include <stdint.h>

#include "engine/maths/kernels/wide.h"
#include "engine/maths/scaled.h"

namespace atome::kernel {

[[gnu::noinline]] inline int32_t NormalHigh(uint64_t v, int32_t factor, int32_t* up) {
  *up = kNever;
  if (v == 0) return 0;
  int32_t shift = 0;
  for (; v >> 31 != 0; v >>= 1) --shift;
  uint32_t m = static_cast<uint32_t>(v);
  for (; m >> 30 == 0; m <<= 1) ++shift;
  *up = shift;
  return MulHigh(static_cast<int32_t>(m), factor);
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_NORMAL_HIGH_H_
