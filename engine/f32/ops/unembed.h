// logits = U n.
#ifndef ATOME_ENGINE_F32_OPS_UNEMBED_H_
#define ATOME_ENGINE_F32_OPS_UNEMBED_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32/kernels/scale_sums.h"
#include "engine/f32/ternary_product.h"
#include "engine/f32/workspace.h"
#include "engine/files/ternary.h"
#include "engine/maths/float_bits.h"

namespace atome::op {

template <class Shape>
struct Unembed {
  // False when a logit is not finite. Never inlined: see Embed.
  [[gnu::noinline]] static bool Run(Workspace<Shape>& w, float* logits) {
    const ModelView<Shape> model = w.Model();
    const uint32_t vocab = w.shape.vocab_size();
    kernel::Sum* sums = reinterpret_cast<kernel::Sum*>(logits);  // each becomes a logit in its place
    if (model.columns()) {
      TernaryProduct product(model.UnembedCodes(), vocab, w.Quantized(), w.d(), w.Tables());
      while (product.MakeTables()) product.AddRows(vocab, sums);
    } else {
      TritCursor rows = model.Trits(ATOME_TENSOR_UNEMBED, 0);
      for (uint32_t v = 0; v < vocab; ++v) sums[v] = rows.Dot(w.Quantized(), w.d());
    }
    const float scale = w.Derived().Model().unembed_scale;
    kernel::ScaleSums(sums, vocab, scale, logits);
    bool finite = true;
    if (!Bounded(scale)) {
      for (uint32_t v = 0; v < vocab; ++v) finite = finite && IsFinite(logits[v]);
    }
    w.Tap(ATOME_OP_LOGITS, -1, logits, w.shape.vocab_size());
    return finite;
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_OPS_UNEMBED_H_
