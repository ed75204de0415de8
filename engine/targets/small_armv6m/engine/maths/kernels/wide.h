// Products of two int32s, as engine/maths/kernels/wide.h says, for cores whose multiplication gives 32 bits,
// in few bytes.
#ifndef ATOME_ENGINE_MATHS_KERNELS_WIDE_H_
#define ATOME_ENGINE_MATHS_KERNELS_WIDE_H_

#include <stdint.h>

namespace atome::kernel {

// Of halves of 16 bits; no sum leaves int32.
[[gnu::noinline]] inline int32_t MulHigh(int32_t a, int32_t b) {
  const int32_t a_high = a >> 16, b_high = b >> 16;
  const uint32_t a_low = static_cast<uint16_t>(a), b_low = static_cast<uint16_t>(b);
  const int32_t carried = a_high * static_cast<int32_t>(b_low) + static_cast<int32_t>(a_low * b_low >> 16);
  const int32_t middle = static_cast<int32_t>(a_low) * b_high + static_cast<uint16_t>(carried);
  return a_high * b_high + (carried >> 16) + (middle >> 16);
}

inline uint32_t MulLow(int32_t a, int32_t b) { return static_cast<uint32_t>(a) * static_cast<uint32_t>(b); }

inline int32_t MulHighRounded(int32_t a, int32_t b) {
  return MulHigh(a, b) + static_cast<int32_t>(MulLow(a, b) >> 31);
}

inline int32_t MulHighAdd(int32_t sum, int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(sum) + static_cast<uint32_t>(MulHigh(a, b)));
}

inline int64_t MulAdd(int64_t sum, int32_t a, int32_t b) {
  const uint64_t high = static_cast<uint32_t>(MulHigh(a, b));
  return sum + static_cast<int64_t>(high << 32 | MulLow(a, b));
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_MATHS_KERNELS_WIDE_H_
