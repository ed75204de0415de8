// Products of two int32s, as engine/maths/kernels/wide.h says, for the Cortex-M4 and M7, whose SMMUL gives
// the upper half alone.
#ifndef ATOME_ENGINE_MATHS_KERNELS_WIDE_H_
#define ATOME_ENGINE_MATHS_KERNELS_WIDE_H_

#include <stdint.h>

namespace atome::kernel {

inline int32_t MulHigh(int32_t a, int32_t b) {
  int32_t high;
  asm("smmul %0, %1, %2" : "=r"(high) : "r"(a), "r"(b));
  return high;
}

inline int32_t MulHighRounded(int32_t a, int32_t b) {
  int32_t high;
  asm("smmulr %0, %1, %2" : "=r"(high) : "r"(a), "r"(b));
  return high;
}

inline int32_t MulHighAdd(int32_t sum, int32_t a, int32_t b) {
  asm("smmla %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b));
  return sum;
}

inline int64_t MulAdd(int64_t sum, int32_t a, int32_t b) {
  asm("smlal %Q0, %R0, %1, %2" : "+r"(sum) : "r"(a), "r"(b));
  return sum;
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_MATHS_KERNELS_WIDE_H_
