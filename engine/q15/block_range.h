// What numerics.md says of the numbers of a q15 block: checks that ATOME_RANGE_CHECKS adds.
#ifndef ATOME_ENGINE_Q15_BLOCK_RANGE_H_
#define ATOME_ENGINE_Q15_BLOCK_RANGE_H_

#include <stdint.h>

#include "engine/maths/range.h"

namespace atome::q15 {

// The shares of the three pathways add up to 1, which is 2^15, at most; |x_i| is at most 2^30; the norm of q
// is 14660 at most.
inline bool BlockInRange(const uint32_t* routes, const int32_t* residual, const int16_t* quantized,
                         uint32_t d) {
  constexpr uint64_t kMostNorm = 14660;
  return uint64_t{routes[0]} + routes[1] + routes[2] <= 1u << 15 && AllWithin(residual, d, 1u << 30) &&
         SumOfSquares(quantized, d) <= kMostNorm * kMostNorm;
}

}  // namespace atome::q15

#endif  // ATOME_ENGINE_Q15_BLOCK_RANGE_H_
