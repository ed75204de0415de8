// The state pathway: s = decay s + b c n, which is c times the state of the formulas.
#ifndef ATOME_ENGINE_Q15_OPS_STATE_H_
#define ATOME_ENGINE_Q15_OPS_STATE_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/q15/workspace.h"

namespace atome::q15::op {

template <class Shape>
struct State {
  static int32_t Exponent(const LayerConstants& constants) {
    return constants.gain_exponent + constants.norm.shift - 13;
  }

  // Never inlined: see Embed.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer) {
    const int16_t* decay = w.Derived().Decay(layer);
    const int16_t* gain = w.Derived().Gain(layer);
    const int16_t* q = w.Quantized();
    int32_t* s = w.Recurrent(layer);
    Magnitude magnitude;
    const uint32_t d = w.d();
#pragma GCC unroll 4
    for (uint32_t i = 0; i < d; ++i) {
      // decay s in two halves, because nothing but 32 bits of a product comes at once on every core.
      const int32_t upper = s[i] >> 15, lower = s[i] & 0x7FFF;
      const int32_t faded = upper * decay[i] + ((lower * decay[i] + (1 << 14)) >> 15);
      s[i] = faded + ((gain[i] * q[i] + (1 << 12)) >> 13);
      magnitude.Add(s[i]);
    }
    w.recurrent_magnitude = magnitude;
    w.TapScaled(ATOME_OP_STATE, static_cast<int>(layer), s, Exponent(w.Constants(layer)));
  }
};

}  // namespace atome::q15::op

#endif  // ATOME_ENGINE_Q15_OPS_STATE_H_
