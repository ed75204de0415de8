// Products of two int32s, as engine/maths/kernels/wide.h says, for cores whose multiplication gives 32 bits.
// Halves of 16 bits: no sum below leaves int32.
#ifndef ATOME_ENGINE_MATHS_KERNELS_WIDE_H_
#define ATOME_ENGINE_MATHS_KERNELS_WIDE_H_

#include <stdint.h>

namespace atome::kernel {

// Of r0 and r1, to r0 the sum and in r2 the rest of the upper half of the product, in units of 2^16 and of
// 2^32. r0 to r3 the lower and upper halves of both, r4 their products.
#define ATOME_MULTIPLY_HALVES \
  ".syntax unified\n"         \
  "push {r4}\n"               \
  "asrs r2, r0, #16\n"        \
  "uxth r0, r0\n"             \
  "asrs r3, r1, #16\n"        \
  "uxth r1, r1\n"             \
  "movs r4, r1\n"             \
  "muls r4, r0\n"             \
  "muls r1, r2\n"             \
  "muls r0, r3\n"             \
  "muls r2, r3\n"             \
  "lsrs r4, r4, #16\n"        \
  "adds r1, r1, r4\n"         \
  "uxth r4, r1\n"             \
  "adds r0, r0, r4\n"         \
  "asrs r1, r1, #16\n"        \
  "adds r2, r2, r1\n"

[[gnu::naked, gnu::noipa]] inline int32_t MulHigh(int32_t /*a*/, int32_t /*b*/) {
  asm volatile(ATOME_MULTIPLY_HALVES
               "asrs r0, r0, #16\n"
               "adds r0, r0, r2\n"
               "pop {r4}\n"
               "bx lr\n");
}

[[gnu::naked, gnu::noipa]] inline int32_t MulHighRounded(int32_t /*a*/, int32_t /*b*/) {
  asm volatile(ATOME_MULTIPLY_HALVES
               "asrs r0, r0, #15\n"
               "adds r0, #1\n"
               "asrs r0, r0, #1\n"
               "adds r0, r0, r2\n"
               "pop {r4}\n"
               "bx lr\n");
}

#undef ATOME_MULTIPLY_HALVES

inline int32_t MulHighAdd(int32_t sum, int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(sum) + static_cast<uint32_t>(MulHigh(a, b)));
}

inline int64_t MulAdd(int64_t sum, int32_t a, int32_t b) {
  const uint32_t low = static_cast<uint32_t>(a) * static_cast<uint32_t>(b);
  return sum + static_cast<int64_t>(static_cast<uint64_t>(static_cast<uint32_t>(MulHigh(a, b))) << 32 | low);
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_MATHS_KERNELS_WIDE_H_
