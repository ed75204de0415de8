// x += r_0 local + r_1 state + r_2 sparse.
#ifndef ATOME_ENGINE_F32_OPS_MIX_H_
#define ATOME_ENGINE_F32_OPS_MIX_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32/kernels/add_terms.h"
#include "engine/f32/softmax.h"
#include "engine/f32/terms.h"
#include "engine/f32/workspace.h"
#include "engine/maths/scaled.h"

namespace atome::op {

template <class Shape>
struct Mix {
  // False when the sum is not finite. Never inlined: see Embed.
  [[gnu::noinline]] static bool Run(Workspace<Shape>& w, uint32_t layer) {
    const LayerConstants& constants = w.Constants(layer);
    const LayerState& state = w.State(layer);
    const int32_t shift = constants.norm.shift;
    const Part parts[] = {
        {w.Local(), shift, w.local_magnitude.Length(), Times(constants.local, w.routes[0])},
        {w.Recurrent(layer), state.exponent, state.magnitude.Length(), Times({1 << 30, 30}, w.routes[1])},
        {w.Sparse(), w.sparse_exponent, w.sparse_magnitude.Length(), Times(constants.sparse, w.routes[2])}};
    int32_t exponent = w.residual_exponent + 30 - w.residual_magnitude.Length();
    for (const Part& part : parts) exponent = part.Limit() < exponent ? part.Limit() : exponent;
    exponent -= 2;
    if (exponent < kLeastExponent) return false;
    const Term terms[] = {parts[0].At(exponent), parts[1].At(exponent), parts[2].At(exponent)};
    int32_t* x = w.Residual();
    const uint32_t d = w.d();
    const int32_t up = exponent - w.residual_exponent;
    for (uint32_t i = 0; up > 0 && i < d; ++i) x[i] = ShiftLeft(x[i], up);
    w.residual_magnitude =
        Magnitude(kernel::AddTerms(terms, d, up < 0 ? ClampShift(-up) : 0, x, &w.residual_sum));
    w.residual_exponent = exponent;
    w.TapScaled(ATOME_OP_BLOCK_OUT, static_cast<int>(layer), x, exponent);
    return true;
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_OPS_MIX_H_
