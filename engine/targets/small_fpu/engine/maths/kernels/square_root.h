// The square root of binary32, by the FPU.
#ifndef ATOME_ENGINE_MATHS_KERNELS_SQUARE_ROOT_H_
#define ATOME_ENGINE_MATHS_KERNELS_SQUARE_ROOT_H_

namespace atome {

// Correctly rounded for x >= 0, infinity included.
inline float Sqrt(float x) {
  float root;
  asm("vsqrt.f32 %0, %1" : "=t"(root) : "t"(x));
  return root;
}

}  // namespace atome

#endif  // ATOME_ENGINE_MATHS_KERNELS_SQUARE_ROOT_H_
