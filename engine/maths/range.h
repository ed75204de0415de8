// Whether vectors are as large as the numerical contracts say: checks that ATOME_RANGE_CHECKS adds.
#ifndef ATOME_ENGINE_MATHS_RANGE_H_
#define ATOME_ENGINE_MATHS_RANGE_H_

#include <stdint.h>

namespace atome {

constexpr uint32_t MagnitudeOf(int32_t x) {
  return x < 0 ? 0u - static_cast<uint32_t>(x) : static_cast<uint32_t>(x);
}

// Whether no element is larger than `most`.
template <class Element>
constexpr bool AllWithin(const Element* v, uint32_t count, uint64_t most) {
  for (uint32_t i = 0; i < count; ++i) {
    if (MagnitudeOf(v[i]) > most) return false;
  }
  return true;
}

// No ternary row's product with the vector is larger.
template <class Element>
constexpr uint64_t SumOfMagnitudes(const Element* v, uint32_t count) {
  uint64_t sum = 0;
  for (uint32_t i = 0; i < count; ++i) sum += MagnitudeOf(v[i]);
  return sum;
}

template <class Element>
constexpr uint64_t SumOfSquares(const Element* v, uint32_t count) {
  uint64_t sum = 0;
  for (uint32_t i = 0; i < count; ++i) sum += uint64_t{MagnitudeOf(v[i])} * MagnitudeOf(v[i]);
  return sum;
}

// Whether a ring of so many positions can be filled so far, and be at that slot.
constexpr bool RingInRange(uint32_t filled, uint32_t slot, uint32_t positions) {
  return filled <= positions && slot < positions;
}

}  // namespace atome

#endif  // ATOME_ENGINE_MATHS_RANGE_H_
