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
    const uint32_t d = w.d();
    int32_t exponent = w.residual_exponent;
    // A factor times the elements of a scaled vector.
    struct Term {
      const int32_t* elements;
      int32_t exponent;
      int32_t multiplier;
      int room;
    } terms[3];
    Term* next = terms;
    const auto add = [&](const int32_t* elements, int32_t vector_exponent, float factor)
        __attribute__((noinline)) {
      next->elements = elements;
      next->room = 31 - LengthOf(elements, d);
      const uint32_t bits = ToBits(factor);
      int32_t factor_exponent = CommonExponent(bits & ~kSignBit);
      next->multiplier = FixedBits(bits, factor_exponent);
      if (bits << 1 < 1u << 24) {  // zero and subnormal
        next->multiplier = 0;
        factor_exponent = kNever;
      }
      next->exponent = factor_exponent + vector_exponent + next->room - 32;
      if (next->exponent > kNever) next->exponent = kNever;
      if (next->exponent < exponent) exponent = next->exponent;
      ++next;
    };
    const int32_t shift = w.Constants(layer).norm.shift;
    const float* route = w.Routes();
    add(w.Local(), shift, route[0] * w.Scale(ATOME_TENSOR_CONV, layer));
    add(w.Recurrent(layer), w.State(layer).exponent, route[1]);
    add(w.Sparse(), shift, route[2] * w.Scale(ATOME_TENSOR_WV, layer));
    exponent -= 2;
    if (exponent < kLeastExponent) return false;
    const int drop = ClampShift(w.residual_exponent - exponent);
    w.residual_exponent = exponent;
    int32_t* x = w.Residual();
    for (uint32_t i = 0; i < d; ++i) {
      int32_t sum = x[i] >> drop;
      for (const Term& term : terms)
        sum += kernel::MulHigh(term.multiplier, ShiftLeft(term.elements[i], term.room)) >>
               ClampShift(term.exponent - exponent);
      x[i] = sum;
    }
    w.TapScaled(ATOME_OP_BLOCK_OUT, static_cast<int>(layer), x, exponent);
    return true;
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_INTERNAL_OPS_MIX_H_
