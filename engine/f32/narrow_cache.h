// Keys and values of 16 bits, a shift a vector; engine/f32/numerics.md, "A cache of 16 bits".
#ifndef ATOME_ENGINE_F32_NARROW_CACHE_H_
#define ATOME_ENGINE_F32_NARROW_CACHE_H_

#include <stdint.h>

#include "engine/f32/attention.h"
#include "engine/f32/kernels/mix_four_narrow.h"
#include "engine/f32/workspace.h"
#include "engine/maths/kernels/dots.h"
#include "engine/maths/narrow.h"

namespace atome {

// out[i] = sum of weight * value(slot)[i] over `count` candidates, i below d, which fits.
template <class ValueOf>
Magnitude MixNarrow(const Candidate* candidates, uint32_t count, uint32_t d, const ValueOf& value,
                    int32_t* out) {
  if (count <= 4) {
    const int16_t* values[4];
    int32_t weights[4];
    for (uint32_t j = 0; j < 4; ++j) {
      values[j] = value(candidates[j < count ? j : 0].slot);
      weights[j] = j < count ? candidates[j].weight : 0;
    }
    return Magnitude(kernel::MixFourNarrow(values, weights, d, out));
  }
  Magnitude magnitude;
  for (uint32_t i = 0; i < d; ++i) {
    out[i] = 0;
    for (uint32_t j = 0; j < count; ++j) out[i] += candidates[j].weight * value(candidates[j].slot)[i];
    magnitude.Add(out[i]);
  }
  return magnitude;
}

// scores[i] = dots[i] * 2^shifts[i], shifts at most 16; all [count].
[[gnu::noinline]] inline void RaiseScores(const int32_t* dots, const uint8_t* shifts, uint32_t count,
                                          int64_t* scores) {
#pragma GCC unroll 4
  for (; count != 0; --count) *scores++ = int64_t{*dots++} * (1 << *shifts++);
}

template <class Shape>
struct NarrowCache {
  // Keeps value and key of this position, and narrows the query: sums in Product, KeySums and Query.
  [[gnu::noinline]] static void Keep(Workspace<Shape>& w, uint32_t layer) {
    const uint32_t h = w.shape.d_head(), slot = w.slot;
    w.ValueShifts(layer)[slot] =
        static_cast<uint8_t>(Narrow(w.Product(), w.d(), 0, w.NarrowValue(layer, slot)));
    w.KeyShifts(layer)[slot] = static_cast<uint8_t>(Narrow(w.KeySums(), h, 0, w.NarrowKey(layer, slot)));
    w.query_shift = Narrow(w.Query(), h, QueryShift(w.Query(), h, ScoreShift(h)), w.NarrowQuery());
  }

  // Of `count` positions from `slot`, without the query's shift. scores [count], dots [count] before them.
  static void Scores(Workspace<Shape>& w, uint32_t layer, uint32_t slot, uint32_t count, int32_t* dots,
                     int64_t* scores) {
    kernel::Dots(w.NarrowQuery(), w.NarrowKey(layer, slot), w.shape.d_head(), count, dots);
    RaiseScores(dots, w.KeyShifts(layer) + slot, count, scores);
  }

  // The mix of the chosen values; returns by how much its exponent exceeds P.
  static int32_t Mix(Workspace<Shape>& w, uint32_t layer, uint32_t chosen) {
    Candidate* candidates = w.Candidates();
    const uint8_t* shifts = w.ValueShifts(layer);
    int greatest = 0;
    for (uint32_t j = 0; j < chosen; ++j) {
      const int shift = shifts[candidates[j].slot];
      greatest = shift > greatest ? shift : greatest;
    }
    for (uint32_t j = 0; j < chosen; ++j) {
      Candidate& each = candidates[j];
      each.weight = NarrowWeight(each.weight, greatest - shifts[each.slot]);
    }
    w.sparse_magnitude = MixNarrow(
        candidates, chosen, w.d(), [&](uint32_t slot) { return w.NarrowValue(layer, slot); }, w.Sparse());
    return 15 - greatest;
  }
};

}  // namespace atome

#endif  // ATOME_ENGINE_F32_NARROW_CACHE_H_
