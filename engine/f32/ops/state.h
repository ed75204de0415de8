// The state pathway: s = decay s + b c n, which is c times the state of the formulas.
#ifndef ATOME_ENGINE_F32_OPS_STATE_H_
#define ATOME_ENGINE_F32_OPS_STATE_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32/workspace.h"
#include "engine/maths/kernels/wide.h"
#include "engine/maths/scaled.h"

namespace atome::op {

template <class Shape>
struct State {
  // False when a state is not finite. Never inlined: see Embed.
  [[gnu::noinline]] static bool Run(Workspace<Shape>& w, uint32_t layer) {
    LayerState& carried = w.State(layer);
    const LayerConstants& constants = w.Constants(layer);
    const int used = carried.magnitude.Length();
    const int room = used < 29 ? 29 - used : 0;
    const int q_room = 31 - w.quantized_magnitude.Length();
    const int32_t faded = carried.exponent + room - 1;
    const int32_t added = constants.gain_exponent + constants.norm.shift + q_room - 32;
    const int32_t exponent = faded < added - 2 ? faded : added - 2;
    if (exponent < kLeastExponent) return false;
    const int faded_drop = ClampShift(faded - exponent), added_drop = ClampShift(added - exponent);
    const int32_t half = static_cast<int32_t>((1u << added_drop) >> 1);
    const int32_t* decay = w.Derived().Decay(layer);
    const int32_t* gain = w.Derived().Gain(layer);
    const int32_t* q = w.Quantized();
    int32_t* s = w.Recurrent(layer);
    Magnitude magnitude;
    const uint32_t d = w.d();
#pragma GCC unroll 2
    for (uint32_t i = 0; i < d; ++i) {
      const int32_t input = kernel::MulHigh(gain[i], ShiftLeft(q[i], q_room));
      s[i] = (kernel::MulHighRounded(decay[i], ShiftLeft(s[i], room)) >> faded_drop) +
             ((input + half) >> added_drop);
      magnitude.Add(s[i]);
    }
    carried = {exponent, magnitude};
    w.TapScaled(ATOME_OP_STATE, static_cast<int>(layer), s, exponent);
    return true;
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_OPS_STATE_H_
