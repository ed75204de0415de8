// q = LayerNorm(x) times 2^P, as engine/f32/ops/norm.h and layer_norm.h.
#ifndef ATOME_ENGINE_F32_SMALL_OPS_NORM_H_
#define ATOME_ENGINE_F32_SMALL_OPS_NORM_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32_small/exponent.h"
#include "engine/f32_small/integers.h"
#include "engine/f32_small/kernels/fixed.h"
#include "engine/f32_small/workspace.h"
#include "engine/maths/elementary.h"
#include "engine/maths/float_bits.h"
#include "engine/maths/kernels/to_float.h"
#include "engine/maths/kernels/wide.h"
#include "engine/maths/scaled.h"

namespace atome::op {

template <class Shape>
struct Norm {
  // Shifts x to 30 bits first.
  [[gnu::noinline]] static bool Run(Workspace<Shape>& w, uint32_t layer, NormConstants constants) {
    const uint32_t d = w.d();
    int32_t* x = w.Residual();
    int32_t* q = w.Quantized();
    const int room = 30 - LengthOf(x, d);
    w.residual_exponent += room;
    const int32_t p = w.residual_exponent - 4;
    int64_t sum = 0;
    for (uint32_t i = 0; i < d; ++i) {
      x[i] = room < 0 ? x[i] >> 1 : ShiftLeft(x[i], room);
      sum += x[i] >> 4;  // at most 2^26, so that 2048 squares fit
    }
    const float inverse_d = 1.0f / static_cast<float>(d);
    const int32_t mean = kernel::ToFixed(ToBits(ToFloat(sum) * inverse_d), 0);
    for (uint32_t i = 0; i < d; ++i) q[i] = (x[i] >> 4) - mean;
    const int64_t squares = Dot(q, q, d);

    const float variance = Scale2(ToFloat(squares) * inverse_d, -2 * p) + 1e-5f;
    if (!IsFinite(variance)) return false;
    const uint32_t g = ToBits(1.0f / Sqrt(variance));
    const int g_exponent = ExponentOf(g);
    const int32_t multiplier = kernel::ToFixed(g, g_exponent);
    // No |q[i]| exceeds the square root of `squares`.
    int spread = 31;
    for (uint64_t rest = static_cast<uint64_t>(squares); rest != 0 && spread != 0; rest >>= 2) --spread;
    const int32_t drop = p + spread + constants.gamma_exponent + g_exponent - 64 - constants.shift;
    const int32_t* gamma = w.Derived().Gamma(layer);
    const int32_t* beta = w.Derived().Beta(layer);
    for (uint32_t i = 0; i < d; ++i) {
      const int32_t u = kernel::MulHigh(ShiftLeft(q[i], spread), kernel::MulHigh(gamma[i], multiplier));
      q[i] = DropRounded(u, drop) + beta[i];
    }
    return true;
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_SMALL_OPS_NORM_H_
