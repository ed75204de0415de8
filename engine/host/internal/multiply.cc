// Products with a ternary matrix. All sums are exact modulo 2^32, so neither their order nor the splitting of
// q matters to the result.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/host/internal/multiply.cc"
#include <hwy/foreach_target.h>  // before the others

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/host/internal/kernels.h"
#include "engine/host/internal/tile_multiply.h"
#include "engine/host/internal/vector-inl.h"

HWY_BEFORE_NAMESPACE();
// Highway asks the processor for them, but does not tell the compiler.
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3_DL
HWY_PUSH_ATTRIBUTES("avx512vnni")
#endif
namespace atome::host {
namespace HWY_NAMESPACE {

// One vector ------------------------------------------------------------------

// q is taken apart into kPlanes digits of 8 bits, -128 to 127, so that a trit of 0 to 2 and a digit fit the
// instructions that add four products of bytes in a lane, or two. What is wanted is of trits less 1: the sum
// of q is taken away at the end.
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
  return hn::GetLane(hn::SumOfLanes(d, sum));
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
using Partial = hn::Vec<hn::Repartition<int16_t, D32>>;
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

// A register's rows of a tile, over at most kMostQuads.
struct RowSums {
  Partial planes[kChains][kPlanes];

  HWY_INLINE RowSums() {
    for (auto& chain : planes)
      for (Partial& plane : chain) plane = hn::Zero(hn::DFromV<Partial>());
  }
  HWY_INLINE V32 Total() const {
    V32 total = hn::Zero(D32());
    for (size_t p = kPlanes; p-- > 0;) {
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
      RowSums first, second;
      for (size_t i = 0; i < now; i += kChains) {
        for (size_t chain = 0; chain < kChains; ++chain, trits += kRowBytes, digits += kPlanes * kQuad) {
          const V8 first_trits = hn::Load(d8, trits), second_trits = hn::Load(d8, trits + lanes * kQuad);
          for (size_t p = 0; p < kPlanes; ++p) {
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

// Many vectors, one a lane ----------------------------------------------------

// table[sum of (t_i + 1) 3^i] = sum of t_i x[i]; x is [4][lanes], table [81][lanes].
HWY_INLINE void MakeTable(const int32_t* HWY_RESTRICT x, int32_t* HWY_RESTRICT table) {
  const D32 d;
  const size_t lanes = hn::Lanes(d);
  const V32 x0 = hn::Load(d, x), x1 = hn::Load(d, x + lanes), x2 = hn::Load(d, x + 2 * lanes),
            x3 = hn::Load(d, x + 3 * lanes);
  V32 entry3 = hn::Neg(hn::Add(hn::Add(x0, x1), hn::Add(x2, x3)));
  for (int i3 = 0; i3 < 3; ++i3, entry3 = hn::Add(entry3, x3)) {
    V32 entry2 = entry3;
    for (int i2 = 0; i2 < 3; ++i2, entry2 = hn::Add(entry2, x2)) {
      V32 entry1 = entry2;
      for (int i1 = 0; i1 < 3; ++i1, entry1 = hn::Add(entry1, x1)) {
        const V32 next = hn::Add(entry1, x0);
        hn::Store(entry1, d, table);
        hn::Store(next, d, table + lanes);
        hn::Store(hn::Add(next, x0), d, table + 2 * lanes);
        table += 3 * lanes;
      }
    }
  }
}

// The 4 x 4 elements at `from` to `to`, columns becoming rows. Rows from `rows` on are left out.
HWY_INLINE void Transpose4(const int32_t* const* from, size_t at, int32_t* HWY_RESTRICT to, size_t to_stride,
                           size_t rows) {
  const hn::FixedTag<int32_t, 4> d;
  const auto columns =
      Transposed(Four<hn::Vec<decltype(d)>>{{hn::LoadU(d, from[0] + at), hn::LoadU(d, from[1] + at),
                                             hn::LoadU(d, from[2] + at), hn::LoadU(d, from[3] + at)}});
  hn::StoreU(columns.v[0], d, to);
  if (rows > 1) hn::StoreU(columns.v[1], d, to + to_stride);
  if (rows > 2) hn::StoreU(columns.v[2], d, to + 2 * to_stride);
  if (rows > 3) hn::StoreU(columns.v[3], d, to + 3 * to_stride);
}

// to [columns][lanes] = the rows of from [count][stride], count at most lanes; further lanes repeat the last.
HWY_INLINE void RowsToLanes(const int32_t* from, size_t count, size_t stride, size_t columns, int32_t* to) {
  const size_t lanes = hn::Lanes(D32());
  for (size_t lane = 0; lane < lanes; lane += 4) {
    const int32_t* rows[4];
    for (size_t i = 0; i < 4; ++i) rows[i] = from + std::min(lane + i, count - 1) * stride;
    for (size_t column = 0; column < columns; column += 4) {
      Transpose4(rows, column, to + column * lanes + lane, lanes, 4);
    }
  }
}

// to [count][stride] = the lanes of from [rows][lanes].
HWY_INLINE void LanesToRows(const int32_t* from, size_t rows, size_t count, int32_t* to, size_t stride) {
  const size_t lanes = hn::Lanes(D32());
  for (size_t row = 0; row < rows; row += 4) {
    const int32_t* four[4];
    for (size_t i = 0; i < 4; ++i) four[i] = from + (row + i) * lanes;
    for (size_t lane = 0; lane < count; lane += 4) {
      Transpose4(four, lane, to + lane * stride + row, stride, count - lane);
    }
  }
}

// sums[r] (+)= the tables' entries of its codes. codes [rows][kPassQuads], tables [kPassQuads][81][lanes],
// sums [rows][lanes].
template <bool first>
HWY_INLINE void AddEntries(const uint8_t* HWY_RESTRICT codes, size_t rows, const int32_t* HWY_RESTRICT tables,
                           int32_t* HWY_RESTRICT sums) {
  const D32 d;
  const size_t lanes = hn::Lanes(d);
  for (size_t row = 0; row < rows; ++row, codes += kPassQuads, sums += lanes) {
    V32 sum = first ? hn::Zero(d) : hn::Load(d, sums);
    for (size_t i = 0; i < kPassQuads; ++i) {
      sum = hn::Add(sum, hn::Load(d, tables + (i * kTableEntries + codes[i]) * lanes));
    }
    hn::Store(sum, d, sums);
  }
}

// Of as many vectors as a register has lanes, or fewer.
void MultiplyMany(const TernaryMatrix& matrix, size_t count, const int32_t* q, size_t q_stride, int32_t* sums,
                  size_t sums_stride, ManyScratch* scratch) {
  const size_t lanes = hn::Lanes(D32());
  alignas(kAlignment) int32_t tables[kPassQuads * kTableEntries * kLanes];
  int32_t* columns = scratch->columns.get();
  int32_t* totals = scratch->sums.get();
  RowsToLanes(q, count, q_stride, matrix.columns, columns);
  const uint8_t* codes = matrix.codes.get();
  for (size_t column = 0; column < matrix.columns; column += kPassQuads * kQuad) {
    for (size_t i = 0; i < kPassQuads; ++i) {
      MakeTable(columns + (column + i * kQuad) * lanes, tables + i * kTableEntries * lanes);
    }
    if (column == 0) {
      AddEntries<true>(codes, matrix.rows, tables, totals);
    } else {
      AddEntries<false>(codes, matrix.rows, tables, totals);
    }
    codes += matrix.rows * kPassQuads;
  }
  LanesToRows(totals, matrix.rows, count, sums, sums_stride);
}

void Multiply(const TernaryMatrix& matrix, size_t count, const int32_t* q, size_t q_stride, int32_t* sums,
              size_t sums_stride, ManyScratch* scratch) {
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3_DL
  if (count >= 3 && HasTiles()) {
    MultiplyByTiles(matrix, count, q, q_stride, sums, sums_stride, scratch);
    return;
  }
#endif
  const size_t lanes = hn::Lanes(D32());
  while (count != 0) {
    // A register of vectors, full or not, was measured to take the time of 7.3 single ones with AVX3, 2.7
    // with AVX2, 1.1 with SSE4.
    const bool many = count >= lanes / 2;
    const size_t now = many ? std::min(lanes, count) : 1;
    if (many) {
      MultiplyMany(matrix, now, q, q_stride, sums, sums_stride, scratch);
    } else {
      MultiplyOne(matrix, q, sums);
    }
    q += now * q_stride;
    sums += now * sums_stride;
    count -= now;
  }
}

void ScaleSums(const int32_t* HWY_RESTRICT sums, size_t count, float scale, float* HWY_RESTRICT logits) {
  const D32 d;
  const hn::RebindToFloat<D32> df;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    hn::StoreU(hn::Mul(hn::ConvertTo(df, hn::Load(d, sums + i)), hn::Set(df, scale)), df, logits + i);
  }
  for (; i < count; ++i) logits[i] = static_cast<float>(sums[i]) * scale;
}

const char* TargetInUse() {
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3_DL
  if (HasTiles()) return "AVX3_DL, AMX";
#endif
  return hwy::TargetName(HWY_TARGET);
}

}  // namespace HWY_NAMESPACE
}  // namespace atome::host
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3_DL
HWY_POP_ATTRIBUTES
#endif
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace atome::host {

HWY_EXPORT(Multiply);
HWY_EXPORT(ScaleSums);
HWY_EXPORT(TargetInUse);

void Multiply(const TernaryMatrix& matrix, size_t count, const int32_t* q, size_t q_stride, int32_t* sums,
              size_t sums_stride, ManyScratch* scratch) {
  HWY_DYNAMIC_DISPATCH(Multiply)(matrix, count, q, q_stride, sums, sums_stride, scratch);
}
void ScaleSums(const int32_t* sums, size_t count, float scale, float* logits) {
  HWY_DYNAMIC_DISPATCH(ScaleSums)(sums, count, scale, logits);
}
const char* TargetInUse() { return HWY_DYNAMIC_DISPATCH(TargetInUse)(); }
std::vector<int64_t> Targets() { return hwy::SupportedAndGeneratedTargets(); }

}  // namespace atome::host
#endif  // HWY_ONCE
