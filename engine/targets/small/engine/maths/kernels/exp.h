// exp in binary32, as engine/maths/kernels/exp.h.
#ifndef ATOME_ENGINE_MATHS_KERNELS_EXP_H_
#define ATOME_ENGINE_MATHS_KERNELS_EXP_H_

#include <stdint.h>

#include "engine/maths/float_bits.h"

namespace atome {

// e^x for x <= 40; 0 for x <= -87 and NaN.
[[gnu::noinline]] inline float Exp(float x) {
  static constexpr float kCoefficients[] = {0x1.123b6ap-7f, 0x1.5558fap-5f, 0x1.55549p-3f, 0x1.fffffcp-2f};
  if (MagnitudeBits(x) >= 0x42AE0000) return 0.0f;  // 87
  const float t = x * 0x1.715476p+0f;
  // Half with the sign of t; of -0, too, it is 0 that comes out.
  const int n = static_cast<int>(t + FromBits((ToBits(t) & kSignBit) | 0x3F000000));
  const float nf = static_cast<float>(n);
  const float r = (x - nf * 0x1.63p-1f) - nf * -0x1.bd0106p-13f;
  float y = 0x1.6a21acp-10f;
  for (float coefficient : kCoefficients) y = y * r + coefficient;
  y = y * (r * r) + r;
  return Scale2(y + 1.0f, n);
}

}  // namespace atome

#endif  // ATOME_ENGINE_MATHS_KERNELS_EXP_H_
