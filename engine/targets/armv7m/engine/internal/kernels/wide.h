// Products of two int32s, as engine/internal/kernels/wide.h says, for the Cortex-M3.
#ifndef ATOME_ENGINE_INTERNAL_KERNELS_WIDE_H_
#define ATOME_ENGINE_INTERNAL_KERNELS_WIDE_H_

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

inline int64_t MulAdd(int64_t sum, int32_t a, int32_t b) {
  asm("smlal %Q0, %R0, %1, %2" : "+r"(sum) : "r"(a), "r"(b));
  return sum;
}

// Eight loads in a row, which overlap, then four products.
inline int64_t Dot(const int32_t* a, const int32_t* b, uint32_t count) {
  int64_t sum = 0;
  for (; count >= 4; count -= 4, a += 4, b += 4) {
    int32_t a0, a1, a2, a3, b0, b1, b2, b3;
    asm("ldr %0, [%8]\n"
        "ldr %1, [%8, #4]\n"
        "ldr %2, [%8, #8]\n"
        "ldr %3, [%8, #12]\n"
        "ldr %4, [%9]\n"
        "ldr %5, [%9, #4]\n"
        "ldr %6, [%9, #8]\n"
        "ldr %7, [%9, #12]"
        : "=&r"(a0), "=&r"(a1), "=&r"(a2), "=&r"(a3), "=&r"(b0), "=&r"(b1), "=&r"(b2), "=&r"(b3)
        : "r"(a), "r"(b), "m"(*reinterpret_cast<const int32_t(*)[4]>(a)),
          "m"(*reinterpret_cast<const int32_t(*)[4]>(b)));
    sum = MulAdd(MulAdd(MulAdd(MulAdd(sum, a0, b0), a1, b1), a2, b2), a3, b3);
  }
  for (; count != 0; --count) sum = MulAdd(sum, *a++, *b++);
  return sum;
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_INTERNAL_KERNELS_WIDE_H_
