// Products of a ternary matrix with one vector.
#if defined(ATOME_ENGINE_HOST_INTERNAL_MULTIPLY_ONE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef ATOME_ENGINE_HOST_INTERNAL_MULTIPLY_ONE_INL_H_
#undef ATOME_ENGINE_HOST_INTERNAL_MULTIPLY_ONE_INL_H_
#else
#define ATOME_ENGINE_HOST_INTERNAL_MULTIPLY_ONE_INL_H_
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "engine/host/internal/ternary_matrix.h"
#include "engine/host/internal/vector-inl.h"

// Highway asks the processor for VNNI, but does not tell the compiler. Clang takes one set of attributes, not
// one in another.
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3_DL
HWY_PUSH_ATTRIBUTES(HWY_TARGET_STR ",avx512vnni")
#else
HWY_BEFORE_NAMESPACE();
#endif
namespace atome::host {
namespace HWY_NAMESPACE {

// q is taken apart into up to kPlanes digits of 8 bits, -128 to 127, so that a trit of 0 to 2 and a digit fit
// the instructions that add four products of bytes in a lane, or two. What is wanted is of trits less 1: the
// sum of q is taken away at the end.
constexpr size_t kPlanes = 4;
// Whose products of one digit an int16 holds: each adds -512 to 508.
constexpr size_t kMostQuads = 64;

using D8 = hn::Repartition<int8_t, D32>;
using V8 = hn::Vec<D8>;

// digits [count / 4][kPlanes][4], q[i] = the sum of its digits times 2^8p modulo 2^32. Returns the sum of q.
HWY_INLINE int32_t SplitDigits(const int32_t* HWY_RESTRICT q, size_t count, int8_t* HWY_RESTRICT digits) {
  const D32 d;
  const D8 d8;
  alignas(16) static constexpr int8_t kByPlane[16] = {0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15};
  const V8 by_plane = hn::LoadDup128(d8, kByPlane);
  const V32 carries = hn::Set(d, 0x00808080);
  V32 sum = hn::Zero(d);
  for (size_t i = 0; i < count; i += hn::Lanes(d)) {
    const V32 v = hn::Load(d, q + i);
    sum = hn::Add(sum, v);
    const V8 bytes = hn::BitCast(d8, hn::Xor(hn::Add(v, carries), carries));
    hn::Store(hn::TableLookupBytes(bytes, by_plane), d8, digits + i * kPlanes);
  }
  return static_cast<int32_t>(SumModulo(sum));
}

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3_DL
// A sum is waited for longer than the eight of a pair of registers take, so there are two of each.
constexpr size_t kChains = 2;
using Partial = V32;
HWY_INLINE Partial AddProducts(Partial sum, V8 trits, V8 digits) {
  return {_mm512_dpbusd_epi32(sum.raw, trits.raw, digits.raw)};
}
HWY_INLINE V32 Widen(Partial sum) { return sum; }

#elif HWY_ARCH_X86
constexpr size_t kChains = 1;
using Partial = hn::Vec<hn::Repartition<int16_t, D32> >;
#if HWY_TARGET <= HWY_AVX3
HWY_INLINE Partial Pairs(V8 trits, V8 digits) { return {_mm512_maddubs_epi16(trits.raw, digits.raw)}; }
HWY_INLINE V32 Widen(Partial sum) { return {_mm512_madd_epi16(sum.raw, _mm512_set1_epi16(1))}; }
#elif HWY_TARGET <= HWY_AVX2
HWY_INLINE Partial Pairs(V8 trits, V8 digits) { return {_mm256_maddubs_epi16(trits.raw, digits.raw)}; }
HWY_INLINE V32 Widen(Partial sum) { return {_mm256_madd_epi16(sum.raw, _mm256_set1_epi16(1))}; }
#else
HWY_INLINE Partial Pairs(V8 trits, V8 digits) { return {_mm_maddubs_epi16(trits.raw, digits.raw)}; }
HWY_INLINE V32 Widen(Partial sum) { return {_mm_madd_epi16(sum.raw, _mm_set1_epi16(1))}; }
#endif
HWY_INLINE Partial AddProducts(Partial sum, V8 trits, V8 digits) {
  return hn::Add(sum, Pairs(trits, digits));
}

#else
constexpr size_t kChains = 1;
using Partial = V32;
HWY_INLINE Partial AddProducts(Partial sum, V8 trits, V8 digits) {
  const V32 a = hn::BitCast(D32(), trits), b = hn::BitCast(D32(), digits);
  sum = hn::Add(sum, hn::Mul(hn::ShiftRight<24>(a), hn::ShiftRight<24>(b)));
  sum =
      hn::Add(sum, hn::Mul(hn::ShiftRight<24>(hn::ShiftLeft<8>(a)), hn::ShiftRight<24>(hn::ShiftLeft<8>(b))));
  sum = hn::Add(sum,
                hn::Mul(hn::ShiftRight<24>(hn::ShiftLeft<16>(a)), hn::ShiftRight<24>(hn::ShiftLeft<16>(b))));
  return hn::Add(sum,
                 hn::Mul(hn::ShiftRight<24>(hn::ShiftLeft<24>(a)), hn::ShiftRight<24>(hn::ShiftLeft<24>(b))));
}
HWY_INLINE V32 Widen(Partial sum) { return sum; }
#endif

// A register's rows of a tile, over at most kMostQuads, of so many digits.
template <size_t used>
struct RowSums {
  Partial planes[kChains][used];

