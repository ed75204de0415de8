// q = LayerNorm(x) times 2^P, of a block or before the logits, and what a block remembers of it.
#ifndef ATOME_ENGINE_Q15_OPS_NORM_H_
#define ATOME_ENGINE_Q15_OPS_NORM_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/q15/layer_norm.h"
#include "engine/q15/workspace.h"

namespace atome::q15::op {

template <class Shape>
struct Norm {
  // Of a block or, as layer L, the final one. Never inlined: see Embed.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer, NormConstants constants) {
    const bool block = layer != w.shape.n_layers();
    LayerNorm(w.Residual(), w.residual_exponent, w.residual_magnitude, w.Derived().Gamma(layer),
              w.Derived().Beta(layer), w.d(), constants, w.Quantized(),
              block ? w.Recent(layer, w.recent_slot) : w.Quantized());
    if (block && w.shape.cache_bits() == 8) Shorten(w, layer);
  }

 private:
  // To 8 bits, with a shift for the whole vector.
  static void Shorten(Workspace<Shape>& w, uint32_t layer) {
    const int16_t* q = w.Quantized();
    Magnitude magnitude;
    for (uint32_t i = 0; i < w.d(); ++i) magnitude.Add(q[i]);
    const int drop = magnitude.Length() > 7 ? magnitude.Length() - 7 : 0;
    int8_t* cached = w.Cached(layer, w.cache_slot);
    for (uint32_t i = 0; i < w.d(); ++i)
      cached[i] = static_cast<int8_t>(Clamp(DropRounded(q[i], drop), -127, 127));
    w.Shifts(layer)[w.cache_slot] = static_cast<uint8_t>(drop);
  }
};

}  // namespace atome::q15::op

#endif  // ATOME_ENGINE_Q15_OPS_NORM_H_
