// Numbers in half precision.
#ifndef ATOME_ENGINE_F32_SMALL_KERNELS_HALF_H_
#define ATOME_ENGINE_F32_SMALL_KERNELS_HALF_H_

#include <stdint.h>

#include "engine/maths/float_bits.h"

namespace atome::kernel {

// The bits of a finite number, as the bits of its binary32: with the exponent of the first they stand for
// 2^-112 of the number, subnormal ones too.
inline uint32_t WidenHalf(uint16_t bits) {
  const uint32_t extended = static_cast<uint32_t>(static_cast<int16_t>(bits)) << 13;
  return ToBits(FromBits(extended & 0x8FFFFFFF) * 0x1p112f);
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_SMALL_KERNELS_HALF_H_
