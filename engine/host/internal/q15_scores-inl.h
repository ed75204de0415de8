// Which keys of a window a query of variant q15 scores greatest.
#if defined(ATOME_ENGINE_HOST_INTERNAL_Q15_SCORES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef ATOME_ENGINE_HOST_INTERNAL_Q15_SCORES_INL_H_
#undef ATOME_ENGINE_HOST_INTERNAL_Q15_SCORES_INL_H_
#else
#define ATOME_ENGINE_HOST_INTERNAL_Q15_SCORES_INL_H_
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "engine/host/internal/q15_kernels.h"
#include "engine/host/internal/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace atome::host {
namespace HWY_NAMESPACE {

// scores [vectors][lanes] = query . columns [pairs][stride].
template <size_t vectors>
HWY_INLINE void PairScores(const int16_t* HWY_RESTRICT query, size_t pairs,
                           const int32_t* HWY_RESTRICT columns, size_t stride, V32* scores) {
  const D32 d;
  V32 sums[vectors];
  for (V32& sum : sums) sum = hn::Zero(d);
  for (size_t p = 0; p < pairs; ++p, columns += stride) {
    int32_t pair;
    hwy::CopyBytes<sizeof pair>(query + 2 * p, &pair);
    const V32 factors = hn::Set(d, pair);
    for (size_t i = 0; i < vectors; ++i) {
      sums[i] = MulAddPairs(sums[i], hn::LoadU(d, columns + i * hn::Lanes(d)), factors);
    }
  }
  for (size_t i = 0; i < vectors; ++i) scores[i] = sums[i];
}

// The `most` greatest of scores [count] in descending order, of equals the first; `row` tells where a
// position's projections stand. Returns how many. What is under the least score of any `most` positions
// cannot be among them; these `most`: the greatest of each lane, of which the `most` greatest.
HWY_INLINE size_t ChooseScores(const int16_t* query, size_t head, const int32_t* columns, size_t stride,
                               size_t count, size_t most, const int32_t* rows, size_t row_stride,
                               int32_t* HWY_RESTRICT scores, Q15Candidate* best) {
  const D32 d;
  const size_t lanes = hn::Lanes(d), pairs = head / 2;
  constexpr int32_t kLeast = std::numeric_limits<int32_t>::min();  // which no score is
  const V32 least = hn::Set(d, kLeast);
  V32 greatest = least;
  for (size_t j = 0; j < count; j += 4 * lanes, columns += 4 * lanes) {
    V32 some[4];
    const size_t vectors = std::min<size_t>(4, (count - j + lanes - 1) / lanes);
    switch (vectors) {
      case 1:
        PairScores<1>(query, pairs, columns, stride, some);
        break;
      case 2:
        PairScores<2>(query, pairs, columns, stride, some);
        break;
      case 3:
        PairScores<3>(query, pairs, columns, stride, some);
        break;
      default:
        PairScores<4>(query, pairs, columns, stride, some);
    }
    for (size_t i = 0; i < vectors; ++i) {
      const size_t at = j + i * lanes;
      const V32 masked = hn::IfThenElse(hn::FirstN(d, count - at), some[i], least);
      hn::Store(masked, d, scores + at);
      greatest = hn::Max(greatest, masked);
    }
  }
  V32 limit = hn::MaxOfLanes(d, greatest);
  for (size_t i = 1; i < std::min(most, lanes + 1); ++i) {
    greatest = hn::IfThenElse(hn::Eq(greatest, limit), least, greatest);
    limit = hn::MaxOfLanes(d, greatest);
  }

  size_t chosen = 0;
  for (size_t j = 0; j < count; j += lanes) {
    uint8_t bytes[8] = {};
    hn::StoreMaskBits(d, hn::Not(hn::Gt(limit, hn::Load(d, scores + j))), bytes);
    uint64_t bits;
    hwy::CopyBytes<sizeof bits>(bytes, &bits);
    for (; bits != 0; bits &= bits - 1) {
      const size_t at = j + static_cast<size_t>(__builtin_ctzll(bits));
      if (at >= count) break;
      const int32_t score = scores[at];
      if (chosen == most && score <= best[chosen - 1].score) continue;
      if (chosen < most) ++chosen;
      size_t rank = chosen - 1;
      for (; rank > 0 && score > best[rank - 1].score; --rank) best[rank] = best[rank - 1];
      best[rank].score = score;
      best[rank].row = rows + at * row_stride;
    }
  }
  return chosen;
}

}  // namespace HWY_NAMESPACE
}  // namespace atome::host
HWY_AFTER_NAMESPACE();

#endif  // ATOME_ENGINE_HOST_INTERNAL_Q15_SCORES_INL_H_
