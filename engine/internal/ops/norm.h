// n = LayerNorm(x) and q = fixed(n, P), of a block or before the logits.
#ifndef ATOME_ENGINE_INTERNAL_OPS_NORM_H_
#define ATOME_ENGINE_INTERNAL_OPS_NORM_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/internal/layer_norm.h"
#include "engine/internal/workspace.h"

namespace atome::op {

template <class Shape>
struct Norm {
  // False when x or its variance is not finite. Never inlined: see Embed.
  [[gnu::noinline]] static bool Run(Workspace<Shape>& w, FloatTensor gamma, FloatTensor beta, int shift) {
    return LayerNorm(w.Residual(), gamma, beta, w.d(), shift, w.Normalized(), w.Quantized());
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_INTERNAL_OPS_NORM_H_
