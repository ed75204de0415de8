// x = alpha_E * E[token].
#ifndef ATOME_ENGINE_F32_OPS_EMBED_H_
#define ATOME_ENGINE_F32_OPS_EMBED_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32/workspace.h"
#include "engine/files/ternary.h"
#include "engine/maths/kernels/wide.h"

namespace atome::op {

template <class Shape>
struct Embed {
  // Never inlined, like every op, so that a profile tells them apart by symbol.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t token) {
    const ModelView<Shape> model = w.Model();
    const int32_t element = w.Derived().Model().embed_element, exponent = w.Derived().Model().embed_exponent;
    int32_t* x = w.Residual();
    TritCursor row = model.bytewise()
                         ? TritCursor(Format::kBase3, model.EmbedCodes() + token * ((w.d() + 4) / 5), 0)
                         : model.Trits(ATOME_TENSOR_EMBED, 0, token * w.d());
    int32_t trits = 0;
    Magnitude magnitude;
    for (uint32_t i = 0; i < w.d(); ++i) {
      const int32_t trit = row.Next();
      trits += trit;
      x[i] = trit * element;
      magnitude.Add(x[i]);
    }
    w.residual_exponent = exponent;
    w.residual_magnitude = magnitude;
    w.residual_sum = kernel::MulAdd(0, trits, element);
    w.TapScaled(ATOME_OP_EMBED, -1, x, exponent);
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_OPS_EMBED_H_
