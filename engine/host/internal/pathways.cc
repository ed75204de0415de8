// The three pathways of a block and their sum; engine/f32/numerics.md, "One token".
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/host/internal/pathways.cc"
#include <hwy/foreach_target.h>  // before the others

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "engine/f32/attention.h"
#include "engine/f32/route.h"
#include "engine/f32/softmax.h"
#include "engine/f32/terms.h"
#include "engine/host/internal/kernels.h"
#include "engine/host/internal/scores-inl.h"
#include "engine/host/internal/vector-inl.h"
#include "engine/maths/scaled.h"

HWY_BEFORE_NAMESPACE();
namespace atome::host {
namespace HWY_NAMESPACE {

// local [stride] = sum over ages of the trits times q of that age; returns its length. q is the newest row.
// The ages are `known`, if not 0.
template <uint32_t known>
HWY_INLINE int LocalOf(const BlockLayer& layer, const int32_t* HWY_RESTRICT q, int32_t* HWY_RESTRICT local) {
  const D32 d;
  const uint32_t ages = known != 0 ? known : layer.kernel_size;
  V32 bits = hn::Zero(d);
  for (size_t i = 0; i < layer.stride; i += hn::Lanes(d)) {
    const int32_t* trits = layer.conv + i;
    const int32_t* row = q + i;
    V32 sum = hn::Mul(hn::Load(d, trits), hn::Load(d, row));
    for (uint32_t age = 1; age < ages; ++age) {
      trits += layer.stride;
      row -= layer.stride;
      sum = hn::Add(sum, hn::Mul(hn::Load(d, trits), hn::Load(d, row)));
    }
    hn::Store(sum, d, local + i);
    bits = OrMagnitude(bits, sum);
  }
  return Length(bits);
}
HWY_INLINE int Local(const BlockLayer& layer, const int32_t* q, int32_t* local) {
  return layer.kernel_size == 5 ? LocalOf<5>(layer, q, local) : LocalOf<0>(layer, q, local);
}

// s = decay s + b c q. False when it is not finite.
HWY_INLINE bool Recur(const BlockLayer& layer, const int32_t* HWY_RESTRICT q, int q_length,
                      Carried* carried) {
  const int room = carried->length < 29 ? 29 - carried->length : 0;
  const int q_room = 31 - q_length;
  const int32_t faded = carried->exponent + room - 1;
  const int32_t added = layer.constants.gain_exponent + layer.constants.norm.shift + q_room - 32;
  const int32_t exponent = std::min(faded, added - 2);
  if (exponent < kLeastExponent) return false;
  const int faded_drop = ClampShift(faded - exponent), added_drop = ClampShift(added - exponent);

  const D32 d;
  const V32 half = hn::Set(d, static_cast<int32_t>((1u << added_drop) >> 1));
  V32 bits = hn::Zero(d);
  int32_t* HWY_RESTRICT s = carried->s;
  for (size_t i = 0; i < layer.stride; i += hn::Lanes(d)) {
    const V32 input = MulHigh(hn::Load(d, layer.gain + i), hn::ShiftLeftSame(hn::Load(d, q + i), q_room));
    const V32 kept =
        MulHighRounded(hn::Load(d, layer.decay + i), hn::ShiftLeftSame(hn::Load(d, s + i), room));
    const V32 sum =
        hn::Add(hn::ShiftRightSame(kept, faded_drop), hn::ShiftRightSame(hn::Add(input, half), added_drop));
    hn::Store(sum, d, s + i);
    bits = OrMagnitude(bits, sum);
  }
  carried->exponent = exponent;
  carried->length = Length(bits);
  return true;
}

// v [count] = (v + 2^(shift-1)) >> shift, times sign.
HWY_INLINE void RoundShiftEach(int32_t* v, size_t count, int shift, int32_t sign) {
  const D32 d;
  const V32 half = hn::Set(d, (1 << shift) >> 1), signs = hn::Set(d, sign);
  for (size_t i = 0; i < count; i += hn::Lanes(d)) {
    const V32 shifted = hn::ShiftRightSame(hn::Add(hn::Load(d, v + i), half), shift);
    hn::Store(hn::Mul(shifted, signs), d, v + i);
  }
}

// Weights of 2^-30 for the chosen, as many as it returns.
HWY_INLINE size_t Weigh(Candidate* best, size_t chosen, const BlockLayer& layer) {
  WeighInUnits(best, static_cast<uint32_t>(chosen), layer.constants.score);
  return chosen;
}

// out [count] = sum of weight * value / 2^30, over `chosen` candidates; returns its length.
// They are `known`, if not 0.
template <size_t known>
HWY_INLINE int MixValuesOf(const Candidate* best, size_t chosen, size_t count, int32_t* HWY_RESTRICT out) {
  const D32 d;
  const size_t values = known != 0 ? known : chosen;
  V32 bits = hn::Zero(d);
  for (size_t i = 0; i < count; i += hn::Lanes(d)) {
    V64 evens = hn::Zero(D64()), odds = hn::Zero(D64());
    for (size_t j = 0; j < values; ++j) {
      const V32 weight = hn::Set(d, best[j].weight), value = hn::Load(d, best[j].value + i);
      evens = hn::Add(evens, MulEvens(weight, value));
      odds = hn::Add(odds, hn::MulEven(weight, hn::DupOdd(value)));
    }
    const V32 mixed = Middle<30>(evens, odds);
    hn::Store(mixed, d, out + i);
    bits = OrMagnitude(bits, mixed);
  }
  return Length(bits);
}
HWY_INLINE int MixValues(const Candidate* best, size_t chosen, size_t count, int32_t* out) {
  return chosen == 4 ? MixValuesOf<4>(best, chosen, count, out) : MixValuesOf<0>(best, chosen, count, out);
}

// A term of the mix.
struct TermVectors {
  const int32_t* elements;
  V32 multiplier;
  int up;

