// The sparse pathway: attention over the k best positions of the window.
#ifndef ATOME_ENGINE_INTERNAL_OPS_SPARSE_H_
#define ATOME_ENGINE_INTERNAL_OPS_SPARSE_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/internal/attention.h"
#include "engine/internal/kernels/wide.h"
#include "engine/internal/scaled.h"
#include "engine/internal/ternary.h"
#include "engine/internal/ternary_product.h"
#include "engine/internal/workspace.h"

namespace atome::op {

template <class Shape>
struct Sparse {
  // Everything that a block's ternary matrices make of q: query, key and value of this position, and the
  // router's sums, because the tables of ternary_columns.h serve all four.
  [[gnu::noinline]] static void Project(Workspace<Shape>& w, uint32_t layer) {
    const ModelView<Shape> model = w.Model();
    const uint32_t h = w.shape.d_head();
    const struct {
      atome_tensor tensor;
      uint32_t rows;
      int32_t* sums;
    } parts[] = {{ATOME_TENSOR_WV, w.d(), w.Value(layer, w.slot)},
                 {ATOME_TENSOR_WK, h, w.Key(layer, w.slot)},
                 {ATOME_TENSOR_WQ, h, w.Query()},
                 {ATOME_TENSOR_ROUTER, 3, w.RouterSums()}};
    if (model.columns()) {
      TernaryProduct product(model.BlockCodes(layer), BlockRows(w.shape), w.Quantized(), w.d(), w.Tables());
      while (product.MakeTables()) {
        for (const auto& part : parts) product.AddRows(part.rows, part.sums);
      }
    } else {
      for (const auto& part : parts) {
        TritCursor rows = model.Trits(part.tensor, layer);
        for (uint32_t r = 0; r < part.rows; ++r) part.sums[r] = rows.Dot(w.Quantized(), w.d());
      }
    }
    const int shift = ScoreShift(h);
    const int32_t sign = w.Constants(layer).query_sign;
    for (uint32_t r = 0; r < h; ++r) {
      parts[1].sums[r] = RoundShift(parts[1].sums[r], shift);
      parts[2].sums[r] = sign * RoundShift(parts[2].sums[r], shift);
    }
  }

  // Never inlined: see Embed.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer) {
    const uint32_t chosen = Attend(w, layer);
    const Candidate* candidates = w.Candidates();
    int32_t* sparse = w.Sparse();
    Magnitude magnitude;
    for (uint32_t i = 0; i < w.d(); ++i) {
      int64_t mixed = 0;
      for (uint32_t j = 0; j < chosen; ++j) {
        mixed = kernel::MulAdd(mixed, candidates[j].weight, candidates[j].value[i]);
      }
      sparse[i] = static_cast<int32_t>(mixed >> 30);
      magnitude.Add(sparse[i]);
    }
    w.sparse_magnitude = magnitude;
    const LayerConstants& constants = w.Constants(layer);
    w.TapScaled(ATOME_OP_SPARSE, static_cast<int>(layer), sparse,
                Scale2(constants.sparse_alpha, -constants.norm.shift), 0);
  }

 private:
  // Chooses and weighs the positions of the window; returns how many.
  static uint32_t Attend(Workspace<Shape>& w, uint32_t layer) {
    TopK best(w.Candidates(), w.shape.top_k());
    const uint32_t max_seq = w.shape.max_seq();
    uint32_t slot = w.filled < max_seq || w.slot + 1 == max_seq ? 0 : w.slot + 1;  // the oldest
    for (uint32_t i = 0; i < w.filled; ++i) {
      best.Offer(kernel::Dot(w.Query(), w.Key(layer, slot), w.shape.d_head()), w.Value(layer, slot));
      slot = slot + 1 < max_seq ? slot + 1 : 0;
    }
    return best.Weigh(w.Constants(layer).score_scale);
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_INTERNAL_OPS_SPARSE_H_
