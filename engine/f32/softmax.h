// Softmax without floating point, of attention and of the router; engine/f32/numerics.md, "Scalars".
#ifndef ATOME_ENGINE_F32_SOFTMAX_H_
#define ATOME_ENGINE_F32_SOFTMAX_H_

#include <stdint.h>

#include "engine/f32/kernels/normal_high.h"
#include "engine/f32/kernels/reciprocal.h"
#include "engine/maths/kernels/wide.h"
#include "engine/maths/scaled.h"

namespace atome {

// share * 2^-(30 + drop), of a sum that is 1; share is at most 2^30.
struct Share {
  int32_t share;
  int32_t drop;
};

// A distance that is 46 or more, and so far that its power counts as 0.
inline constexpr uint32_t kFar = 0xFFFFFFFF;

// distance * scale in 2^-25, under kFar, or kFar. The scale is not negative.
inline uint32_t DistanceOf(uint64_t distance, const Factor& scale) {
  int32_t up;
  const uint32_t product = static_cast<uint32_t>(kernel::NormalHigh(distance, scale.multiplier, &up));
  const int32_t drop = scale.exponent + up - (32 + 25);  // huge where the product is 0
  return drop >= 0 ? product >> ClampShift(drop) : drop < -2 ? kFar : product << -drop;
}

// 2^-(the fraction of t) in 2^-30, of t in 2^-25.
inline int32_t PowerOf(uint32_t t) {
  // A polynomial in half the fraction x, relative error under 1.3e-8; by interpolation of (2^-2x - 1) / x at
  // Chebyshev's nodes.
  static constexpr int32_t kCoefficients[] = {-44380305,  164875809,   -476734752,
                                              1031763206, -1488522224, 1 << 30};
  const int32_t x = static_cast<int32_t>(t << 6 & 0x7FFFFFFF);
  int32_t y = 7897239;
  for (int32_t coefficient : kCoefficients) y = kernel::MulHighAdd(coefficient, y, x);
  return y;
}

// A sum of powers in 2^-30, from 2^30, as total * 2^drop, 2^30 <= total < 2^31.
struct PowerSum {
  uint32_t total;
  int32_t drop;

  explicit PowerSum(uint64_t sum) : drop(0) {
    for (; sum >> 31 != 0; sum >>= 1) ++drop;
    total = static_cast<uint32_t>(sum);
  }
};

// Softmax of `count` scores, at least one, of which `most` is the greatest: the i-th is then weight *
// 2^-(30 + score), the weight at most 2^30. `scale`, which is not negative, turns a difference of scores into
// the exponent of a power of two. Scores differ by at most 2^63.
template <class Candidate>
[[gnu::noinline]] void Soften(Candidate* candidates, uint32_t count, int64_t most, const Factor& scale) {
  uint64_t sum = 0;
  for (uint32_t i = 0; i < count; ++i) {
    Candidate& candidate = candidates[i];
    const uint32_t t =
        DistanceOf(static_cast<uint64_t>(most) - static_cast<uint64_t>(candidate.score), scale);
    candidate.score = static_cast<int32_t>(t >> 25);
    candidate.weight = t == kFar ? 0 : PowerOf(t);
    sum += static_cast<uint32_t>(candidate.weight >> ClampShift(static_cast<int32_t>(t >> 25)));
  }
  const PowerSum powers(sum);
  const int32_t inverse = kernel::Reciprocal(powers.total);
  for (uint32_t i = 0; i < count; ++i) {
    candidates[i].weight = 2 * kernel::MulHighRounded(candidates[i].weight, inverse);
    candidates[i].score += powers.drop;
  }
}

// The same of scores in descending order, with weights in units of 2^-30.
template <class Candidate>
void WeighInUnits(Candidate* candidates, uint32_t count, const Factor& scale) {
  Soften(candidates, count, candidates[0].score, scale);
  for (uint32_t i = 0; i < count; ++i)
    candidates[i].weight >>= ClampShift(static_cast<int32_t>(candidates[i].score));
}

// factor * share, the multiplier at 31 bits again.
inline Factor Times(Factor factor, Share share) {
  const int32_t product = kernel::MulHigh(factor.multiplier, share.share);
  if (product == 0) return {0, kNever};
  Magnitude magnitude;
  magnitude.Add(product);
  const int up = 31 - magnitude.Length();
  return {ShiftLeft(product, up), factor.exponent + share.drop - 2 + up};
}

}  // namespace atome

#endif  // ATOME_ENGINE_F32_SOFTMAX_H_
