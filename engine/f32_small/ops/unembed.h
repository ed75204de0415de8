// logits = U n, as engine/f32/ops/unembed.h.
#ifndef ATOME_ENGINE_F32_SMALL_OPS_UNEMBED_H_
#define ATOME_ENGINE_F32_SMALL_OPS_UNEMBED_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32_small/product.h"
#include "engine/f32_small/workspace.h"
#include "engine/files/ternary.h"
#include "engine/maths/float_bits.h"

namespace atome::op {

template <class Shape>
struct Unembed {
  [[gnu::noinline]] static bool Run(Workspace<Shape>& w, float* logits) {
    const ModelView<Shape> model = w.Model();
    const uint32_t vocab = w.shape.vocab_size();
    kernel::Sum* sums = reinterpret_cast<kernel::Sum*>(logits);  // each becomes a logit in its place
    if (model.columns()) {
      w.Product(w.Weights(w.shape.n_layers()) + 4, vocab, vocab, sums);
    } else {
      TritCursor rows = model.Trits(ATOME_TENSOR_UNEMBED, 0);
      for (uint32_t v = 0; v < vocab; ++v) sums[v] = rows.Dot(w.Quantized(), w.d());
    }
    const float scale = w.Derived().Model().unembed_scale;
    bool finite = true;
    for (uint32_t v = 0; v < vocab; ++v) {
      logits[v] = static_cast<float>(sums[v]) * scale;
      if (!IsFinite(logits[v])) finite = false;
    }
    w.Tap(ATOME_OP_LOGITS, -1, logits, vocab);
    return finite;
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_SMALL_OPS_UNEMBED_H_
