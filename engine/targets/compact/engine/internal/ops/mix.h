// x += r_0 local + r_1 state + r_2 sparse, as engine/internal/ops/mix.h.
#ifndef ATOME_ENGINE_INTERNAL_OPS_MIX_H_
#define ATOME_ENGINE_INTERNAL_OPS_MIX_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/internal/kernels/wide.h"
#include "engine/internal/length.h"
#include "engine/internal/scaled.h"
#include "engine/internal/workspace.h"

namespace atome::op {

template <class Shape>
struct Mix {
  [[gnu::noinline]] static bool Run(Workspace<Shape>& w, uint32_t layer) {
    const int32_t shift = w.Constants(layer).norm.shift;
    const uint32_t d = w.d();
    // A factor times the elements of a scaled vector.
    struct Term {
      const int32_t* elements;
      float alpha;
      int32_t exponent;
      int32_t multiplier;
      int room;
    } terms[] = {{w.Local(), w.Scale(ATOME_TENSOR_CONV, layer), shift, 0, 0},
                 {w.Recurrent(layer), 1.0f, w.State(layer).exponent, 0, 0},
                 {w.Sparse(), w.Scale(ATOME_TENSOR_WV, layer), shift, 0, 0}};
    const float* route = w.Routes();
    int32_t exponent = w.residual_exponent;
    for (Term& term : terms) {
      const Factor split = Split(*route++ * term.alpha);
      term.multiplier = split.multiplier;
      term.room = 31 - LengthOf(term.elements, d);
      term.exponent += split.exponent + term.room - 32;
      if (term.exponent > kNever) term.exponent = kNever;
      if (term.exponent < exponent) exponent = term.exponent;
    }
    exponent -= 2;
    if (exponent < kLeastExponent) return false;
    const int drop = ClampShift(w.residual_exponent - exponent);
    w.residual_exponent = exponent;
    int32_t* x = w.Residual();
    for (uint32_t i = 0; i < d; ++i) {
      x[i] >>= drop;
      for (const Term& term : terms)
        x[i] += kernel::MulHigh(term.multiplier, ShiftLeft(term.elements[i], term.room)) >>
                ClampShift(term.exponent - exponent);
    }
    w.TapScaled(ATOME_OP_BLOCK_OUT, static_cast<int>(layer), x, exponent);
    return true;
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_INTERNAL_OPS_MIX_H_
