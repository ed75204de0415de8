// Lanes of int32 that hold int16, as all kernels of variant q15 use them; included once for every target.
#if defined(ATOME_ENGINE_HOST_INTERNAL_Q15_VECTOR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef ATOME_ENGINE_HOST_INTERNAL_Q15_VECTOR_INL_H_
#undef ATOME_ENGINE_HOST_INTERNAL_Q15_VECTOR_INL_H_
#else
#define ATOME_ENGINE_HOST_INTERNAL_Q15_VECTOR_INL_H_
#endif

#include <cstddef>
#include <cstdint>

#include "engine/host/internal/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace atome::host {
namespace HWY_NAMESPACE {

// v * factor, v an int16 in each lane, factor the low half of one.
HWY_INLINE V32 MulHalves(V32 v, V32 factor) { return MulAddPairs(hn::Zero(D32()), v, factor); }

HWY_INLINE V32 LowHalf(int32_t v) { return hn::Set(D32(), v & 0xFFFF); }

// drop_r of each lane by n, 0 to 31; `half` is Half(n).
HWY_INLINE V32 Half(int n) { return hn::Set(D32(), static_cast<int32_t>((1u << n) >> 1)); }
HWY_INLINE V32 DropRounded(V32 v, int n, V32 half) { return hn::ShiftRightSame(hn::Add(v, half), n); }

// Lanes of a row's elements from i on, those from d on as zeros.
HWY_INLINE V32 WithoutPadding(V32 v, size_t i, size_t d) {
  if (i + hn::Lanes(D32()) <= d) return v;
  return hn::IfThenElseZero(hn::FirstN(D32(), d > i ? d - i : 0), v);
}

}  // namespace HWY_NAMESPACE
}  // namespace atome::host
HWY_AFTER_NAMESPACE();

#endif  // ATOME_ENGINE_HOST_INTERNAL_Q15_VECTOR_INL_H_
