// x = alpha_E * E[token].
#ifndef ATOME_ENGINE_F32_OPS_EMBED_H_
#define ATOME_ENGINE_F32_OPS_EMBED_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32/workspace.h"
#include "engine/files/ternary.h"

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
    for (uint32_t i = 0; i < w.d(); ++i) x[i] = row.Next() * element;
    w.residual_exponent = exponent;
    w.TapScaled(ATOME_OP_EMBED, -1, x, exponent);
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_OPS_EMBED_H_
