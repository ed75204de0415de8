// exp, tanh and log in binary32; the square root is a kernel, without libm. Definitions: engine/numerics.md,
// "Primitives".
#ifndef ATOME_ENGINE_INTERNAL_ELEMENTARY_H_
#define ATOME_ENGINE_INTERNAL_ELEMENTARY_H_

#include <stdint.h>

#include "engine/internal/float_bits.h"
#include "engine/internal/kernels/square_root.h"

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

// Absolute error under 2e-7; the small relative error near 0 does not matter for a decay.
inline float Tanh(float x) {
  const float m = Abs(x) < 10.0f ? Abs(x) : 10.0f;
  const float y = 1.0f - 2.0f / (Exp(2.0f * m) + 1.0f);
  return x < 0.0f ? -y : y;
}

// Natural logarithm for z in [1, 4), absolute error under 2e-7 up to 3 (where the sum of a three-way softmax
// ends) and under 1.4e-6 beyond: the series of 2 atanh((z - 1) / (z + 1)).
inline float Log(float z) {
  const bool halve = z >= 1.5f;
  const float m = halve ? z * 0.5f : z;
  const float u = (m - 1.0f) / (m + 1.0f);
  const float w = u * u;
  float y = 2.0f / 9.0f;
  y = y * w + 2.0f / 7.0f;
  y = y * w + 2.0f / 5.0f;
  y = y * w + 2.0f / 3.0f;
  y = y * w + 2.0f;
  return u * y + (halve ? 0x1.62e43p-1f : 0.0f);
}

}  // namespace atome

#endif  // ATOME_ENGINE_INTERNAL_ELEMENTARY_H_
