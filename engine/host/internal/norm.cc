// LayerNorm of each position; engine/f32/numerics.md, "LayerNorm".
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/host/internal/norm.cc"
#include <hwy/foreach_target.h>  // before the others

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "engine/f32/layer_norm.h"
#include "engine/host/internal/kernels.h"
#include "engine/host/internal/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace atome::host {
namespace HWY_NAMESPACE {

struct Moments {
  int64_t sum;
  int length;  // of the elements
};

HWY_INLINE Moments MomentsOf(const int32_t* HWY_RESTRICT x, size_t count) {
  const D32 d;
  // An element in two parts, so that sums of 2048 stay in 32 bits.
  const V32 low_mask = hn::Set(d, 0xFFFF);
  V32 low = hn::Zero(d), high = hn::Zero(d), bits = hn::Zero(d);
  for (size_t i = 0; i < count; i += hn::Lanes(d)) {
    const V32 v = hn::Load(d, x + i);
    low = hn::Add(low, hn::And(v, low_mask));
    high = hn::Add(high, hn::ShiftRight<16>(v));
    bits = OrMagnitude(bits, v);
  }
  return {
      int64_t{hn::GetLane(hn::SumOfLanes(d, low))} + int64_t{hn::GetLane(hn::SumOfLanes(d, high))} * 65536,
      Length(bits)};
}

// c [count] = x about the mean, rounded; returns the sum of the squares of those before `width`.
HWY_INLINE uint64_t CentredSquares(const int32_t* HWY_RESTRICT x, size_t count, size_t width, int32_t mean,
                                   int drop, int32_t* HWY_RESTRICT c) {
  const D32 d;
  const V32 centre = hn::Set(d, mean - (1 << drop >> 1));
  V64 squares = hn::Zero(D64());
  for (size_t i = 0; i < count; i += hn::Lanes(d)) {
    const V32 shifted = hn::ShiftRightSame(hn::Sub(hn::Load(d, x + i), centre), drop);
    const V32 v = hn::IfThenElseZero(hn::FirstN(d, i < width ? width - i : 0), shifted);
    hn::Store(v, d, c + i);
    squares = hn::Add(squares, hn::Add(MulEvens(v, v), MulOdds(v, v)));
  }
  return static_cast<uint64_t>(hn::GetLane(hn::SumOfLanes(D64(), squares)));
}

HWY_INLINE void NormOne(const NormLayer& layer, const int32_t* HWY_RESTRICT x, int32_t exponent,
                        int32_t* HWY_RESTRICT q, int32_t* q_length) {
  const D32 d;
  const Moments moments = MomentsOf(x, layer.stride);
  const int drop = std::max(moments.length - 25, 0);
  const int32_t mean = MeanOf(moments.sum, layer.d);
  const uint64_t squares = CentredSquares(x, layer.stride, layer.d, mean, drop, q);
  const NormScale scale(squares, exponent - drop, layer.d, layer.constants);
  const V32 factor = hn::Set(d, scale.factor);
  V32 bits = hn::Zero(d);
  for (size_t i = 0; i < layer.stride; i += hn::Lanes(d)) {
    const V32 c = hn::ShiftLeftSame(hn::Load(d, q + i), scale.up);
    const V32 product = MulHighRounded(c, MulHigh(hn::Load(d, layer.gamma + i), factor));
    const V32 v = hn::Add(hn::ShiftLeftSame(product, scale.left), hn::Load(d, layer.beta + i));
    hn::Store(v, d, q + i);
    bits = OrMagnitude(bits, v);
  }
  *q_length = Length(bits);
}

void Norm(const NormLayer& layer, size_t count, const int32_t* x, const int32_t* exponents, int32_t* q,
          int32_t* q_lengths) {
  for (size_t t = 0; t < count; ++t)
    NormOne(layer, x + t * layer.stride, exponents[t], q + t * layer.stride, q_lengths + t);
}

}  // namespace HWY_NAMESPACE
}  // namespace atome::host
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace atome::host {

HWY_EXPORT(Norm);
void Norm(const NormLayer& layer, size_t count, const int32_t* x, const int32_t* exponents, int32_t* q,
          int32_t* q_lengths) {
  HWY_DYNAMIC_DISPATCH(Norm)(layer, count, x, exponents, q, q_lengths);
}

}  // namespace atome::host
#endif  // HWY_ONCE
