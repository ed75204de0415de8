// Which keys of a window a query scores greatest. Scores are 64-bit sums; with many queries at once, binary32
// ones sort out most keys before.
#if defined(ATOME_ENGINE_HOST_INTERNAL_SCORES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef ATOME_ENGINE_HOST_INTERNAL_SCORES_INL_H_
#undef ATOME_ENGINE_HOST_INTERNAL_SCORES_INL_H_
#else
#define ATOME_ENGINE_HOST_INTERNAL_SCORES_INL_H_
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "engine/host/internal/kernels.h"
#include "engine/host/internal/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace atome::host {
namespace HWY_NAMESPACE {

using DF = hn::RebindToFloat<D32>;
using VF = hn::Vec<DF>;

HWY_INLINE int64_t Score(const int32_t* HWY_RESTRICT query, const int32_t* HWY_RESTRICT key, size_t head) {
  const D32 d;
  const D64 d64;
  V64 evens = hn::Zero(d64), odds = hn::Zero(d64);
  for (size_t r = 0; r < head; r += hn::Lanes(d)) {
    const V32 a = hn::Load(d, query + r), b = hn::Load(d, key + r);
    evens = hn::Add(evens, MulEvens(a, b));
    odds = hn::Add(odds, MulOdds(a, b));
  }
  return hn::GetLane(hn::SumOfLanes(d64, hn::Add(evens, odds)));
}

// The `most` greatest of what it is offered, in descending order; of equals those offered first.
struct Chosen {
  Candidate* best;
  size_t most;
  size_t count = 0;

