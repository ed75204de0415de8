// tanh and log in binary32, without libm; exp and the square root are kernels. Definitions:
// engine/f32/numerics.md, "Primitives".
#ifndef ATOME_ENGINE_MATHS_ELEMENTARY_H_
#define ATOME_ENGINE_MATHS_ELEMENTARY_H_

#include <stdint.h>

#include "engine/maths/float_bits.h"
#include "engine/maths/kernels/exp.h"
#include "engine/maths/kernels/square_root.h"

namespace atome {

// Absolute error under 2e-7; the small relative error near 0 does not matter for a decay.
inline float Tanh(float x) {
  const float m = MagnitudeBits(x) < ToBits(10.0f) ? Abs(x) : 10.0f;
  const float y = 1.0f - 2.0f / (Exp(2.0f * m) + 1.0f);
  return ToBits(x) > kSignBit ? -y : y;
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

#endif  // ATOME_ENGINE_MATHS_ELEMENTARY_H_
