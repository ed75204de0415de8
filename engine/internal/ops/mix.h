// x += r_0 local + r_1 state + r_2 sparse.
#ifndef ATOME_ENGINE_INTERNAL_OPS_MIX_H_
#define ATOME_ENGINE_INTERNAL_OPS_MIX_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/internal/workspace.h"

namespace atome::op {

template <class Shape>
struct Mix {
  // Never inlined: see Embed.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer) {
    const float* route = w.Routes();
    const float* local = w.Local();
    const float* state = w.State();
    const float* sparse = w.Sparse();
    float* x = w.Residual();
    for (uint32_t i = 0; i < w.d(); ++i) {
      x[i] = x[i] + (route[0] * local[i] + route[1] * state[i] + route[2] * sparse[i]);
    }
    w.Tap(ATOME_OP_BLOCK_OUT, static_cast<int>(layer), x, w.d());
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_INTERNAL_OPS_MIX_H_
