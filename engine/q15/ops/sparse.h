// The sparse pathway: attention over the k best positions of the window, of which key and value are
// remembered.
#ifndef ATOME_ENGINE_Q15_OPS_SPARSE_H_
#define ATOME_ENGINE_Q15_OPS_SPARSE_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/files/ternary.h"
#include "engine/q15/attention.h"
#include "engine/q15/kernels/scores.h"
#include "engine/q15/kernels/scores_small.h"
#include "engine/q15/ternary_product.h"
#include "engine/q15/tile_product.h"
#include "engine/q15/workspace.h"

namespace atome::q15::op {

template <class Shape>
struct Sparse {
  // The products of q with all matrices of a block, because one set of tables serves them: value, key, query,
  // the router's sums.
  [[gnu::noinline]] static void Project(Workspace<Shape>& w, uint32_t layer) {
    const ModelView<Shape> model = w.Model();
    const uint32_t d = w.d(), h = w.shape.d_head();
    int32_t* sums = w.Sums();
    const uint32_t rows = BlockRows(w.shape);
    if (model.tiles()) {
      TileProduct(model.BlockCodes(layer), tiles::Rows(rows), w.Quantized(), d, w.Tables(), sums);
      return;
    }
    if (model.columns()) {
      TernaryProduct(model.BlockCodes(layer), rows, rows, w.Quantized(), d, w.Tables(),
                     w.Layout().TableGroups(), sums);
      return;
    }
    sums = Products(model.Trits(ATOME_TENSOR_WV, layer), d, w, sums);
    sums = Products(model.Trits(ATOME_TENSOR_WK, layer), h, w, sums);
    sums = Products(model.Trits(ATOME_TENSOR_WQ, layer), h, w, sums);
    Products(model.Trits(ATOME_TENSOR_ROUTER, layer), 3, w, sums);
  }

  // Never inlined: see Embed.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer) {
    const uint32_t d = w.d(), h = w.shape.d_head();
    const uint32_t slot = w.cache_slot;
    const int z = KeyDrop(d);
    const int32_t* sums = w.Sums() + d + h;  // of the query
    Magnitude magnitude = Elements(sums, h);
    const int drop = Surplus(magnitude, QueryBits(h));
    for (uint32_t r = 0; r < h; ++r)
      w.Query()[r] = static_cast<int16_t>(w.Constants(layer).query_sign * DropRounded(sums[r], drop));
    w.score_drop = drop;
    sums -= h;  // of the key
    if (w.shape.cache_bits() == 16) {
      int16_t* key = w.WideKeys(layer) + size_t{slot} * h;
      for (uint32_t r = 0; r < h; ++r) key[r] = static_cast<int16_t>(DropRounded(sums[r], z));
    } else {
      int8_t* key = w.NarrowKeys(layer) + size_t{slot} * h;
      const int surplus = Surplus(Elements(sums, h), 7), shift = surplus > z ? surplus : z;
      for (uint32_t r = 0; r < h; ++r)
        key[r] = static_cast<int8_t>(Clamp(DropRounded(sums[r], shift), -127, 127));
      w.KeyShifts(layer)[slot] = static_cast<uint8_t>(shift - z);
    }
    Remember(w.Sums(), d, w.Values(layer) + size_t{slot} * d, w.ValueShifts(layer)[slot]);

    const uint32_t count = Attend(w, layer);
    const int shift = AlignWeights(w.Candidates(), count, w.ValueShifts(layer));
    w.sparse_exponent = w.Constants(layer).norm.shift + 15 - shift;
    w.sparse_magnitude = MixValues(w.Candidates(), count, w.Values(layer), d, w.Sums());
    const LayerConstants& constants = w.Constants(layer);
    w.TapSums(ATOME_OP_SPARSE, static_cast<int>(layer), w.Sums(), w.sparse_exponent, constants.sparse,
              constants.sparse_sign);
  }

 private:
  static int32_t* Products(TritCursor trits, uint32_t rows, Workspace<Shape>& w, int32_t* sums) {
    for (; rows != 0; --rows) *sums++ = Dot(trits, w.Quantized(), w.d());
    return sums;
  }

  static Magnitude Elements(const int32_t* values, uint32_t count) {
    Magnitude magnitude;
#pragma GCC unroll 4
    for (uint32_t i = 0; i < count; ++i) magnitude.Add(values[i]);
    return magnitude;
  }

  // What has to go of a vector so that `bits` are left.
  static int Surplus(Magnitude magnitude, int bits) {
    return magnitude.Length() > bits ? magnitude.Length() - bits : 0;
  }

  // To 8 bits, rounded down, with a shift for the whole vector.
  static void Remember(const int32_t* sums, uint32_t d, int8_t* value, uint8_t& value_shift) {
    const int shift = Surplus(Elements(sums, d), 7);
#pragma GCC unroll 4
    for (uint32_t i = 0; i < d; ++i) value[i] = static_cast<int8_t>(sums[i] >> shift);
    value_shift = static_cast<uint8_t>(shift);
  }

  // Chooses and weighs the positions of the window; returns how many.
  static uint32_t Attend(Workspace<Shape>& w, uint32_t layer) {
    TopK best(w.Candidates(), w.shape.top_k());
    int32_t* scores = w.Scores();
    const uint32_t h = w.shape.d_head(), length = w.shape.max_seq(), room = w.Layout().Scores();
    uint32_t slot = w.filled < length || w.cache_slot + 1 == length ? 0 : w.cache_slot + 1;  // the oldest
    for (uint32_t left = w.filled; left != 0;) {
      // As many as follow each other in the ring, and as there is room for.
      uint32_t count = left < length - slot ? left : length - slot;
      count = count < room ? count : room;
      if (w.shape.cache_bits() == 16) {
        kernel::Scores(w.Query(), w.WideKeys(layer) + size_t{slot} * h, h, count, scores);
        best.Offer(count, slot, [&](uint32_t i) { return scores[i]; });
      } else {
        kernel::Scores(w.Query(), w.NarrowKeys(layer) + size_t{slot} * h, h, count, scores);
        const uint8_t* shifts = w.KeyShifts(layer) + slot;
        best.Offer(count, slot, [&](uint32_t i) { return ShiftLeft(scores[i], shifts[i]); });
      }
      left -= count;
      slot = slot + count < length ? slot + count : 0;
    }
    return best.Weigh(w.Constants(layer).score.Scaled(w.score_drop));
  }
};

}  // namespace atome::q15::op

#endif  // ATOME_ENGINE_Q15_OPS_SPARSE_H_
