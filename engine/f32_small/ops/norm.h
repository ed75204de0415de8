// q = LayerNorm(x) times 2^P, as engine/f32/ops/norm.h and layer_norm.h.
#ifndef ATOME_ENGINE_F32_SMALL_OPS_NORM_H_
#define ATOME_ENGINE_F32_SMALL_OPS_NORM_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32/layer_norm.h"
#include "engine/f32_small/integers.h"
#include "engine/f32_small/workspace.h"
#include "engine/maths/kernels/wide.h"
#include "engine/maths/scaled.h"

namespace atome::op {

template <class Shape>
struct Norm {
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer, const NormConstants& constants) {
    const uint32_t d = w.d();
    const int32_t* x = w.Residual();
    int32_t* q = w.Quantized();
    int drop = LengthOf(x, d) - 25;  // so that 2048 squares fit
    if (drop < 0) drop = 0;
    int64_t sum = 0;
    for (uint32_t i = 0; i < d; ++i) sum += x[i];
    const int32_t mean = MeanOf(sum, d);
    for (uint32_t i = 0; i < d; ++i) q[i] = DropRounded(x[i] - mean, drop);
    const uint64_t squares = static_cast<uint64_t>(Dot(q, q, d));
    const NormScale scale(squares, w.residual_exponent - drop, d, constants);
    const int32_t* gamma = w.Derived().Gamma(layer);
    const int32_t* beta = w.Derived().Beta(layer);
    for (uint32_t i = 0; i < d; ++i) {  // as kernel::ScaleCentred
      const int32_t product =
          kernel::MulHighRounded(ShiftLeft(q[i], scale.up), kernel::MulHigh(gamma[i], scale.factor));
      q[i] = ShiftLeft(product, scale.left) + beta[i];
    }
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_SMALL_OPS_NORM_H_