  HWY_INLINE RowSums() {
    for (auto& chain : planes)
      for (Partial& plane : chain) plane = hn::Zero(hn::DFromV<Partial>());
  }
  HWY_INLINE V32 Total() const {
    V32 total = hn::Zero(D32());
    for (size_t p = used; p-- > 0;) {
      total = hn::ShiftLeft<8>(total);
      for (const auto& chain : planes) total = hn::Add(total, Widen(chain[p]));
    }
    return total;
  }
};

HWY_INLINE V8 BroadcastQuad(const int8_t* quad) {
  int32_t all;
  hwy::CopyBytes<sizeof all>(quad, &all);
  return hn::BitCast(D8(), hn::Set(D32(), all));
}

template <size_t used>
void MultiplyOne(const TernaryMatrix& matrix, const int32_t* HWY_RESTRICT q, int32_t* HWY_RESTRICT sums) {
  constexpr size_t kMostColumns = 2048, kRowBytes = kTileRows * kQuad;
  alignas(kAlignment) int8_t all_digits[kMostColumns * kPlanes];
  const D32 d;
  const D8 d8;
  const size_t lanes = hn::Lanes(d), quads = matrix.columns / kQuad;
  const V32 start = hn::Neg(hn::Set(d, SplitDigits(q, matrix.columns, all_digits)));
  for (size_t row = 0; row < matrix.rows; row += 2 * lanes) {
    const int8_t* trits = matrix.tiles.get() + row / kTileRows * quads * kRowBytes + row % kTileRows * kQuad;
    const int8_t* digits = all_digits;
    V32 first_total = start, second_total = start;
    for (size_t left = quads; left != 0;) {
      const size_t now = std::min(left, kMostQuads);
      RowSums<used> first, second;
      for (size_t i = 0; i < now; i += kChains) {
        for (size_t chain = 0; chain < kChains; ++chain, trits += kRowBytes, digits += kPlanes * kQuad) {
          const V8 first_trits = hn::Load(d8, trits), second_trits = hn::Load(d8, trits + lanes * kQuad);
          for (size_t p = 0; p < used; ++p) {
            const V8 plane = BroadcastQuad(digits + p * kQuad);
            first.planes[chain][p] = AddProducts(first.planes[chain][p], first_trits, plane);
            second.planes[chain][p] = AddProducts(second.planes[chain][p], second_trits, plane);
          }
        }
      }
      first_total = hn::Add(first_total, first.Total());
      second_total = hn::Add(second_total, second.Total());
      left -= now;
    }
    hn::Store(first_total, d, sums + row);
    hn::Store(second_total, d, sums + row + lanes);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace atome::host
HWY_AFTER_NAMESPACE();

#endif  // ATOME_ENGINE_HOST_INTERNAL_MULTIPLY_ONE_INL_H_
