// logits = U n, as integers in units of the model's scale.
#ifndef ATOME_ENGINE_Q15_OPS_UNEMBED_H_
#define ATOME_ENGINE_Q15_OPS_UNEMBED_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/files/ternary.h"
#include "engine/q15/ternary_product.h"
#include "engine/q15/tile_product.h"
#include "engine/q15/workspace.h"

namespace atome::q15::op {

template <class Shape>
struct Unembed {
  // Never inlined: see Embed.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, int32_t* logits) {
    const ModelView<Shape> model = w.Model();
    const uint32_t vocab = w.shape.vocab_size();
    if (model.tiles()) {
      TileProduct(model.UnembedCodes(), vocab, w.Quantized(), w.d(), w.Tables(), logits);
    } else if (model.columns()) {
      TernaryProduct(model.UnembedCodes(), vocab, vocab, w.Quantized(), w.d(), w.Tables(),
                     w.Layout().TableGroups(), logits);
    } else {
      TritCursor rows = model.Trits(ATOME_TENSOR_UNEMBED, 0);
      for (uint32_t v = 0; v < vocab; ++v) logits[v] = Dot(rows, w.Quantized(), w.d());
    }
    const int32_t sign = w.Derived().Model().unembed_sign;
    if (sign == 1) return;
    for (uint32_t v = 0; v < vocab; ++v) logits[v] *= sign;
  }
};

}  // namespace atome::q15::op

#endif  // ATOME_ENGINE_Q15_OPS_UNEMBED_H_
