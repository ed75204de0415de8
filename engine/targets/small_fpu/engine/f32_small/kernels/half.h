// Numbers in half precision, by the FPU.
#ifndef ATOME_ENGINE_F32_SMALL_KERNELS_HALF_H_
#define ATOME_ENGINE_F32_SMALL_KERNELS_HALF_H_

#include <stdint.h>

#include "engine/maths/float_bits.h"

namespace atome::kernel {

// The bits of a finite number, as the bits of its binary32.
inline uint32_t WidenHalf(uint16_t bits) {
  float wide;
  asm("vcvtb.f32.f16 %0, %1" : "=t"(wide) : "t"(FromBits(bits)));
  return ToBits(wide);
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_SMALL_KERNELS_HALF_H_
