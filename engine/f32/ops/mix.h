// x += r_0 local + r_1 state + r_2 sparse.
#ifndef ATOME_ENGINE_F32_OPS_MIX_H_
#define ATOME_ENGINE_F32_OPS_MIX_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32/workspace.h"
#include "engine/maths/kernels/wide.h"
#include "engine/maths/scaled.h"

namespace atome::op {

template <class Shape>
struct Mix {
  // False when the sum is not finite. Never inlined: see Embed.
  [[gnu::noinline]] static bool Run(Workspace<Shape>& w, uint32_t layer) {
    const LayerConstants& constants = w.Constants(layer);
    const float* route = w.Routes();
    const LayerState& state = w.State(layer);
    const int32_t shift = constants.norm.shift;
    const Term local(route[0] * constants.local_alpha, shift, w.local_magnitude);
    const Term recurrent(route[1], state.exponent, state.magnitude);
    const Term sparse(route[2] * constants.sparse_alpha, shift, w.sparse_magnitude);
    int32_t exponent = w.residual_exponent;
    const int32_t limits[] = {local.exponent, recurrent.exponent, sparse.exponent};
    for (int32_t limit : limits) exponent = limit < exponent ? limit : exponent;
    exponent -= 2;
    if (exponent < kLeastExponent) return false;
    const int x_drop = ClampShift(w.residual_exponent - exponent);
    const int local_drop = ClampShift(local.exponent - exponent);
    const int recurrent_drop = ClampShift(recurrent.exponent - exponent);
    const int sparse_drop = ClampShift(sparse.exponent - exponent);
    const int32_t* local_sums = w.Local();
    const int32_t* states = w.Recurrent(layer);
    const int32_t* sparse_sums = w.Sparse();
    int32_t* x = w.Residual();
    const uint32_t d = w.d();
    if (local.Folds(local_drop) && recurrent.Folds(recurrent_drop) && sparse.Folds(sparse_drop)) {
      const Folded l(local, local_drop), r(recurrent, recurrent_drop), s(sparse, sparse_drop);
#pragma GCC unroll 2
      for (uint32_t i = 0; i < d; ++i) {
        x[i] = s.Add(r.Add(l.Add(x[i] >> x_drop, local_sums[i]), states[i]), sparse_sums[i]);
      }
    } else {
      for (uint32_t i = 0; i < d; ++i) {
        x[i] = (x[i] >> x_drop) + (local.Of(local_sums[i]) >> local_drop) +
               (recurrent.Of(states[i]) >> recurrent_drop) + (sparse.Of(sparse_sums[i]) >> sparse_drop);
      }
    }
    w.residual_exponent = exponent;
    w.TapScaled(ATOME_OP_BLOCK_OUT, static_cast<int>(layer), x, exponent);
    return true;
  }

 private:
  // A factor times the elements of a scaled vector.
  struct Term {
    int32_t multiplier;
    int room;
    int32_t exponent;

    Term(float factor, int32_t vector_exponent, Magnitude magnitude) {
      const Factor split = Split(factor);
      multiplier = split.multiplier;
      room = 31 - magnitude.Length();
      exponent = split.exponent + vector_exponent + room - 32;
      if (exponent > kNever) exponent = kNever;
    }
    int32_t Of(int32_t element) const { return kernel::MulHigh(multiplier, ShiftLeft(element, room)); }
    // Whether what `drop` has over the room goes into the multiplier, which ends in kFactorZeros zeros.
    bool Folds(int drop) const { return drop - room <= kFactorZeros; }
  };

  // Of(element) >> drop, with both shifts in one: rounding down twice is rounding down once.
  struct Folded {
    int32_t multiplier;
    int up;

    Folded(const Term& term, int drop) {
      const int over = drop - term.room;
      multiplier = over > 0 ? term.multiplier >> over : term.multiplier;
      up = over > 0 ? 0 : -over;
    }
    int32_t Add(int32_t sum, int32_t element) const {
      return kernel::MulHighAdd(sum, multiplier, ShiftLeft(element, up));
    }
  };
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_OPS_MIX_H_
