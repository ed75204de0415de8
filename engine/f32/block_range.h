// What numerics.md says of the numbers of an f32 block: checks that ATOME_RANGE_CHECKS adds.
#ifndef ATOME_ENGINE_F32_BLOCK_RANGE_H_
#define ATOME_ENGINE_F32_BLOCK_RANGE_H_

#include <stdint.h>

#include "engine/maths/range.h"

namespace atome {

// No share of the three pathways is above 1, which is 2^30; |x_i| is at most 2^30; the magnitudes of q add up
// to less than 2^31.
template <class Share>
bool BlockInRange(const Share* routes, const int32_t* residual, const int32_t* quantized, uint32_t d) {
  for (uint32_t r = 0; r < 3; ++r) {
    if (MagnitudeOf(routes[r].share) > 1u << 30) return false;
  }
  return AllWithin(residual, d, 1u << 30) && SumOfMagnitudes(quantized, d) < 1u << 31;
}

}  // namespace atome

#endif  // ATOME_ENGINE_F32_BLOCK_RANGE_H_
