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
#include "engine/host/internal/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace atome::host {
namespace HWY_NAMESPACE {

// One vector ------------------------------------------------------------------

using D16 = hn::Repartition<int16_t, D32>;
using V16 = hn::Vec<D16>;

// sum + the products of both int16 of each lane.
HWY_INLINE V32 MulAddPairs(V32 sum, V16 a, V16 b) {
  const D32 d;
#if HWY_ARCH_X86 && HWY_TARGET != HWY_EMU128 && HWY_TARGET != HWY_SCALAR
  V32 unused = hn::Zero(d);  // where pairs are added within a lane, nothing is left for it
  return hn::ReorderWidenMulAccumulate(d, a, b, sum, unused);
#else
  const V32 a_pairs = hn::BitCast(d, a), b_pairs = hn::BitCast(d, b);
  const V32 evens =
      hn::Mul(hn::ShiftRight<16>(hn::ShiftLeft<16>(a_pairs)), hn::ShiftRight<16>(hn::ShiftLeft<16>(b_pairs)));
  return hn::Add(sum, hn::Add(evens, hn::Mul(hn::ShiftRight<16>(a_pairs), hn::ShiftRight<16>(b_pairs))));
#endif
}

// q = low + 2^16 high modulo 2^32, both int16.
HWY_INLINE void SplitHalves(const int32_t* HWY_RESTRICT q, size_t count, int16_t* HWY_RESTRICT low,
                            int16_t* HWY_RESTRICT high) {
  const D32 d;
  const hn::Rebind<int16_t, D32> d16;
  for (size_t i = 0; i < count; i += hn::Lanes(d)) {
    const V32 v = hn::Load(d, q + i);
    const V32 rounded = hn::Add(v, hn::Set(d, 0x8000));
    hn::Store(hn::DemoteTo(d16, hn::ShiftRight<16>(hn::ShiftLeft<16>(v))), d16, low + i);
    hn::Store(hn::DemoteTo(d16, hn::ShiftRight<16>(rounded)), d16, high + i);
  }
}

// A register's rows of a tile.
struct RowSums {
  V32 low, high;

  HWY_INLINE RowSums() : low(hn::Zero(D32())), high(hn::Zero(D32())) {}
  // trits: [lanes][4], in the order 0, 2, 1, 3.
  HWY_INLINE void Add(const int8_t* trits, V16 low_01, V16 low_23, V16 high_01, V16 high_23) {
    const D16 d16;
    const V16 both = hn::BitCast(d16, hn::Load(hn::Repartition<int8_t, D32>(), trits));
    const V16 trits_01 = hn::ShiftRight<8>(hn::ShiftLeft<8>(both)), trits_23 = hn::ShiftRight<8>(both);
    low = MulAddPairs(MulAddPairs(low, trits_01, low_01), trits_23, low_23);
    high = MulAddPairs(MulAddPairs(high, trits_01, high_01), trits_23, high_23);
  }
  HWY_INLINE void Store(int32_t* sums) const {
    hn::Store(hn::Add(low, hn::ShiftLeft<16>(high)), D32(), sums);
  }
};

HWY_INLINE V16 BroadcastPair(const int16_t* pair) {
  int32_t both;
  hwy::CopyBytes<sizeof both>(pair, &both);
  return hn::BitCast(D16(), hn::Set(D32(), both));
}

void MultiplyOne(const TernaryMatrix& matrix, const int32_t* HWY_RESTRICT q, int32_t* HWY_RESTRICT sums) {
  constexpr size_t kMostColumns = 2048;
  alignas(kAlignment) int16_t low[kMostColumns], high[kMostColumns];
  SplitHalves(q, matrix.columns, low, high);
  const size_t lanes = hn::Lanes(D32());
  const size_t tile_bytes = matrix.columns * kTileRows;
  for (size_t row = 0; row < matrix.rows; row += 2 * lanes) {
    const int8_t* trits = matrix.tiles.get() + row / kTileRows * tile_bytes + row % kTileRows * kQuad;
    RowSums first, second;
    for (size_t column = 0; column < matrix.columns; column += kQuad, trits += kTileRows * kQuad) {
      const V16 low_01 = BroadcastPair(low + column), low_23 = BroadcastPair(low + column + 2);
      const V16 high_01 = BroadcastPair(high + column), high_23 = BroadcastPair(high + column + 2);
      first.Add(trits, low_01, low_23, high_01, high_23);
      second.Add(trits + lanes * kQuad, low_01, low_23, high_01, high_23);
    }
    first.Store(sums + row);
    second.Store(sums + row + lanes);
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
  const hn::RepartitionToWide<decltype(d)> d64;
  const auto a = hn::LoadU(d, from[0] + at), b = hn::LoadU(d, from[1] + at);
  const auto c = hn::LoadU(d, from[2] + at), e = hn::LoadU(d, from[3] + at);
  const auto ab_lower = hn::BitCast(d64, hn::InterleaveLower(d, a, b));
  const auto ab_upper = hn::BitCast(d64, hn::InterleaveUpper(d, a, b));
  const auto ce_lower = hn::BitCast(d64, hn::InterleaveLower(d, c, e));
  const auto ce_upper = hn::BitCast(d64, hn::InterleaveUpper(d, c, e));
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(d64, ab_lower, ce_lower)), d, to);
  if (rows > 1) hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(d64, ab_lower, ce_lower)), d, to + to_stride);
  if (rows > 2)
    hn::StoreU(hn::BitCast(d, hn::InterleaveLower(d64, ab_upper, ce_upper)), d, to + 2 * to_stride);
  if (rows > 3)
    hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(d64, ab_upper, ce_upper)), d, to + 3 * to_stride);
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

const char* TargetInUse() { return hwy::TargetName(HWY_TARGET); }

}  // namespace HWY_NAMESPACE
}  // namespace atome::host
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
