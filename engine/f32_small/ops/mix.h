// x += r_0 local + r_1 state + r_2 sparse, as engine/f32/ops/mix.h.
#ifndef ATOME_ENGINE_F32_SMALL_OPS_MIX_H_
#define ATOME_ENGINE_F32_SMALL_OPS_MIX_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32/softmax.h"
#include "engine/f32/terms.h"
#include "engine/f32_small/integers.h"
#include "engine/f32_small/workspace.h"
#include "engine/maths/scaled.h"

namespace atome::op {

// A sum of vectors, each times a factor and a share.
struct WeightedSum {
  Part parts[3];
  Part* next;
  int32_t exponent;  // the least of all limits

  [[gnu::noinline]] void Add(const int32_t* elements, uint32_t d, int32_t vector_exponent,
                             const Factor& factor, const Share& share) {
    *next = Part(elements, vector_exponent, LengthOf(elements, d), Times(factor, share));
    if (next->Limit() < exponent) exponent = next->Limit();
    ++next;
  }
};

template <class Shape>
struct Mix {
  [[gnu::noinline]] static bool Run(Workspace<Shape>& w, uint32_t layer) {
    static constexpr Factor kOne = {1 << 30, 30};
    const LayerConstants& constants = w.Constants(layer);
    const uint32_t d = w.d();
    const int32_t shift = constants.norm.shift;
    int32_t* x = w.Residual();
    WeightedSum sum;
    sum.next = sum.parts;
    sum.exponent = w.residual_exponent + 30 - LengthOf(x, d);
    sum.Add(w.Local(), d, shift, constants.local, w.routes[0]);
    sum.Add(w.Recurrent(layer), d, w.State(layer).exponent, kOne, w.routes[1]);
    sum.Add(w.Sparse(), d, w.narrow() ? w.SparseExponent() : shift, constants.sparse, w.routes[2]);
    const int32_t exponent = sum.exponent - 2;
    if (exponent < kLeastExponent) return false;
    const int32_t up = exponent - w.residual_exponent;
    w.residual_exponent = exponent;
    for (uint32_t i = 0; i < d; ++i) x[i] = up < 0 ? x[i] >> ClampShift(-up) : ShiftLeft(x[i], up);
    for (const Part& part : sum.parts) {
      const Term term = part.At(exponent);
      for (uint32_t i = 0; i < d; ++i) x[i] = term.AddTo(x[i], i);
    }
    w.TapScaled(ATOME_OP_BLOCK_OUT, static_cast<int>(layer), x, exponent);
    return true;
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_SMALL_OPS_MIX_H_
