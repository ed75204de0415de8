// The three pathways of a block of variant q15 and their sum; engine/q15/numerics.md, "One token".
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/host/internal/q15_pathways.cc"
#include <hwy/foreach_target.h>  // before the others

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "engine/host/internal/q15_kernels.h"
#include "engine/host/internal/q15_scores-inl.h"
#include "engine/host/internal/q15_vector-inl.h"
#include "engine/host/internal/vector-inl.h"
#include "engine/maths/scaled.h"
#include "engine/q15/attention.h"
#include "engine/q15/real.h"

HWY_BEFORE_NAMESPACE();
namespace atome::host {
namespace HWY_NAMESPACE {

HWY_INLINE int LengthOf(const int32_t* HWY_RESTRICT v, size_t count) {
  const D32 d;
  V32 bits = hn::Zero(d);
  for (size_t i = 0; i < count; i += hn::Lanes(d)) bits = OrMagnitude(bits, hn::Load(d, v + i));
  return Length(bits);
}

// routes [3]: the shares of local, state, sparse.
HWY_INLINE void Q15Route(const int32_t* sums, const q15::LayerConstants& constants, uint32_t* routes) {
  int32_t logit[3];
  for (int i = 0; i < 3; ++i) logit[i] = constants.router_sign * sums[i];
  const int32_t most = std::max(std::max(logit[0], logit[1]), logit[2]);
  uint32_t sum = 0;
  for (int i = 0; i < 3; ++i) {
    routes[i] = q15::Power2(q15::Below(static_cast<uint32_t>(most - logit[i]), constants.router));
    sum += routes[i];
  }
  const q15::Shares shares(sum);
  for (int i = 0; i < 3; ++i) routes[i] = shares.Of(routes[i]);
}

// local [stride] = sum over ages of the trits times q of that age; returns its length. q is the newest row.
// The ages are `known`, if not 0.
template <uint32_t known>
HWY_INLINE int Q15LocalOf(const Q15BlockLayer& layer, const int32_t* HWY_RESTRICT q,
                          int32_t* HWY_RESTRICT local) {
  const D32 d;
  const uint32_t ages = known != 0 ? known : layer.kernel_size;
  V32 bits = hn::Zero(d);
  for (size_t i = 0; i < layer.stride; i += hn::Lanes(d)) {
    const int32_t* trits = layer.conv + i;
    const int32_t* row = q + i;
    V32 sum = hn::Zero(d);
    for (uint32_t age = 0; age < ages; ++age, trits += layer.stride, row -= layer.stride)
      sum = MulAddPairs(sum, hn::Load(d, row), hn::Load(d, trits));
    hn::Store(sum, d, local + i);
    bits = OrMagnitude(bits, sum);
  }
  return Length(bits);
}
HWY_INLINE int Q15Local(const Q15BlockLayer& layer, const int32_t* q, int32_t* local) {
  return layer.kernel_size == 5 ? Q15LocalOf<5>(layer, q, local) : Q15LocalOf<0>(layer, q, local);
}

// s = decay s + b c q; returns its length.
HWY_INLINE int Q15Recur(const Q15BlockLayer& layer, const int32_t* HWY_RESTRICT q, int32_t* HWY_RESTRICT s) {
  const D32 d;
  const V64 half = hn::Set(D64(), int64_t{1} << 14);
  const V32 added_half = Half(13);
  V32 bits = hn::Zero(d);
  for (size_t i = 0; i < layer.stride; i += hn::Lanes(d)) {
    const V32 state = hn::Load(d, s + i), decay = hn::Load(d, layer.decay + i);
    const V32 faded = Middle<15>(hn::Add(MulEvens(state, decay), half), hn::Add(MulOdds(state, decay), half));
    const V32 added = DropRounded(MulHalves(hn::Load(d, q + i), hn::Load(d, layer.gain + i)), 13, added_half);
    const V32 sum = hn::Add(faded, added);
    hn::Store(sum, d, s + i);
    bits = OrMagnitude(bits, sum);
  }
  return Length(bits);
}

// What has to go of `length` bits so that `bits` are left.
HWY_INLINE int Surplus(int length, int bits) { return length > bits ? length - bits : 0; }

// The key of sums [head], shift and all, to its column.
HWY_INLINE void RememberKey(const Q15BlockLayer& layer, const int32_t* HWY_RESTRICT sums, size_t head,
                            int32_t* HWY_RESTRICT column, size_t stride) {
  const D32 d;
  const hn::Rebind<int16_t, D32> d16;
  alignas(kAlignment) int32_t pairs[kMostHead / 2];
  auto* halves = reinterpret_cast<int16_t*>(pairs);
  const int z = q15::KeyDrop(layer.d);
  const bool wide = layer.cache_bits == 16;
  const int shift = wide ? z : std::max(Surplus(LengthOf(sums, head), 7), z);
  const int most = wide ? 0x7FFF : 127;
  const V32 half = Half(shift), upper = hn::Set(d, most), lower = hn::Set(d, -most);
  for (size_t r = 0; r < head; r += hn::Lanes(d)) {
    const V32 key = DropRounded(hn::Load(d, sums + r), shift, half);
    const V32 clamped = hn::ShiftLeftSame(hn::Min(hn::Max(key, lower), upper), shift - z);
    hn::Store(hn::DemoteTo(d16, clamped), d16, halves + r);
  }
  for (size_t p = 0; p < head / 2; ++p, column += stride) hwy::CopyBytes<4>(halves + 2 * p, column);
}

// query [head] of sums; returns the bits that it lost.
HWY_INLINE int MakeQuery(const Q15BlockLayer& layer, const int32_t* HWY_RESTRICT sums, size_t head,
                         int16_t* HWY_RESTRICT query) {
  const D32 d;
  const hn::Rebind<int16_t, D32> d16;
  const int drop = Surplus(LengthOf(sums, head), q15::QueryBits(layer.d_head));
  const V32 half = Half(drop), sign = LowHalf(layer.constants.query_sign);
  for (size_t r = 0; r < head; r += hn::Lanes(d)) {
    const V32 element = MulHalves(DropRounded(hn::Load(d, sums + r), drop, half), sign);
    hn::Store(hn::DemoteTo(d16, element), d16, query + r);
  }
  return drop;
}

// Weights of the chosen, and the shift of what they mix.
HWY_INLINE int Weigh(Q15Candidate* best, size_t chosen, q15::Real scale, size_t shift_at) {
  uint32_t sum = 0;
  for (size_t i = 0; i < chosen; ++i) {
    const uint32_t distance = static_cast<uint32_t>(best[0].score) - static_cast<uint32_t>(best[i].score);
    best[i].weight = q15::Power2(q15::Below(distance, scale));
    sum += best[i].weight;
  }
  const q15::Shares shares(sum);
  int most = 0;
  for (size_t i = 0; i < chosen; ++i) most = std::max<int>(most, best[i].row[shift_at]);
  for (size_t i = 0; i < chosen; ++i)
    best[i].weight = shares.Of(best[i].weight) >> (most - best[i].row[shift_at]);
  return most;
}

// out [stride] = sum of weight * (value + 1/2), rounded down; returns its length.
// There are `known`, if not 0.
template <size_t known>
HWY_INLINE int Q15MixValuesOf(const Q15Candidate* best, size_t chosen, size_t count, size_t stride,
                              int32_t* HWY_RESTRICT out) {
  const D32 d;
  const size_t values = known != 0 ? known : chosen;
  uint32_t weights = 0;
  for (size_t j = 0; j < values; ++j) weights += best[j].weight;
  const V32 start = hn::Set(d, static_cast<int32_t>(weights >> 1));
  V32 bits = hn::Zero(d);
  for (size_t i = 0; i < stride; i += hn::Lanes(d)) {
    V32 sum = start;
    for (size_t j = 0; j < values; ++j) {
      const V32 weight = hn::Set(d, static_cast<int32_t>(best[j].weight));
      sum = MulAddPairs(sum, hn::Load(d, best[j].row + i), weight);
    }
    sum = WithoutPadding(sum, i, count);
    hn::Store(sum, d, out + i);
    bits = OrMagnitude(bits, sum);
  }
  return Length(bits);
}
HWY_INLINE int Q15MixValues(const Q15Candidate* best, size_t chosen, size_t count, size_t stride,
                            int32_t* out) {
  return chosen == 4 ? Q15MixValuesOf<4>(best, chosen, count, stride, out)
                     : Q15MixValuesOf<0>(best, chosen, count, stride, out);
}

// A share times a scale times the elements of a vector.
struct Q15Term {
  V32 multiplier;  // 15 bits and a sign, low halves
  int drop;        // of the elements, so that 15 bits are left of them
  int32_t exponent;

