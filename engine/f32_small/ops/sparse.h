// The sparse pathway: attention over the k best positions of the window, as engine/f32/ops/sparse.h.
#ifndef ATOME_ENGINE_F32_SMALL_OPS_SPARSE_H_
#define ATOME_ENGINE_F32_SMALL_OPS_SPARSE_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32/softmax.h"
#include "engine/f32_small/attention.h"
#include "engine/f32_small/integers.h"
#include "engine/f32_small/product.h"
#include "engine/f32_small/workspace.h"
#include "engine/files/ternary.h"
#include "engine/maths/kernels/wide.h"
#include "engine/maths/narrow.h"

namespace atome::op {

template <class Shape>
struct Sparse {
  // Everything that a block's ternary matrices make of q: value and key of this position, query, and the
  // router's sums.
  [[gnu::noinline]] static void Project(Workspace<Shape>& w, uint32_t layer) {
    const ModelView<Shape> model = w.Model();
    const uint32_t d = w.d(), h = w.shape.d_head();
    int32_t* const value = w.narrow() ? w.Fresh() : w.Value(layer, w.slot);
    int32_t* const query = w.Query();
    if (model.columns()) {
      const uint8_t* codes = model.BlockCodes(layer);
      w.Product(codes, BlockRows(w.shape), d + h, value);
      w.Product(codes + d + h, BlockRows(w.shape), h + 3, query);
    } else {
      const auto product = [&](atome_tensor tensor, uint32_t rows, int32_t* sums) {
        TritCursor trits = model.Trits(tensor, layer);
        for (uint32_t r = 0; r < rows; ++r) sums[r] = trits.Dot(w.Quantized(), d);
      };
      product(ATOME_TENSOR_WV, d, value);
      product(ATOME_TENSOR_WK, h, value + d);
      product(ATOME_TENSOR_WQ, h, query);
      product(ATOME_TENSOR_ROUTER, 3, query + h);
    }
    const int shift = ScoreShift(h);
    const int32_t sign = w.Constants(layer).query_sign;
    for (uint32_t r = 0; r < h; ++r) {
      value[d + r] = DropRounded(value[d + r], shift);
      query[r] = sign * DropRounded(query[r], shift);
    }
    if (w.narrow()) {
      int16_t* row = w.NarrowValue(layer, w.slot);
      uint8_t* shifts = w.Shifts(row);
      shifts[0] = static_cast<uint8_t>(Narrow(value, d, 0, row));
      shifts[1] = static_cast<uint8_t>(Narrow(value + d, h, 0, row + d));
      w.SparseExponent() = Narrow(query, h, QueryShift(query, h, shift), w.NarrowQuery());
    }
  }

  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer) {
    const uint32_t d = w.d(), h = w.shape.d_head();
    TopK best(w.Candidates(), w.shape.top_k());
    uint32_t slot = w.slot;
    do {  // from the oldest to the current one
      slot = slot + 1 < w.filled ? slot + 1 : 0;
      if (w.narrow()) {
        const int16_t* row = w.NarrowValue(layer, slot);
        best.Offer(int64_t{DotNarrow(w.NarrowQuery(), row + d, h)} << (w.Shifts(row)[1] + w.SparseExponent()),
                   row);
        continue;
      }
      const int32_t* value = w.Value(layer, slot);
      best.Offer(Dot(w.Query(), value + d, h), value);
    } while (slot != w.slot);
    Candidate* candidates = w.Candidates();
    const uint32_t count = best.count();
    WeighInUnits(candidates, count, w.Constants(layer).score);
    int32_t* sparse = w.Sparse();
    if (w.narrow()) {
      MixNarrow(w, layer, candidates, count);
      return;
    }
    for (uint32_t i = 0; i < d; ++i) {
      int64_t sum = 0;
      for (uint32_t j = 0; j < count; ++j)
        sum = kernel::MulAdd(sum, candidates[j].weight, static_cast<const int32_t*>(candidates[j].row)[i]);
      sparse[i] = static_cast<int32_t>(sum >> 30);
    }
    w.TapSums(ATOME_OP_SPARSE, layer, sparse, w.Constants(layer).sparse);
  }

 private:
  // The mix of the chosen values, whose weights are overwritten.
  static void MixNarrow(Workspace<Shape>& w, uint32_t layer, Candidate* candidates, uint32_t count) {
    int greatest = 0;
    for (uint32_t j = 0; j < count; ++j) {
      const int shift = w.Shifts(candidates[j].row)[0];
      greatest = shift > greatest ? shift : greatest;
    }
    for (uint32_t j = 0; j < count; ++j)
      candidates[j].weight = NarrowWeight(candidates[j].weight, greatest - w.Shifts(candidates[j].row)[0]);
    int32_t* sparse = w.Sparse();
    for (uint32_t i = 0; i < w.d(); ++i) {
      int32_t sum = 0;
      for (uint32_t j = 0; j < count; ++j)
        sum += candidates[j].weight * static_cast<const int16_t*>(candidates[j].row)[i];
      sparse[i] = sum;
    }
    const LayerConstants& constants = w.Constants(layer);
    w.SparseExponent() = constants.norm.shift + 15 - greatest;
    Factor alpha = constants.sparse;
    alpha.exponent += 15 - greatest;
    w.TapSums(ATOME_OP_SPARSE, layer, sparse, alpha);
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_SMALL_OPS_SPARSE_H_
