// The sparse pathway: attention over the k best positions of the window. What is remembered of a position is
// q: scores are products of q with u = Wk^T query, and Wv is applied to the mix of the chosen q.
#ifndef ATOME_ENGINE_Q15_OPS_SPARSE_H_
#define ATOME_ENGINE_Q15_OPS_SPARSE_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/files/ternary.h"
#include "engine/q15/attention.h"
#include "engine/q15/kernels/scores.h"
#include "engine/q15/kernels/scores_small.h"
#include "engine/q15/ternary_product.h"
#include "engine/q15/workspace.h"

namespace atome::q15::op {

template <class Shape>
struct Sparse {
  // The products of q with Wq and, because the tables serve both, with the router's rows; then u.
  [[gnu::noinline]] static void Project(Workspace<Shape>& w, uint32_t layer) {
    const ModelView<Shape> model = w.Model();
    const uint32_t d = w.d(), h = w.shape.d_head();
    int32_t* sums = w.QuerySums();
    if (model.columns()) {  // rows of wv, wk, wq, router
      const auto product = h + 3 <= kernel::kFewRows ? FewProducts : TernaryProduct;
      product(model.BlockCodes(layer) + d + h, BlockRows(w.shape), h + 3, w.Quantized(), d, w.Tables(),
              w.Layout().TableGroups(), sums);
    } else {
      TritCursor rows = model.Trits(ATOME_TENSOR_WQ, layer);
      for (uint32_t r = 0; r < h; ++r) sums[r] = Dot(rows, w.Quantized(), d);
      TritCursor router = model.Trits(ATOME_TENSOR_ROUTER, layer);
      for (uint32_t r = 0; r < 3; ++r) sums[h + r] = Dot(router, w.Quantized(), d);
    }
    w.score_drop = Shrink(sums, h, 12, w.Constants(layer).query_sign, w.Query());
    int32_t* wide = w.Sparse();
    TernaryProduct(w.Derived().Turned(layer), d, d, w.Query(), h, w.Tables(), w.Layout().TableGroups(), wide);
    const int bits = 17 - (CeilLog2(d) + 1) / 2;
    w.score_drop += Shrink(wide, d, bits < 14 ? bits : 14, 1, w.Lookout());
  }

  // Never inlined: see Embed.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer) {
    if (w.shape.cache_bits() == 16) {
      const uint32_t count = Attend(w, layer, w.Recent(layer, 0), w.Layout().Recent(), w.recent_slot,
                                    [](uint32_t) { return 0; });
      MixRows(
          w.Candidates(), count, w.d(), [&](uint32_t slot) { return w.Recent(layer, slot); },
          [](const Candidate& each) { return static_cast<int32_t>(each.weight); }, w.Quantized());
    } else {
      const uint8_t* shifts = w.Shifts(layer);
      const uint32_t count = Attend(w, layer, w.Cached(layer, 0), w.shape.max_seq(), w.cache_slot,
                                    [&](uint32_t slot) { return shifts[slot]; });
      MixRows(
          w.Candidates(), count, w.d(), [&](uint32_t slot) { return w.Cached(layer, slot); },
          [&](const Candidate& each) { return static_cast<int32_t>(each.weight << shifts[each.slot]); },
          w.Quantized());
    }
    Values(w, layer);
  }

 private:
  // Right by as much as leaves `bits`, and times `sign`. Returns the shift.
  static int Shrink(const int32_t* values, uint32_t count, int bits, int32_t sign, int16_t* out) {
    Magnitude magnitude;
#pragma GCC unroll 4
    for (uint32_t i = 0; i < count; ++i) magnitude.Add(values[i]);
    const int drop = magnitude.Length() > bits ? magnitude.Length() - bits : 0;
#pragma GCC unroll 4
    for (uint32_t i = 0; i < count; ++i) out[i] = static_cast<int16_t>(sign * DropRounded(values[i], drop));
    return drop;
  }

  // Chooses and weighs the positions of the window, in a ring of `length` rows; returns how many.
  template <class Element, class ShiftOf>
  static uint32_t Attend(Workspace<Shape>& w, uint32_t layer, const Element* ring, uint32_t length,
                         uint32_t current, const ShiftOf& shift_of) {
    TopK best(w.Candidates(), w.shape.top_k());
    int32_t* scores = w.Scores();
    uint32_t slot =
        current + 1 >= w.filled ? current + 1 - w.filled : current + 1 + length - w.filled;  // the oldest
    for (uint32_t left = w.filled; left != 0;) {
      // As many as follow each other in the ring, and as there is room for.
      uint32_t count = left < length - slot ? left : length - slot;
      const uint32_t room = w.Layout().Scores();
      count = count < room ? count : room;
      kernel::Scores(w.Lookout(), ring + size_t{slot} * w.d(), w.d(), count, scores);
      best.Offer(count, slot, [&](uint32_t i) { return ShiftLeft(scores[i], shift_of(slot + i)); });
      left -= count;
      slot = slot + count < length ? slot + count : 0;
    }
    return best.Weigh(w.Constants(layer).score.Scaled(w.score_drop));
  }

  // Wv times the mix.
  static void Values(Workspace<Shape>& w, uint32_t layer) {
    const ModelView<Shape> model = w.Model();
    const uint32_t d = w.d();
    int32_t* sums = w.Sparse();
    if (model.columns()) {
      TernaryProduct(model.BlockCodes(layer), BlockRows(w.shape), d, w.Quantized(), d, w.Tables(),
                     w.Layout().TableGroups(), sums);
    } else {
      TritCursor rows = model.Trits(ATOME_TENSOR_WV, layer);
      for (uint32_t r = 0; r < d; ++r) sums[r] = Dot(rows, w.Quantized(), d);
    }
    Magnitude magnitude;
#pragma GCC unroll 4
    for (uint32_t i = 0; i < d; ++i) magnitude.Add(sums[i]);
    w.sparse_magnitude = magnitude;
    w.TapSums(ATOME_OP_SPARSE, static_cast<int>(layer), sums, ATOME_TENSOR_WV);
  }
};

}  // namespace atome::q15::op

#endif  // ATOME_ENGINE_Q15_OPS_SPARSE_H_
