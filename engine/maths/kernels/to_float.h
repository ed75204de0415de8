// An int64 as binary32.
#ifndef ATOME_ENGINE_MATHS_KERNELS_TO_FLOAT_H_
#define ATOME_ENGINE_MATHS_KERNELS_TO_FLOAT_H_

#include <stdint.h>

#include "engine/maths/float_bits.h"

namespace atome {

// v rounded to nearest even. Our own because libgcc's goes through double where there is no FPU for it.
[[gnu::noinline]] inline float ToFloat(int64_t v) {
  const uint32_t sign = v < 0 ? kSignBit : 0;
  const uint64_t magnitude = v < 0 ? 0 - static_cast<uint64_t>(v) : static_cast<uint64_t>(v);
  const int drop = BitLength(magnitude) - 24;
  if (drop <= 0) return static_cast<float>(static_cast<int32_t>(v));
  uint32_t mantissa = static_cast<uint32_t>(magnitude >> drop);
  const uint64_t rest = magnitude << (64 - drop);  // the part shifted out, left-aligned
  if ((rest | (mantissa & 1)) > uint64_t{1} << 63) ++mantissa;
  return FromBits(sign | ((static_cast<uint32_t>(149 + drop) << 23) + mantissa));
}

}  // namespace atome

#endif  // ATOME_ENGINE_MATHS_KERNELS_TO_FLOAT_H_
