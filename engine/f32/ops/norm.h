// q = LayerNorm(x) times 2^P, of a block or before the logits.
#ifndef ATOME_ENGINE_F32_OPS_NORM_H_
#define ATOME_ENGINE_F32_OPS_NORM_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32/layer_norm.h"
#include "engine/f32/workspace.h"

namespace atome::op {

template <class Shape>
struct Norm {
  // Of a block or, as layer L, the final one. Never inlined: see Embed.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer, const NormConstants& constants) {
    const Residual x = {w.Residual(), w.residual_exponent, w.residual_magnitude, w.residual_sum};
    w.quantized_magnitude =
        LayerNorm(x, w.Derived().Gamma(layer), w.Derived().Beta(layer), w.d(), constants, w.Quantized());
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_OPS_NORM_H_
