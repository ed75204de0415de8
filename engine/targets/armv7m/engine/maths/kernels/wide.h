// Products of two int32s, as engine/maths/kernels/wide.h says, for the Cortex-M3.
#ifndef ATOME_ENGINE_MATHS_KERNELS_WIDE_H_
#define ATOME_ENGINE_MATHS_KERNELS_WIDE_H_

#include <stdint.h>

namespace atome::kernel {

// The compiler finds SMULL only where it sees the extension of both signs; a loop's constant hides it.
inline int32_t MulHigh(int32_t a, int32_t b) {
  uint32_t low;
  int32_t high;
  asm("smull %0, %1, %2, %3" : "=&r"(low), "=&r"(high) : "r"(a), "r"(b));
  return high;
}

inline int32_t MulHighRounded(int32_t a, int32_t b) {
  uint32_t low;
  int32_t high;
  asm("smull %0, %1, %2, %3" : "=&r"(low), "=&r"(high) : "r"(a), "r"(b));
  return high + static_cast<int32_t>(low >> 31);
}

inline int32_t MulHighAdd(int32_t sum, int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(sum) + static_cast<uint32_t>(MulHigh(a, b)));
}

inline int64_t MulAdd(int64_t sum, int32_t a, int32_t b) {
  asm("smlal %Q0, %R0, %1, %2" : "+r"(sum) : "r"(a), "r"(b));
  return sum;
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_MATHS_KERNELS_WIDE_H_
