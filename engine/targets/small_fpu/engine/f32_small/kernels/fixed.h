// A number in binary32 as an integer times a power of two, by the FPU.
#ifndef ATOME_ENGINE_F32_SMALL_KERNELS_FIXED_H_
#define ATOME_ENGINE_F32_SMALL_KERNELS_FIXED_H_

#include <stdint.h>

#include "engine/maths/float_bits.h"

namespace atome::kernel {

// x * 2^p as FixedBits rounds it, of the bits of x, which is not NaN; p from -252 to 156.
[[gnu::noinline]] inline int32_t ToFixed(uint32_t bits, int p) {
  // Two factors, as 2^p may be out of range. The first product is exact, or its like decides nothing: under
  // the normal range it is nearer to 0 than one half, over it it saturates.
  const int half = p >> 1;
  const auto power = [](int n) { return FromBits(static_cast<uint32_t>(n + 127) << 23); };
  int32_t rounded;
  asm("vcvtr.s32.f32 %0, %1" : "=t"(rounded) : "t"(FromBits(bits) * power(half) * power(p - half)));
  return rounded == INT32_MIN ? -INT32_MAX : rounded;
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_SMALL_KERNELS_FIXED_H_
