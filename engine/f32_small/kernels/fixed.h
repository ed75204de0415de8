// A number in binary32 as an integer times a power of two.
#ifndef ATOME_ENGINE_F32_SMALL_KERNELS_FIXED_H_
#define ATOME_ENGINE_F32_SMALL_KERNELS_FIXED_H_

#include <stdint.h>

#include "engine/maths/float_bits.h"

namespace atome::kernel {

// x * 2^p as FixedBits rounds it, of the bits of x, which is not NaN; p at most 156.
[[gnu::noinline]] inline int32_t ToFixed(uint32_t bits, int p) { return FixedBits(bits, p); }

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_SMALL_KERNELS_FIXED_H_
