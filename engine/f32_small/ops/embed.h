// x = alpha_E * E[token], as engine/f32/ops/embed.h.
#ifndef ATOME_ENGINE_F32_SMALL_OPS_EMBED_H_
#define ATOME_ENGINE_F32_SMALL_OPS_EMBED_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32_small/trit.h"
#include "engine/f32_small/workspace.h"
#include "engine/files/ternary.h"

namespace atome::op {

template <class Shape>
struct Embed {
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t token) {
    const ModelView<Shape> model = w.Model();
    const ModelConstants& constants = w.Derived().Model();
    const int32_t element = constants.embed_element, exponent = constants.embed_exponent;
    w.residual_exponent = exponent;
    int32_t* x = w.Residual();
    if (model.bytewise()) {
      ByteTrits row(model.EmbedCodes() + token * ((w.d() + 4) / 5));
      for (uint32_t i = 0; i < w.d(); ++i) x[i] = row.Next() * element;
    } else {
      TritCursor row = model.Trits(ATOME_TENSOR_EMBED, 0, token * w.d());
      for (uint32_t i = 0; i < w.d(); ++i) x[i] = row.Next() * element;
    }
    w.TapScaled(ATOME_OP_EMBED, -1, x, exponent);
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_SMALL_OPS_EMBED_H_
