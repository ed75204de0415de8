// Everything that a block's ternary matrices make of q: query, key and value of this position, and the
// router's sums. One op, because the tables of ternary_columns.h serve all four.
#ifndef ATOME_ENGINE_INTERNAL_OPS_SPARSE_PROJECT_H_
#define ATOME_ENGINE_INTERNAL_OPS_SPARSE_PROJECT_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/internal/attention.h"
#include "engine/internal/ternary.h"
#include "engine/internal/ternary_product.h"
#include "engine/internal/workspace.h"

namespace atome::op {

template <class Shape>
struct SparseProject {
  // Never inlined: see Embed.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer) {
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
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_INTERNAL_OPS_SPARSE_PROJECT_H_
