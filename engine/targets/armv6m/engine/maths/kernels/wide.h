// Products of two int32s, as engine/maths/kernels/wide.h says, for cores whose multiplication gives 32 bits.
// Halves of 16 bits: no sum below leaves int32.
#ifndef ATOME_ENGINE_MATHS_KERNELS_WIDE_H_
#define ATOME_ENGINE_MATHS_KERNELS_WIDE_H_

#include <stdint.h>

namespace atome::kernel {

// a * b / 2^32 rounded down, and in bit 15 of `*middle` the highest bit of what is left.
inline int32_t MulHighOf(int32_t a, int32_t b, int32_t* middle) {
  const int32_t a_high = a >> 16, b_high = b >> 16;
  const uint32_t a_low = static_cast<uint16_t>(a), b_low = static_cast<uint16_t>(b);
  const int32_t carried = a_high * static_cast<int32_t>(b_low) + static_cast<int32_t>(a_low * b_low >> 16);
  *middle = static_cast<int32_t>(a_low) * b_high + static_cast<uint16_t>(carried);
  return a_high * b_high + (carried >> 16) + (*middle >> 16);
}

[[gnu::noinline]] inline int32_t MulHigh(int32_t a, int32_t b) {
  int32_t middle;
  return MulHighOf(a, b, &middle);
}

[[gnu::noinline]] inline int32_t MulHighRounded(int32_t a, int32_t b) {
  int32_t middle;
  const int32_t high = MulHighOf(a, b, &middle);
  return high + (middle >> 15 & 1);
}

inline int32_t MulHighAdd(int32_t sum, int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(sum) + static_cast<uint32_t>(MulHigh(a, b)));
}

inline int32_t MulHighRoundedAdd(int32_t sum, int32_t a, int32_t b) {
  return static_cast<int32_t>(static_cast<uint32_t>(sum) + static_cast<uint32_t>(MulHighRounded(a, b)));
}

inline int64_t MulAdd(int64_t sum, int32_t a, int32_t b) {
  const uint32_t low = static_cast<uint32_t>(a) * static_cast<uint32_t>(b);
  return sum + static_cast<int64_t>(static_cast<uint64_t>(static_cast<uint32_t>(MulHigh(a, b))) << 32 | low);
}

// A sum of at most 2^16 products whose upper halves add up within int32. It is kept as three, of upper halves
// and of the two lower quarters, which no carry joins before the end.
class QuarterSum {
 public:
  void Add(int32_t a, int32_t b) {
    const int32_t a_high = a >> 16, b_high = b >> 16;
    const uint32_t a_low = static_cast<uint16_t>(a), b_low = static_cast<uint16_t>(b);
    const uint32_t low = a_low * b_low;
    const int32_t carried = a_high * static_cast<int32_t>(b_low) + static_cast<int32_t>(low >> 16);
    const int32_t middle = static_cast<int32_t>(a_low) * b_high + static_cast<uint16_t>(carried);
    low_ += static_cast<uint16_t>(low);
    middle_ += static_cast<uint16_t>(middle);
    high_ += a_high * b_high + (carried >> 16) + (middle >> 16);
  }
  int64_t Total() const {
    return (static_cast<int64_t>(high_) << 32) + (static_cast<int64_t>(middle_) << 16) + low_;
  }

 private:
  uint32_t low_ = 0, middle_ = 0;
  int32_t high_ = 0;
};

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_MATHS_KERNELS_WIDE_H_
