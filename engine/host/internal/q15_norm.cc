// LayerNorm of each position, variant q15; engine/q15/numerics.md, "LayerNorm".
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/host/internal/q15_norm.cc"
#include <hwy/foreach_target.h>  // before the others

#include <cstddef>
#include <cstdint>

#include "engine/host/internal/q15_kernels.h"
#include "engine/host/internal/q15_vector-inl.h"
#include "engine/host/internal/vector-inl.h"
#include "engine/q15/layer_norm.h"
#include "engine/q15/real.h"

HWY_BEFORE_NAMESPACE();
namespace atome::host {
namespace HWY_NAMESPACE {

HWY_INLINE void NormOne(const Q15NormLayer& layer, const int32_t* HWY_RESTRICT x, int32_t exponent,
                        int32_t length, int32_t* HWY_RESTRICT q) {
  const D32 d;
  const int down = length - 14;
  const int right = down > 0 ? down : 0, left = down > 0 ? 0 : -down;
  const V32 right_half = Half(right);
  V32 sums = hn::Zero(d);
  for (size_t i = 0; i < layer.stride; i += hn::Lanes(d)) {
    const V32 c = hn::ShiftLeftSame(DropRounded(hn::Load(d, x + i), right, right_half), left);
    sums = hn::Add(sums, c);
    hn::Store(c, d, q + i);
  }
  const auto sum = SumModulo(sums);
  const int32_t mean = static_cast<int32_t>((sum + (layer.d << 15) + (layer.d >> 1)) / layer.d) - (1 << 15);

  const int z = q15::CeilLog2(layer.d) / 2;
  const V32 means = hn::Set(d, mean), z_half = Half(z);
  V32 squares = hn::Zero(d), bits = hn::Zero(d);
  for (size_t i = 0; i < layer.stride; i += hn::Lanes(d)) {
    const V32 c = WithoutPadding(hn::Sub(hn::Load(d, q + i), means), i, layer.d);
    const V32 part = DropRounded(c, z, z_half);
    bits = OrMagnitude(bits, c);
    squares = hn::Add(squares, hn::Mul(part, part));
    hn::Store(c, d, q + i);
  }
  const int32_t p = exponent - down;
  const q15::Deviation deviation = q15::DeviationOf(SumModulo(squares), p - z, layer.d);
  const int up = 15 - Length(bits);
  const int drop = q15::Clamp(
      p + up - 15 + deviation.exponent + layer.constants.gamma_exponent - layer.constants.shift, 1, 31);
  const V32 g = LowHalf(deviation.g), y_half = Half(15), drop_half = Half(drop);
  for (size_t i = 0; i < layer.stride; i += hn::Lanes(d)) {
    const V32 y = DropRounded(MulHalves(hn::ShiftLeftSame(hn::Load(d, q + i), up), g), 15, y_half);
    const V32 scaled = DropRounded(MulHalves(y, hn::Load(d, layer.gamma + i)), drop, drop_half);
    hn::Store(hn::Add(scaled, hn::Load(d, layer.beta + i)), d, q + i);
  }
}

void Q15Norm(const Q15NormLayer& layer, size_t count, const int32_t* x, const int32_t* exponents,
             const int32_t* lengths, int32_t* q) {
  for (size_t t = 0; t < count; ++t, x += layer.stride, q += layer.stride)
    NormOne(layer, x, exponents[t], lengths[t], q);
}

}  // namespace HWY_NAMESPACE
}  // namespace atome::host
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace atome::host {

HWY_EXPORT(Q15Norm);
void Q15Norm(const Q15NormLayer& layer, size_t count, const int32_t* x, const int32_t* exponents,
             const int32_t* lengths, int32_t* q) {
  HWY_DYNAMIC_DISPATCH(Q15Norm)(layer, count, x, exponents, lengths, q);
}

}  // namespace atome::host
#endif  // HWY_ONCE
