// The sparse pathway: attention over the k best positions of the window.
#ifndef ATOME_ENGINE_F32_OPS_SPARSE_H_
#define ATOME_ENGINE_F32_OPS_SPARSE_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32/attention.h"
#include "engine/f32/kernels/estimates.h"
#include "engine/f32/kernels/scores.h"
#include "engine/f32/narrow_cache.h"
#include "engine/f32/shortlist.h"
#include "engine/f32/ternary_product.h"
#include "engine/f32/tile_product.h"
#include "engine/f32/workspace.h"
#include "engine/files/ternary.h"
#include "engine/maths/scaled.h"

namespace atome::op {

template <class Shape>
struct Sparse {
  // Everything that a block's ternary matrices make of q: query, key and value of this position, and the
  // router's sums, because the tables of look-ups serve all four.
  [[gnu::noinline]] static void Project(Workspace<Shape>& w, uint32_t layer) {
    const ModelView<Shape> model = w.Model();
    const uint32_t h = w.shape.d_head();
    constexpr atome_tensor kTensors[] = {ATOME_TENSOR_WV, ATOME_TENSOR_WK, ATOME_TENSOR_WQ,
                                         ATOME_TENSOR_ROUTER};
    const uint32_t rows[] = {w.d(), h, h, 3};
    int32_t* const sums[] = {w.narrow() ? w.Product() : w.Value(layer, w.slot),
                             w.narrow() ? w.KeySums() : w.Key(layer, w.slot), w.Query(), w.RouterSums()};
    const int32_t *key = sums[1], *query = sums[2];
    if (model.tiles()) {
      // Whole tiles of wv go where they stay; those of values to be narrowed stay where they are.
      const uint32_t there = w.d() % tiles::kRows == 0 && !w.narrow() ? w.d() : 0,
                     all = tiles::Rows(BlockRows(w.shape));
      int32_t* product = w.Product();
      TileProduct(model.BlockCodes(layer), w.Quantized(), w.d(), w.Tables(), {there / tiles::kRows, sums[0]},
                  {(all - there) / tiles::kRows, product});
      for (uint32_t r = there; r < w.d(); ++r) sums[0][r] = *product++;
      key = product;
      query = key + h;
      for (uint32_t r = 0; r < 3; ++r) sums[3][r] = query[h + r];
    } else if (model.columns()) {
      TernaryProduct product(model.BlockCodes(layer), BlockRows(w.shape), w.Quantized(), w.d(), w.Tables());
      while (product.MakeTables()) {
        for (int part = 0; part < 4; ++part) product.AddRows(rows[part], sums[part]);
      }
    } else {
      for (int part = 0; part < 4; ++part) {
        TritCursor trits = model.Trits(kTensors[part], layer);
        for (uint32_t r = 0; r < rows[part]; ++r) sums[part][r] = trits.Dot(w.Quantized(), w.d());
      }
    }
    const int shift = ScoreShift(h);
    const int32_t sign = w.Constants(layer).query_sign;
    for (uint32_t r = 0; r < h; ++r) {
      sums[1][r] = RoundShift(key[r], shift);
      sums[2][r] = sign * RoundShift(query[r], shift);
    }
    if (w.narrow()) NarrowCache<Shape>::Keep(w, layer);
  }

  // Never inlined: see Embed.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer) {
    const uint32_t chosen = Attend(w, layer);
    Factor alpha = w.Constants(layer).sparse;
    w.sparse_exponent = w.Constants(layer).norm.shift;
    if (w.narrow()) {
      const int32_t raised = NarrowCache<Shape>::Mix(w, layer, chosen);
      w.sparse_exponent += raised;
      alpha.exponent += raised;
    } else {
      w.sparse_magnitude = MixValues(
          w.Candidates(), chosen, w.d(), [&](uint32_t slot) { return w.Value(layer, slot); }, w.Sparse());
    }
    w.TapSums(ATOME_OP_SPARSE, layer, w.Sparse(), alpha);
  }

 private:
  static constexpr uint32_t kRoom = 64;  // of scores or estimates in the memory of the tables
  static_assert(kRoom * (sizeof(int64_t) + sizeof(int32_t)) <= kernel::kTable * sizeof(int32_t));
  static constexpr uint32_t kFew = 8;  // positions whose scores cost no more than a shortlist

  // Chooses and weighs the positions of the window; returns how many.
  static uint32_t Attend(Workspace<Shape>& w, uint32_t layer) {
    const uint32_t h = w.shape.d_head();
    if (kernel::kEstimateFirst && w.filled > kFew && w.shape.top_k() <= Shortlist::kMost && h > 1 &&
        !w.narrow()) {
      return AttendToShortlist(w, layer);
    }
    TopK best(w.Candidates(), w.shape.top_k());
    ForWindow(w, [&](uint32_t slot, uint32_t count) {
      int64_t* scores = w.template At<int64_t>(w.Layout().Tables());
      if (w.narrow()) {
        NarrowCache<Shape>::Scores(w, layer, slot, count, w.Tables() + 2 * kRoom, scores);
      } else {
        kernel::Scores(w.Query(), w.Key(layer, slot), h, count, scores);
      }
      best.Offer(scores, count, slot);
    });
    if (w.narrow()) best.Raise(w.query_shift);
    return best.Weigh(w.Constants(layer).score);
  }

  // The same, with scores of those positions alone that can be chosen.
  static uint32_t AttendToShortlist(Workspace<Shape>& w, uint32_t layer) {
    const uint32_t h = w.shape.d_head();
    int32_t* const rounded = w.Tables();     // [h]
    int32_t* const estimates = rounded + h;  // [kRoom]
    static_assert(256 + kRoom <= kernel::kTable * kTableGroups);
    TopK best(w.Candidates(), w.shape.top_k());
    Shortlist shortlist(w.Query(), h, w.shape.top_k(), rounded);
    ForWindow(w, [&](uint32_t slot, uint32_t count) {
      kernel::Estimates(rounded, w.Key(layer, slot), h, count, estimates);
      const int32_t least = shortlist.Add(estimates, count);
      const int32_t* estimate = estimates;
      for (uint32_t i = 0; i < count; ++i) {
        if (*estimate++ < least) continue;
        int64_t score;
        kernel::Scores(w.Query(), w.Key(layer, slot + i), h, 1, &score);
        best.Offer(&score, 1, slot + i);
      }
    });
    return best.Weigh(w.Constants(layer).score);
  }

  // Calls each(slot, count) for all positions of the window, oldest first: as many at a time as follow each
  // other in the ring, at most kRoom.
  template <class Each>
  static void ForWindow(const Workspace<Shape>& w, const Each& each) {
    const uint32_t max_seq = w.shape.max_seq();
    uint32_t slot = w.filled < max_seq || w.slot + 1 == max_seq ? 0 : w.slot + 1;  // the oldest
    for (uint32_t left = w.filled; left != 0;) {
      uint32_t count = left < max_seq - slot ? left : max_seq - slot;
      count = count < kRoom ? count : kRoom;
      each(slot, count);
      left -= count;
      slot = slot + count < max_seq ? slot + count : 0;
    }
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_OPS_SPARSE_H_
