// The sparse pathway: attention over the k best positions of the window.
#ifndef ATOME_ENGINE_INTERNAL_OPS_SPARSE_H_
#define ATOME_ENGINE_INTERNAL_OPS_SPARSE_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/internal/attention.h"
#include "engine/internal/ternary.h"
#include "engine/internal/workspace.h"

namespace atome::op {

template <class Shape>
struct Sparse {
  // Never inlined: see Embed.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer) {
    Project(w, layer);
    const uint32_t chosen = Attend(w, layer);
    const Candidate* candidates = w.Candidates();
    const float scale = w.Constants(layer).sparse_scale;
    float* sparse = w.Sparse();
    for (uint32_t i = 0; i < w.d(); ++i) {
      int64_t mixed = 0;
      for (uint32_t j = 0; j < chosen; ++j) {
        mixed += int64_t{candidates[j].weight} * w.Value(layer, candidates[j].slot)[i];
      }
      sparse[i] = static_cast<float>(mixed) * scale;
    }
    w.Tap(ATOME_OP_SPARSE, static_cast<int>(layer), sparse, w.d());
  }

 private:
  // Query, and the key and value of this position, as integers.
  static void Project(Workspace<Shape>& w, uint32_t layer) {
    const FileLayout<Shape> offsets = w.Offsets();
    const uint64_t block = offsets.Block(layer);
    const int shift = ScoreShift(w.shape.d_head());
    const int32_t sign = w.Constants(layer).query_sign;
    const int32_t* q = w.Quantized();
    int32_t* query = w.Query();
    int32_t* key = w.Key(layer, w.slot);
    int32_t* value = w.Value(layer, w.slot);
    TritCursor wq = w.Ternary(block + offsets.Wq()).From(0);
    TritCursor wk = w.Ternary(block + offsets.Wk()).From(0);
    TritCursor wv = w.Ternary(block + offsets.Wv()).From(0);
    for (uint32_t r = 0; r < w.shape.d_head(); ++r) query[r] = sign * RoundShift(wq.Dot(q, w.d()), shift);
    for (uint32_t r = 0; r < w.shape.d_head(); ++r) key[r] = RoundShift(wk.Dot(q, w.d()), shift);
    for (uint32_t r = 0; r < w.d(); ++r) value[r] = wv.Dot(q, w.d());
  }

  // Chooses and weighs the positions of the window; returns how many.
  static uint32_t Attend(Workspace<Shape>& w, uint32_t layer) {
    TopK best(w.Candidates(), w.shape.top_k());
    const uint32_t max_seq = w.shape.max_seq();
    uint32_t slot = w.filled < max_seq || w.slot + 1 == max_seq ? 0 : w.slot + 1;  // the oldest
    for (uint32_t i = 0; i < w.filled; ++i) {
      best.Offer(Score(w.Query(), w.Key(layer, slot), w.shape.d_head()), slot);
      slot = slot + 1 < max_seq ? slot + 1 : 0;
    }
    return best.Weigh(w.Constants(layer).score_scale);
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_INTERNAL_OPS_SPARSE_H_