  HWY_INLINE void Offer(int64_t score, const int32_t* value) {
    if (count == most && score <= best[count - 1].score) return;
    if (count < most) ++count;
    size_t rank = count - 1;
    for (; rank > 0 && score > best[rank - 1].score; --rank) best[rank] = best[rank - 1];
    best[rank].score = score;
    best[rank].value = value;
  }
};

// Of the first `count` rows, all scored.
HWY_INLINE size_t ChooseOfAll(const int32_t* query, const KeyRows& rows, size_t count, size_t most,
                              Candidate* best) {
  Chosen chosen{best, most};
  for (size_t j = 0; j < count; ++j) {
    chosen.Offer(Score(query, rows.keys + j * rows.stride, rows.head), rows.values + j * rows.stride);
  }
  return chosen.count;
}

// out [head][stride] = the keys of `count` rows as binary32, columns becoming rows, up to three more that
// repeat the last. Returns the keys' length, the contract's len.
HWY_INLINE int KeysToColumns(const KeyRows& rows, size_t count, float* HWY_RESTRICT out, size_t stride) {
  const hn::FixedTag<int32_t, 4> d;
  const hn::FixedTag<float, 4> df;
  auto bits = hn::Zero(d);
  for (size_t j = 0; j < count; j += 4) {
    const int32_t* keys[4];
    for (size_t i = 0; i < 4; ++i) keys[i] = rows.keys + std::min(j + i, count - 1) * rows.stride;
    for (size_t r = 0; r < rows.head; r += 4) {
      Four<hn::Vec<decltype(d)>> four;
      for (size_t i = 0; i < 4; ++i) {
        four.v[i] = hn::Load(d, keys[i] + r);
        bits = hn::Or(bits, hn::Xor(four.v[i], hn::BroadcastSignBit(four.v[i])));
      }
      four = Transposed(four);
      for (size_t i = 0; i < 4; ++i) {
        hn::StoreU(hn::ConvertTo(df, four.v[i]), df, out + (r + i) * stride + j);
      }
    }
  }
  const auto most = static_cast<uint32_t>(hn::GetLane(hn::MaxOfLanes(d, bits)));
  return most == 0 ? 0 : 32 - __builtin_clz(most);
}

// scores [vectors][lanes] = query . columns [head][stride] in binary32, `chains` sums of each at a time.
template <size_t vectors, size_t chains>
HWY_INLINE void RoughScores(const float* HWY_RESTRICT query, size_t head, const float* HWY_RESTRICT columns,
                            size_t stride, VF* scores) {
  const DF df;
  VF sums[chains][vectors];
  for (auto& chain : sums)
    for (VF& sum : chain) sum = hn::Zero(df);
  for (size_t r = 0; r < head; r += chains) {
    for (size_t c = 0; c < chains; ++c, columns += stride) {
      const VF factor = hn::Set(df, query[r + c]);
      for (size_t i = 0; i < vectors; ++i) {
        sums[c][i] = hn::MulAdd(factor, hn::LoadU(df, columns + i * hn::Lanes(df)), sums[c][i]);
      }
    }
  }
  for (size_t i = 0; i < vectors; ++i) {
    scores[i] = sums[0][i];
    for (size_t c = 1; c < chains; ++c) scores[i] = hn::Add(scores[i], sums[c][i]);
  }
}

// Keys turned for RoughScores, and what it works in.
struct RoughKeys {
  const float* columns;  // [head][stride]; read up to four vectors past the last key
  size_t stride;
  int length;     // of the keys
  float* scores;  // [keys], aligned, to whole four vectors
};

// As ChooseOfAll. A score in binary32 of n terms is off by less than (n + 3) 2^-24 sum |q_r k_r|, whatever
// the order of its sum; `margin` is above twice that. No key of the `most` greatest is below the least rough
// score of any `most` keys by more than twice the error; those that are not are scored exactly. These `most`
// keys: the greatest of each lane, of which the `most` greatest.
HWY_INLINE size_t ChooseOfRough(const int32_t* HWY_RESTRICT query, const KeyRows& rows, size_t first,
                                size_t count, size_t most, const RoughKeys& rough, Candidate* best) {
  const D32 d;
  const DF df;
  const size_t lanes = hn::Lanes(df);
  alignas(kAlignment) float factors[kMostHead];
  VF magnitudes = hn::Zero(df);
  for (size_t r = 0; r < rows.head; r += lanes) {
    const VF factor = hn::ConvertTo(df, hn::Load(d, query + r));
    hn::Store(factor, df, factors + r);
    magnitudes = hn::Add(magnitudes, hn::Abs(factor));
  }
  const float sum = hn::GetLane(hn::SumOfLanes(df, magnitudes));
  const float margin =
      sum * static_cast<float>(rows.head + 16) * 0x1p-22f * static_cast<float>(uint64_t{1} << rough.length);

  const VF least = hn::Set(df, -std::numeric_limits<float>::infinity());
  VF greatest = least;
  const float* columns = rough.columns + first;
  for (size_t j = 0; j < count; j += 4 * lanes, columns += 4 * lanes) {
    VF scores[4];
    const size_t vectors = std::min<size_t>(4, (count - j + lanes - 1) / lanes);
    switch (vectors) {
      case 1:
        RoughScores<1, 4>(factors, rows.head, columns, rough.stride, scores);
        break;
      case 2:
        RoughScores<2, 4>(factors, rows.head, columns, rough.stride, scores);
        break;
      case 3:
        RoughScores<3, 2>(factors, rows.head, columns, rough.stride, scores);
        break;
      default:
        RoughScores<4, 2>(factors, rows.head, columns, rough.stride, scores);
    }
    for (size_t i = 0; i < vectors; ++i) {
      const size_t at = j + i * lanes;
      const VF masked = hn::IfThenElse(hn::FirstN(df, count - at), scores[i], least);
      hn::Store(masked, df, rough.scores + at);
      greatest = hn::Max(greatest, masked);
    }
  }
  VF limit = hn::MaxOfLanes(df, greatest);
  for (size_t i = 1; i < most; ++i) {
    greatest = hn::IfThenElse(hn::Eq(greatest, limit), least, greatest);
    limit = hn::MaxOfLanes(df, greatest);
  }
  limit = hn::Sub(limit, hn::Set(df, margin));

  Chosen chosen{best, most};
  for (size_t j = 0; j < count; j += lanes) {
    uint8_t bytes[8] = {};
    hn::StoreMaskBits(df, hn::Ge(hn::Load(df, rough.scores + j), limit), bytes);
    uint64_t bits;
    hwy::CopyBytes<sizeof bits>(bytes, &bits);
    for (; bits != 0; bits &= bits - 1) {
      const size_t at = j + static_cast<size_t>(__builtin_ctzll(bits));
      if (at >= count) break;
      const size_t row = (first + at) * rows.stride;
      chosen.Offer(Score(query, rows.keys + row, rows.head), rows.values + row);
    }
  }
  return chosen.count;
}

}  // namespace HWY_NAMESPACE
}  // namespace atome::host
HWY_AFTER_NAMESPACE();

#endif  // ATOME_ENGINE_HOST_INTERNAL_SCORES_INL_H_
