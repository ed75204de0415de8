// The state pathway: s = decay s + b c n, as engine/f32/ops/state.h.
#ifndef ATOME_ENGINE_F32_SMALL_OPS_STATE_H_
#define ATOME_ENGINE_F32_SMALL_OPS_STATE_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32_small/integers.h"
#include "engine/f32_small/workspace.h"
#include "engine/maths/kernels/wide.h"
#include "engine/maths/scaled.h"

namespace atome::op {

template <class Shape>
struct State {
  [[gnu::noinline]] static bool Run(Workspace<Shape>& w, uint32_t layer) {
    const LayerConstants& constants = w.Constants(layer);
    LayerState& carried = w.State(layer);
    const uint32_t d = w.d();
    int32_t* s = w.Recurrent(layer);
    const int32_t* q = w.Quantized();
    int room = 29 - LengthOf(s, d);
    if (room < 0) room = 0;
    const int q_room = 31 - LengthOf(q, d);
    const int32_t faded = carried.exponent + room - 1;
    const int32_t added = constants.gain_exponent + constants.norm.shift + q_room - 32;
    const int32_t exponent = faded < added - 2 ? faded : added - 2;
    if (exponent < kLeastExponent) return false;
    carried.exponent = exponent;
    const int faded_drop = ClampShift(faded - exponent);
    const int32_t* decay = w.Derived().Decay(layer);
    const int32_t* gain = w.Derived().Gain(layer);
    for (uint32_t i = 0; i < d; ++i) {
      const int32_t input = kernel::MulHigh(gain[i], ShiftLeft(q[i], q_room));
      s[i] = (kernel::MulHighRounded(decay[i], ShiftLeft(s[i], room)) >> faded_drop) +
             DropRounded(input, added - exponent);
    }
    w.TapScaled(ATOME_OP_STATE, static_cast<int>(layer), s, exponent);
    return true;
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_SMALL_OPS_STATE_H_
