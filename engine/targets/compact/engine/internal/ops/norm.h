// q = LayerNorm(x) times 2^P, as engine/internal/ops/norm.h.
#ifndef ATOME_ENGINE_INTERNAL_OPS_NORM_H_
#define ATOME_ENGINE_INTERNAL_OPS_NORM_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/internal/layer_norm.h"
#include "engine/internal/workspace.h"

namespace atome::op {

template <class Shape>
struct Norm {
  [[gnu::noinline]] static bool Run(Workspace<Shape>& w, uint32_t layer, NormConstants constants) {
    const ModelView<Shape> model = w.Model();
    return LayerNorm(w.Residual(), &w.residual_exponent, model.Vector(ATOME_TENSOR_GAMMA, layer),
                     model.Vector(ATOME_TENSOR_BETA, layer), w.d(), constants, w.Quantized());
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_INTERNAL_OPS_NORM_H_
