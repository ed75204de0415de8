// logits = U n, as sums: best_sum.h says what each stands for.
#ifndef ATOME_ENGINE_F32_OPS_UNEMBED_H_
#define ATOME_ENGINE_F32_OPS_UNEMBED_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32/ternary_product.h"
#include "engine/f32/tile_product.h"
#include "engine/f32/workspace.h"
#include "engine/files/ternary.h"
#include "engine/maths/best_sum.h"
#include "engine/maths/sum.h"

namespace atome::op {

template <class Shape>
struct Unembed {
  // False when a logit is not finite. Never inlined: see Embed.
  [[gnu::noinline]] static bool Run(Workspace<Shape>& w, kernel::Sum* sums) {
    const ModelView<Shape> model = w.Model();
    const uint32_t vocab = w.shape.vocab_size();
    if (model.tiles()) {
      const uint32_t tiles = vocab / tiles::kRows, rest = vocab % tiles::kRows;
      kernel::Sum last[tiles::kRows];  // of a tile that has rows beyond the matrix
      TileProduct(model.UnembedCodes(), w.Quantized(), w.d(), w.Tables(), {tiles, sums},
                  {rest != 0 ? 1u : 0u, last});
      for (uint32_t r = 0; r < rest; ++r) sums[tiles * tiles::kRows + r] = last[r];
    } else if (model.columns()) {
      TernaryProduct product(model.UnembedCodes(), vocab, w.Quantized(), w.d(), w.Tables());
      while (product.MakeTables()) product.AddRows(vocab, sums);
    } else {
      TritCursor rows = model.Trits(ATOME_TENSOR_UNEMBED, 0);
      for (uint32_t v = 0; v < vocab; ++v) sums[v] = rows.Dot(w.Quantized(), w.d());
    }
    return AllFinite(sums, vocab, w.UnembedScale());
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_OPS_UNEMBED_H_