  HWY_INLINE explicit TermVectors(const Term& term)
      : elements(term.elements), multiplier(hn::Set(D32(), term.multiplier)), up(term.up) {}
  HWY_INLINE V32 At(size_t i) const {
    return MulHigh(multiplier, hn::ShiftLeftSame(hn::Load(D32(), elements + i), up));
  }
};

// x += the three terms. False when the sum is not finite.
HWY_INLINE bool AddTerms(const Part (&parts)[3], size_t count, int32_t* HWY_RESTRICT x, int32_t* x_exponent) {
  const D32 d;
  V32 bits = hn::Zero(d);
  for (size_t i = 0; i < count; i += hn::Lanes(d)) bits = OrMagnitude(bits, hn::Load(d, x + i));
  int32_t exponent = *x_exponent + 30 - Length(bits);
  for (const Part& part : parts) exponent = std::min(exponent, part.Limit());
  exponent -= 2;
  if (exponent < kLeastExponent) return false;
  const int32_t shift = exponent - *x_exponent;
  const int up = std::max(shift, 0), down = ClampShift(std::max(-shift, 0));
  const TermVectors a(parts[0].At(exponent)), b(parts[1].At(exponent)), c(parts[2].At(exponent));
  for (size_t i = 0; i < count; i += hn::Lanes(d)) {
    const V32 own = hn::ShiftRightSame(hn::ShiftLeftSame(hn::Load(d, x + i), up), down);
    hn::Store(hn::Add(hn::Add(own, a.At(i)), hn::Add(b.At(i), c.At(i))), d, x + i);
  }
  *x_exponent = exponent;
  return true;
}

// Positions, and keys seen, from which rough scores are faster.
constexpr size_t kTurnFrom = 12;

size_t MixPathways(const BlockLayer& layer, size_t count, const int32_t* q, const int32_t* q_lengths,
                   const Projections& projections, Carried* carried, const BlockScratch& scratch, int32_t* x,
                   int32_t* exponents) {
  const LayerConstants& constants = layer.constants;
  const size_t head = Padded(layer.d_head);
  const int shift = ScoreShift(layer.d_head);
  int32_t* keys = projections.rows + projections.key;
  for (size_t t = 0; t < count; ++t, keys += projections.stride) RoundShiftEach(keys, head, shift, 1);
  const size_t before = std::min<size_t>(projections.before, layer.max_seq - 1);
  const int32_t* first_row = projections.rows - before * projections.stride;
  const KeyRows all{first_row + projections.key, first_row, projections.stride, head};
  // Turning the keys pays when many queries meet them.
  const bool turned = count >= kTurnFrom && layer.top_k <= hn::Lanes(D32());
  RoughKeys rough{scratch.columns, scratch.columns_stride, 0, scratch.scores};
  if (turned) rough.length = KeysToColumns(all, before + count, scratch.columns, scratch.columns_stride);
  for (size_t t = 0; t < count; ++t, q += layer.stride, x += layer.stride) {
    int32_t* row = projections.rows + t * projections.stride;
    RoundShiftEach(row + projections.query, head, shift, constants.query_sign);
    Share route[3];
    Route<Candidate>(row + projections.router, constants.router_sign, constants.router, route);
    const int local_length = Local(layer, q, scratch.local);
    if (!Recur(layer, q, q_lengths[t], carried)) return t;

    const size_t seen = std::min<size_t>(before + t + 1, layer.max_seq), first = before + t + 1 - seen;
    const int32_t* query = row + projections.query;
    size_t chosen = 0;
    if (turned && seen >= kTurnFrom) {
      chosen = ChooseOfRough(query, all, first, seen, layer.top_k, rough, scratch.best);
    } else {
      const size_t skipped = first * projections.stride;
      const KeyRows visible{all.keys + skipped, all.values + skipped, projections.stride, head};
      chosen = ChooseOfAll(query, visible, seen, layer.top_k, scratch.best);
    }
    chosen = Weigh(scratch.best, chosen, layer);
    const int sparse_length = MixValues(scratch.best, chosen, layer.stride, scratch.sparse);

    const int32_t p = constants.norm.shift;
    const Part parts[] = {{scratch.local, p, local_length, Times(constants.local, route[0])},
                          {carried->s, carried->exponent, carried->length, Times({1 << 30, 30}, route[1])},
                          {scratch.sparse, p, sparse_length, Times(constants.sparse, route[2])}};
    if (!AddTerms(parts, layer.stride, x, exponents + t)) return t;
  }
  return count;
}

}  // namespace HWY_NAMESPACE
}  // namespace atome::host
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace atome::host {

HWY_EXPORT(MixPathways);
size_t MixPathways(const BlockLayer& layer, size_t count, const int32_t* q, const int32_t* q_lengths,
                   const Projections& projections, Carried* carried, const BlockScratch& scratch, int32_t* x,
                   int32_t* exponents) {
  return HWY_DYNAMIC_DISPATCH(MixPathways)(layer, count, q, q_lengths, projections, carried, scratch, x,
                                           exponents);
}

}  // namespace atome::host
#endif  // HWY_ONCE
