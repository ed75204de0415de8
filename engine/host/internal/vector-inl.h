// Vectors of int32 as all kernels use them; included once for every target.
#if defined(ATOME_ENGINE_HOST_INTERNAL_VECTOR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef ATOME_ENGINE_HOST_INTERNAL_VECTOR_INL_H_
#undef ATOME_ENGINE_HOST_INTERNAL_VECTOR_INL_H_
#else
#define ATOME_ENGINE_HOST_INTERNAL_VECTOR_INL_H_
#endif

#include <hwy/highway.h>

#include "engine/host/internal/aligned.h"

HWY_BEFORE_NAMESPACE();
namespace atome::host {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using D32 = hn::CappedTag<int32_t, kLanes>;
using D64 = hn::RepartitionToWide<D32>;
using V32 = hn::Vec<D32>;
using V64 = hn::Vec<D64>;

using D16 = hn::Repartition<int16_t, D32>;

// sum + the products of both int16 of each lane.
HWY_INLINE V32 MulAddPairs(V32 sum, V32 a, V32 b) {
  const D32 d;
#if HWY_ARCH_X86 && HWY_TARGET != HWY_EMU128 && HWY_TARGET != HWY_SCALAR
  V32 unused = hn::Zero(d);  // where pairs are added within a lane, nothing is left for it
  return hn::ReorderWidenMulAccumulate(d, hn::BitCast(D16(), a), hn::BitCast(D16(), b), sum, unused);
#else
  const V32 evens =
      hn::Mul(hn::ShiftRight<16>(hn::ShiftLeft<16>(a)), hn::ShiftRight<16>(hn::ShiftLeft<16>(b)));
  return hn::Add(sum, hn::Add(evens, hn::Mul(hn::ShiftRight<16>(a), hn::ShiftRight<16>(b))));
#endif
}

// Signed 64-bit products of the lanes with even and with odd index.
HWY_INLINE V64 MulEvens(V32 a, V32 b) { return hn::MulEven(a, b); }
HWY_INLINE V64 MulOdds(V32 a, V32 b) { return hn::MulEven(hn::DupOdd(a), hn::DupOdd(b)); }

// Bits `from` to from + 31 of 64-bit lanes, back in the order of the lanes they came from.
template <int from>
HWY_INLINE V32 Middle(V64 evens, V64 odds) {
  const D32 d;
  const hn::RepartitionToWide<hn::RebindToUnsigned<D32>> u64;
  const auto lower = hn::ShiftRight<from>(hn::BitCast(u64, evens));
  const auto upper = hn::ShiftLeft<32 - from>(hn::BitCast(u64, odds));
  return hn::OddEven(hn::BitCast(d, upper), hn::BitCast(d, lower));
}
template <>
HWY_INLINE V32 Middle<32>(V64 evens, V64 odds) {
  const D32 d;
  return hn::OddEven(hn::BitCast(d, odds), hn::DupOdd(hn::BitCast(d, evens)));
}

// The contract's high and high_r.
HWY_INLINE V32 MulHigh(V32 a, V32 b) { return Middle<32>(MulEvens(a, b), MulOdds(a, b)); }
HWY_INLINE V32 MulHighRounded(V32 a, V32 b) {
  const V64 half = hn::Set(D64(), int64_t{1} << 31);
  return Middle<32>(hn::Add(MulEvens(a, b), half), hn::Add(MulOdds(a, b), half));
}

// Four vectors of four lanes, and their columns as rows.
template <class V>
struct Four {
  V v[4];
};
template <class V>
HWY_INLINE Four<V> Transposed(const Four<V>& four) {
  const hn::DFromV<V> d;
  const hn::RepartitionToWide<decltype(d)> d64;
  const auto ab_lower = hn::BitCast(d64, hn::InterleaveLower(d, four.v[0], four.v[1]));
  const auto ab_upper = hn::BitCast(d64, hn::InterleaveUpper(d, four.v[0], four.v[1]));
  const auto ce_lower = hn::BitCast(d64, hn::InterleaveLower(d, four.v[2], four.v[3]));
  const auto ce_upper = hn::BitCast(d64, hn::InterleaveUpper(d, four.v[2], four.v[3]));
  return {{hn::BitCast(d, hn::InterleaveLower(d64, ab_lower, ce_lower)),
           hn::BitCast(d, hn::InterleaveUpper(d64, ab_lower, ce_lower)),
           hn::BitCast(d, hn::InterleaveLower(d64, ab_upper, ce_upper)),
           hn::BitCast(d, hn::InterleaveUpper(d64, ab_upper, ce_upper))}};
}

// The sum of all lanes modulo 2^32; Highway's own is made of additions of int, which may not overflow.
HWY_INLINE uint32_t SumModulo(V32 v) {
  alignas(kAlignment) int32_t lanes[kLanes];
  hn::Store(v, D32(), lanes);
  uint32_t sum = 0;
  for (size_t i = 0; i < hn::Lanes(D32()); ++i) sum += static_cast<uint32_t>(lanes[i]);
  return sum;
}

// Or-ed into an accumulator: v for v >= 0, -v - 1 for v < 0.
HWY_INLINE V32 OrMagnitude(V32 bits, V32 v) { return hn::Or(bits, hn::Xor(v, hn::BroadcastSignBit(v))); }

// The contract's len(v), of the accumulator: the greatest lane is as long as the or of all.
HWY_INLINE int Length(V32 bits) {
  const auto most = static_cast<uint32_t>(hn::GetLane(hn::MaxOfLanes(D32(), bits)));
  return most == 0 ? 0 : 32 - __builtin_clz(most);
}

}  // namespace HWY_NAMESPACE
}  // namespace atome::host
HWY_AFTER_NAMESPACE();

#endif  // ATOME_ENGINE_HOST_INTERNAL_VECTOR_INL_H_
