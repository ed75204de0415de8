// The state pathway: s = decay s + b c n, which is c times the state of the formulas.
#ifndef ATOME_ENGINE_F32_OPS_STATE_H_
#define ATOME_ENGINE_F32_OPS_STATE_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32/kernels/state_step.h"
#include "engine/f32/kernels/update_state.h"
#include "engine/f32/workspace.h"
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
    int32_t* s = w.Recurrent(layer);
    const kernel::StateStep step = {
        w.Derived().Decay(layer),     w.Derived().Gain(layer),     w.Quantized(), room, q_room,
        ClampShift(faded - exponent), ClampShift(added - exponent)};
    carried = {exponent, Magnitude(kernel::UpdateState(&step, w.d(), s))};
    w.TapScaled(ATOME_OP_STATE, static_cast<int>(layer), s, exponent);
    return true;
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_OPS_STATE_H_
