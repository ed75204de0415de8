// The square root of binary32, by the FPU.
#ifndef ATOME_ENGINE_MATHS_KERNELS_SQUARE_ROOT_H_
#define ATOME_ENGINE_MATHS_KERNELS_SQUARE_ROOT_H_

#include <stdint.h>

namespace atome {

// Correctly rounded for x >= 0, infinity included; negative x and NaN give 0.
inline float Sqrt(float x) {
  if (!(x > 0.0f)) return 0.0f;
  float root;
  asm("vsqrt.f32 %0, %1" : "=t"(root) : "t"(x));
  return root;
}

}  // namespace atome

#endif  // ATOME_ENGINE_MATHS_KERNELS_SQUARE_ROOT_H_
