// The sparse pathway: attention over the k best positions of the window. Query, key and value come from
// SparseProject.
#ifndef ATOME_ENGINE_INTERNAL_OPS_SPARSE_H_
#define ATOME_ENGINE_INTERNAL_OPS_SPARSE_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/internal/attention.h"
#include "engine/internal/kernels/wide.h"
#include "engine/internal/scaled.h"
#include "engine/internal/workspace.h"

namespace atome::op {

template <class Shape>
struct Sparse {
  // Never inlined: see Embed.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer) {
    const uint32_t chosen = Attend(w, layer);
    const Candidate* candidates = w.Candidates();
    int32_t* sparse = w.Sparse();
    Magnitude magnitude;
    for (uint32_t i = 0; i < w.d(); ++i) {
      int64_t mixed = 0;
      for (uint32_t j = 0; j < chosen; ++j) mixed += int64_t{candidates[j].weight} * candidates[j].value[i];
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
