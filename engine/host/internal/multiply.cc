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
#include "engine/host/internal/multiply_one-inl.h"
#include "engine/host/internal/tile_multiply.h"
#include "engine/host/internal/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace atome::host {
namespace HWY_NAMESPACE {

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

void Multiply(const TernaryMatrix& matrix, Elements elements, size_t count, const int32_t* q, size_t q_stride,
              int32_t* sums, size_t sums_stride, ManyScratch* scratch) {
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3_DL
  if (HasTiles() && count >= 3) {
    MultiplyByTiles(matrix, elements, count, q, q_stride, sums, sums_stride, scratch);
    return;
  }
  if (HasTiles() && elements == Elements::kAny) {
    for (; count != 0; --count, q += q_stride, sums += sums_stride)
      MultiplyOneByTiles(matrix, q, sums, scratch);
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
    } else if (elements == Elements::kShort) {
      MultiplyOne<2>(matrix, q, sums);
    } else {
      MultiplyOne<kPlanes>(matrix, q, sums);
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
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace atome::host {

HWY_EXPORT(Multiply);
HWY_EXPORT(ScaleSums);
HWY_EXPORT(TargetInUse);

void Multiply(const TernaryMatrix& matrix, Elements elements, size_t count, const int32_t* q, size_t q_stride,
              int32_t* sums, size_t sums_stride, ManyScratch* scratch) {
  HWY_DYNAMIC_DISPATCH(Multiply)(matrix, elements, count, q, q_stride, sums, sums_stride, scratch);
}
void ScaleSums(const int32_t* sums, size_t count, float scale, float* logits) {
  HWY_DYNAMIC_DISPATCH(ScaleSums)(sums, count, scale, logits);
}
const char* TargetInUse() { return HWY_DYNAMIC_DISPATCH(TargetInUse)(); }
std::vector<int64_t> Targets() { return hwy::SupportedAndGeneratedTargets(); }

}  // namespace atome::host
#endif  // HWY_ONCE
