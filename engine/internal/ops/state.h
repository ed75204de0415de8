// The state pathway: s = decay s + b n, read as c s.
#ifndef ATOME_ENGINE_INTERNAL_OPS_STATE_H_
#define ATOME_ENGINE_INTERNAL_OPS_STATE_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/internal/model_file.h"
#include "engine/internal/workspace.h"

namespace atome::op {

template <class Shape>
struct State {
  // Never inlined: see Embed.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer) {
    const FloatTensor input_gain = w.Model().Vector(ATOME_TENSOR_B, layer);
    const FloatTensor output_gain = w.Model().Vector(ATOME_TENSOR_C, layer);
    const float* decay = w.Decay(layer);
    const float* n = w.Normalized();
    float* recurrent = w.Recurrent(layer);
    float* state = w.State();
    for (uint32_t i = 0; i < w.d(); ++i) {
      recurrent[i] = decay[i] * recurrent[i] + input_gain[i] * n[i];
      state[i] = output_gain[i] * recurrent[i];
    }
    w.Tap(ATOME_OP_STATE, static_cast<int>(layer), state, w.d());
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_INTERNAL_OPS_STATE_H_
