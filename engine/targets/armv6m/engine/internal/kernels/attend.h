// The inner loops of attention, as engine/internal/kernels/attend.h says, for cores whose multiplication
// gives 32 bits. A sum of products is kept as three: of upper halves, and of the two lower quarters, which no
// carry joins before the end.
#ifndef ATOME_ENGINE_INTERNAL_KERNELS_ATTEND_H_
#define ATOME_ENGINE_INTERNAL_KERNELS_ATTEND_H_

#include <stdint.h>

#include "engine/internal/kernels/wide.h"

namespace atome::kernel {

// A sum of at most 2^16 products whose upper halves add up within int32.
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

[[gnu::noinline]] inline void Scores(const int32_t* query, const int32_t* keys, uint32_t h, uint32_t count,
                                     int64_t* scores) {
  for (; count != 0; --count) {
    QuarterSum sum;
    for (uint32_t r = 0; r < h; ++r) sum.Add(query[r], *keys++);
    *scores++ = sum.Total();
  }
}

[[gnu::noinline]] inline uint32_t MixFour(const int32_t* const* values, const int32_t* weights, uint32_t d,
                                          int32_t* out) {
  uint32_t magnitude = 0;
  for (uint32_t i = 0; i < d; ++i) {
    QuarterSum sum;
    for (uint32_t j = 0; j < 4; ++j) sum.Add(weights[j], values[j][i]);
    const int32_t mixed = static_cast<int32_t>(sum.Total() >> 30);
    out[i] = mixed;
    magnitude |= static_cast<uint32_t>(mixed ^ (mixed >> 31));
  }
  return magnitude;
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_INTERNAL_KERNELS_ATTEND_H_
