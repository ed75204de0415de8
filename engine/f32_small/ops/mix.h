// x += r_0 local + r_1 state + r_2 sparse, as engine/f32/ops/mix.h.
#ifndef ATOME_ENGINE_F32_SMALL_OPS_MIX_H_
#define ATOME_ENGINE_F32_SMALL_OPS_MIX_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32_small/exponent.h"
#include "engine/f32_small/integers.h"
#include "engine/f32_small/kernels/fixed.h"
#include "engine/f32_small/workspace.h"
#include "engine/maths/kernels/wide.h"
#include "engine/maths/scaled.h"

namespace atome::op {

// A sum of scaled vectors, each times a factor.
struct WeightedSum {
  struct Term {
    const int32_t* elements;
    int32_t exponent;
    int32_t multiplier;
    int room;
  };
  Term terms[3];
  Term* next;
  int32_t exponent;  // the least of all terms

  [[gnu::noinline]] void Add(const int32_t* elements, uint32_t d, int32_t vector_exponent, float factor) {
    next->elements = elements;
    next->room = 31 - LengthOf(elements, d);
    const uint32_t bits = ToBits(factor);
    int32_t factor_exponent = ExponentOf(bits & ~kSignBit);
    next->multiplier = kernel::ToFixed(bits, factor_exponent);
    if (bits << 1 < 1u << 24) {  // zero and subnormal
      next->multiplier = 0;
      factor_exponent = kNever;
    }
    factor_exponent += vector_exponent + next->room - 32;
    if (factor_exponent > kNever) factor_exponent = kNever;
    if (factor_exponent < exponent) exponent = factor_exponent;
    next->exponent = factor_exponent;
    ++next;
  }
};

template <class Shape>
struct Mix {
  [[gnu::noinline]] static bool Run(Workspace<Shape>& w, uint32_t layer) {
    WeightedSum sum;
    sum.next = sum.terms;
    sum.exponent = w.residual_exponent;
    const int32_t shift = w.Constants(layer).norm.shift;
    const float* route = w.Routes();
    sum.Add(w.Local(), w.d(), shift, route[0] * w.Constants(layer).local_alpha);
    sum.Add(w.Recurrent(layer), w.d(), w.State(layer).exponent, route[1]);
    sum.Add(w.Sparse(), w.d(), shift, route[2] * w.Constants(layer).sparse_alpha);
    const int32_t exponent = sum.exponent - 2;
    if (exponent < kLeastExponent) return false;
    const int drop = ClampShift(w.residual_exponent - exponent);
    w.residual_exponent = exponent;
    int32_t* x = w.Residual();
    for (uint32_t i = 0; i < w.d(); ++i) {
      int32_t mixed = x[i] >> drop;
      for (const WeightedSum::Term& term : sum.terms)
        mixed += kernel::MulHigh(term.multiplier, ShiftLeft(term.elements[i], term.room)) >>
                 ClampShift(term.exponent - exponent);
      x[i] = mixed;
    }
    w.TapScaled(ATOME_OP_BLOCK_OUT, static_cast<int>(layer), x, exponent);
    return true;
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_SMALL_OPS_MIX_H_