  HWY_INLINE Q15Term(uint32_t share, q15::Real scale, int32_t sign, int32_t vector_exponent, int length) {
    const uint32_t product = share * (scale.m >> 16);
    const int surplus = Surplus(q15::BitLength32(product), 15);
    multiplier = LowHalf(sign * static_cast<int32_t>(product >> surplus));
    drop = Surplus(length, 15);
    exponent = product == 0 ? kNever : std::min(scale.k - 1 - surplus + vector_exponent - drop, kNever);
  }
  HWY_INLINE V32 Of(const int32_t* elements, int right) const {
    const V32 kept = hn::ShiftRightSame(hn::Load(D32(), elements), drop);
    return hn::ShiftRightSame(MulHalves(kept, multiplier), right);
  }
};

// x += the three terms, its exponent and length with it.
HWY_INLINE void Q15AddTerms(const Q15Term& local, const int32_t* HWY_RESTRICT local_sums,
                            const Q15Term& recurrent, const int32_t* HWY_RESTRICT s, const Q15Term& sparse,
                            const int32_t* HWY_RESTRICT sparse_sums, size_t stride, int32_t* HWY_RESTRICT x,
                            int32_t* x_exponent, int32_t* x_length) {
  const int32_t exponent = std::min(std::min(*x_exponent + 30 - *x_length, local.exponent),
                                    std::min(recurrent.exponent, sparse.exponent)) -
                           2;
  const int32_t x_shift = *x_exponent - exponent;
  const int right = x_shift > 0 ? ClampShift(x_shift) : 0, left = x_shift > 0 ? 0 : -x_shift;
  const int local_right = ClampShift(local.exponent - exponent);
  const int recurrent_right = ClampShift(recurrent.exponent - exponent);
  const int sparse_right = ClampShift(sparse.exponent - exponent);
  const D32 d;
  V32 bits = hn::Zero(d);
  for (size_t i = 0; i < stride; i += hn::Lanes(d)) {
    const V32 kept = hn::ShiftRightSame(hn::ShiftLeftSame(hn::Load(d, x + i), left), right);
    const V32 sum =
        hn::Add(hn::Add(kept, local.Of(local_sums + i, local_right)),
                hn::Add(recurrent.Of(s + i, recurrent_right), sparse.Of(sparse_sums + i, sparse_right)));
    hn::Store(sum, d, x + i);
    bits = OrMagnitude(bits, sum);
  }
  *x_exponent = exponent;
  *x_length = Length(bits);
}

void Q15MixPathways(const Q15BlockLayer& layer, size_t count, const int32_t* q,
                    const Projections& projections, const Q15Keys& keys, int32_t* s,
                    const Q15BlockScratch& scratch, int32_t* x, int32_t* exponents, int32_t* lengths) {
  const q15::LayerConstants& constants = layer.constants;
  const D32 d;
  const size_t head = Padded(layer.d_head), shift_at = projections.router + 3;
  const int32_t p = constants.norm.shift;
  for (size_t t = 0; t < count; ++t, q += layer.stride, x += layer.stride) {
    int32_t* row = projections.rows + t * projections.stride;
    uint32_t routes[3];
    Q15Route(row + projections.router, constants, routes);
    const int local_length = Q15Local(layer, q, scratch.local);
    const int s_length = Q15Recur(layer, q, s);

    RememberKey(layer, row + projections.key, head, keys.columns + keys.first + t, keys.stride);
    const int value_shift = Surplus(LengthOf(row, layer.stride), 7);
    for (size_t i = 0; i < layer.stride; i += hn::Lanes(d))
      hn::Store(hn::ShiftRightSame(hn::Load(d, row + i), value_shift), d, row + i);
    row[shift_at] = value_shift;
    const int drop = MakeQuery(layer, row + projections.query, head, scratch.query);

    const size_t seen = std::min<size_t>(projections.before + t + 1, layer.max_seq);
    const int32_t* oldest = row - (seen - 1) * projections.stride;
    const int32_t* columns = keys.columns + keys.first + t + 1 - seen;
    const size_t chosen = ChooseScores(scratch.query, head, columns, keys.stride, seen, layer.top_k, oldest,
                                       projections.stride, scratch.scores, scratch.best);
    const int shift = Weigh(scratch.best, chosen, constants.score.Scaled(drop), shift_at);
    const int sparse_length = Q15MixValues(scratch.best, chosen, layer.d, layer.stride, scratch.sparse);

    Q15AddTerms(Q15Term(routes[0], constants.local, constants.local_sign, p, local_length), scratch.local,
                Q15Term(routes[1], {1u << 31, 31}, 1, constants.gain_exponent + p - 13, s_length), s,
                Q15Term(routes[2], constants.sparse, constants.sparse_sign, p + 15 - shift, sparse_length),
                scratch.sparse, layer.stride, x, exponents + t, lengths + t);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace atome::host
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace atome::host {

HWY_EXPORT(Q15MixPathways);

void Q15MixPathways(const Q15BlockLayer& layer, size_t count, const int32_t* q,
                    const Projections& projections, const Q15Keys& keys, int32_t* s,
                    const Q15BlockScratch& scratch, int32_t* x, int32_t* exponents, int32_t* lengths) {
  HWY_DYNAMIC_DISPATCH(Q15MixPathways)
  (layer, count, q, projections, keys, s, scratch, x, exponents, lengths);
}

}  // namespace atome::host
#endif  // HWY_ONCE
