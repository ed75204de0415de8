// logits = U n as sums, as engine/f32/ops/unembed.h.
#ifndef ATOME_ENGINE_F32_SMALL_OPS_UNEMBED_H_
#define ATOME_ENGINE_F32_SMALL_OPS_UNEMBED_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32_small/product.h"
#include "engine/f32_small/workspace.h"
#include "engine/files/ternary.h"
#include "engine/maths/best_sum.h"
#include "engine/maths/sum.h"

namespace atome::op {

template <class Shape>
struct Unembed {
  [[gnu::noinline]] static bool Run(Workspace<Shape>& w, kernel::Sum* sums) {
    const ModelView<Shape> model = w.Model();
    const uint32_t vocab = w.shape.vocab_size();
    if (model.columns()) {
      w.Product(model.UnembedCodes(), vocab, vocab, sums);
    } else {
      TritCursor rows = model.Trits(ATOME_TENSOR_UNEMBED, 0);
      for (uint32_t v = 0; v < vocab; ++v) sums[v] = rows.Dot(w.Quantized(), w.d());
    }
    return AllFinite(sums, vocab, w.UnembedScale());
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_SMALL_OPS_UNEMBED_H_
