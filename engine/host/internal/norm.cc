// LayerNorm of each position; engine/f32/numerics.md, "LayerNorm".
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/host/internal/norm.cc"
#include <hwy/foreach_target.h>  // before the others

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "engine/host/internal/kernels.h"
#include "engine/host/internal/vector-inl.h"
#include "engine/maths/float_bits.h"
#include "engine/maths/scaled.h"

HWY_BEFORE_NAMESPACE();
namespace atome::host {
namespace HWY_NAMESPACE {

struct Sums {
  int64_t of_elements;
  int64_t of_squares;
};

// Shifts x [count] to 30 bits, its exponent with it; the sums are of x >> 4, which is at most 2^26, so that
// 2048 squares fit.
HWY_INLINE Sums ShiftAndSum(int32_t* HWY_RESTRICT x, size_t count, int32_t* exponent) {
  const D32 d;
  const D64 d64;
  const size_t lanes = hn::Lanes(d);
  V32 bits = hn::Zero(d);
  for (size_t i = 0; i < count; i += lanes) bits = OrMagnitude(bits, hn::Load(d, x + i));
  const int room = 30 - Length(bits);
  const int up = room > 0 ? room : 0, down = room < 0 ? 1 : 0;
  *exponent += room;

  // An element in two parts, so that sums of 2048 stay in 32 bits.
  const V32 low_mask = hn::Set(d, 0xFF);
  V32 low = hn::Zero(d), high = hn::Zero(d);
  V64 squares = hn::Zero(d64);
  for (size_t i = 0; i < count; i += lanes) {
    const V32 v = hn::ShiftRightSame(hn::ShiftLeftSame(hn::Load(d, x + i), up), down);
    hn::Store(v, d, x + i);
    const V32 c = hn::ShiftRight<4>(v);
    low = hn::Add(low, hn::And(c, low_mask));
    high = hn::Add(high, hn::ShiftRight<8>(c));
    squares = hn::Add(squares, hn::Add(MulEvens(c, c), MulOdds(c, c)));
  }
  return {int64_t{hn::GetLane(hn::SumOfLanes(d, low))} + int64_t{hn::GetLane(hn::SumOfLanes(d, high))} * 256,
          hn::GetLane(hn::SumOfLanes(d64, squares))};
}

HWY_INLINE bool NormOne(const NormLayer& layer, int32_t* HWY_RESTRICT x, int32_t* exponent,
                        int32_t* HWY_RESTRICT q, int32_t* q_length) {
  const D32 d;
  const Sums sums = ShiftAndSum(x, layer.stride, exponent);
  const int32_t p = *exponent - 4;
  const float inverse_d = 1.0f / static_cast<float>(layer.d);
  const int32_t mean = Fixed(static_cast<float>(sums.of_elements) * inverse_d, 0);
  // Sum of (c - mean)^2, modulo 2^64, which it does not reach.
  const uint64_t squares = static_cast<uint64_t>(sums.of_squares) -
                           static_cast<uint64_t>(int64_t{mean}) *
                               static_cast<uint64_t>(2 * sums.of_elements - int64_t{layer.d} * mean);
  const float variance = Scale2(static_cast<float>(static_cast<int64_t>(squares)) * inverse_d, -2 * p);
  const float guarded = variance + 1e-5f;
  if (!IsFinite(guarded)) return false;
  const Factor g = Split(1.0f / std::sqrt(guarded));
  const int root_bits = (BitLength(squares) + 1) / 2;
  const int spread = root_bits < 31 ? 31 - root_bits : 0;
  const int32_t drop = p + spread + layer.constants.gamma_exponent + g.exponent - 64 - layer.constants.shift;
  const int right = drop > 0 ? ClampShift(drop) : 0, left = drop > 0 ? 0 : ClampShift(-drop);

  const V32 half = hn::Set(d, static_cast<int32_t>((1u << right) >> 1));
  const V32 means = hn::Set(d, mean), factor = hn::Set(d, g.multiplier);
  V32 bits = hn::Zero(d);
  for (size_t i = 0; i < layer.stride; i += hn::Lanes(d)) {
    const V32 c = hn::Sub(hn::ShiftRight<4>(hn::Load(d, x + i)), means);
    const V32 u = MulHigh(hn::ShiftLeftSame(c, spread), MulHigh(hn::Load(d, layer.gamma + i), factor));
    const V32 rounded = hn::ShiftRightSame(hn::Add(hn::ShiftLeftSame(u, left), half), right);
    const V32 v = hn::Add(rounded, hn::Load(d, layer.beta + i));
    hn::Store(v, d, q + i);
    bits = OrMagnitude(bits, v);
  }
  *q_length = Length(bits);
  return true;
}

size_t Norm(const NormLayer& layer, size_t count, int32_t* x, int32_t* exponents, int32_t* q,
            int32_t* q_lengths) {
  for (size_t t = 0; t < count; ++t) {
    if (!NormOne(layer, x + t * layer.stride, exponents + t, q + t * layer.stride, q_lengths + t)) return t;
  }
  return count;
}

}  // namespace HWY_NAMESPACE
}  // namespace atome::host
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace atome::host {

HWY_EXPORT(Norm);
size_t Norm(const NormLayer& layer, size_t count, int32_t* x, int32_t* exponents, int32_t* q,
            int32_t* q_lengths) {
  return HWY_DYNAMIC_DISPATCH(Norm)(layer, count, x, exponents, q, q_lengths);
}

}  // namespace atome::host
#endif  // HWY_ONCE
