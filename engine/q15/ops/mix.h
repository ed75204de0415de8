// x += r_0 local + r_1 state + r_2 sparse.
#ifndef ATOME_ENGINE_Q15_OPS_MIX_H_
#define ATOME_ENGINE_Q15_OPS_MIX_H_

#include <stdint.h>

#include "engine/maths/scaled.h"
#include "engine/q15/kernels/add_terms.h"
#include "engine/q15/ops/state.h"
#include "engine/q15/real.h"
#include "engine/q15/workspace.h"

namespace atome::q15::op {

template <class Shape>
struct Mix {
  // Never inlined: see Embed.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer) {
    const LayerConstants& constants = w.Constants(layer);
    const int32_t shift = constants.norm.shift;
    const Factor local(w.routes[0], constants.local, constants.local_sign, shift, w.local_magnitude);
    const Factor recurrent(w.routes[1], {1u << 31, 31}, 1, State<Shape>::Exponent(constants),
                           w.recurrent_magnitude);
    const Factor sparse(w.routes[2], constants.sparse, constants.sparse_sign, w.sparse_exponent,
                        w.sparse_magnitude);
    int32_t exponent = w.residual_exponent + 30 - w.residual_magnitude.Length();
    const int32_t limits[] = {local.exponent, recurrent.exponent, sparse.exponent};
    for (int32_t limit : limits) exponent = limit < exponent ? limit : exponent;
    exponent -= 2;
    const int32_t x_shift = w.residual_exponent - exponent;
    const int right = x_shift > 0 ? ClampShift(x_shift) : 0, left = x_shift > 0 ? 0 : -x_shift;
    const kernel::Term terms[] = {local.Of(w.Local(), exponent), recurrent.Of(w.Recurrent(layer), exponent),
                                  sparse.Of(w.Sums(), exponent)};
    int32_t* x = w.Residual();
    const Magnitude magnitude(kernel::AddTerms(x, w.d(), left, right, terms));
    w.residual_exponent = exponent;
    w.residual_magnitude = magnitude;
    w.TapScaled(ATOME_OP_BLOCK_OUT, static_cast<int>(layer), x, exponent);
  }

 private:
  // A share times a scale times the elements of a vector.
  struct Factor {
    int32_t multiplier;  // 15 bits and a sign
    int drop;            // of the elements, so that 15 bits are left of them
    int32_t exponent;

    Factor(uint32_t share, Real scale, int32_t sign, int32_t vector_exponent, Magnitude magnitude) {
      const uint32_t product = share * (scale.m >> 16);
      const int surplus = BitLength32(product) > 15 ? BitLength32(product) - 15 : 0;
      multiplier = sign * static_cast<int32_t>(product >> surplus);
      drop = magnitude.Length() > 15 ? magnitude.Length() - 15 : 0;
      exponent = product == 0 ? kNever : scale.k - 1 - surplus + vector_exponent - drop;
      if (exponent > kNever) exponent = kNever;
    }
    kernel::Term Of(const int32_t* v, int32_t common) const {
      return {v, multiplier, drop, ClampShift(exponent - common)};
    }
  };
};

}  // namespace atome::q15::op

#endif  // ATOME_ENGINE_Q15_OPS_MIX_H_
