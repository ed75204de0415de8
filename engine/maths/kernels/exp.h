// exp in binary32. Definition: engine/f32/numerics.md, "Primitives".
#ifndef ATOME_ENGINE_MATHS_KERNELS_EXP_H_
#define ATOME_ENGINE_MATHS_KERNELS_EXP_H_

#include <stdint.h>

#include "engine/maths/float_bits.h"

namespace atome {

// e^x for x <= 40, error under 1 ULP; 0 for x <= -87 and NaN. Cody and Waite's reduction by ln 2 in two
// parts; the polynomial is a minimax fit of (e^r - 1 - r) / r^2 on |r| <= 0.3475, relative error of e^r under
// 4e-9.
inline float Exp(float x) {
  if (!(x > -87.0f)) return 0.0f;
  const float t = x * 0x1.715476p+0f;
  const int n = static_cast<int>(t + (t < 0.0f ? -0.5f : 0.5f));
  const float nf = static_cast<float>(n);
  const float r = (x - nf * 0x1.63p-1f) - nf * -0x1.bd0106p-13f;
  float y = 0x1.6a21acp-10f;
  y = y * r + 0x1.123b6ap-7f;
  y = y * r + 0x1.5558fap-5f;
  y = y * r + 0x1.55549p-3f;
  y = y * r + 0x1.fffffcp-2f;
  y = y * (r * r) + r;
  return Scale2(y + 1.0f, n);
}

}  // namespace atome

#endif  // ATOME_ENGINE_MATHS_KERNELS_EXP_H_
