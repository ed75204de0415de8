// r = softmax(R n), three shares: local, state, sparse. The products with R come from Sparse::Project.
#ifndef ATOME_ENGINE_F32_OPS_ROUTER_H_
#define ATOME_ENGINE_F32_OPS_ROUTER_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32/route.h"
#include "engine/f32/tap_routes.h"
#include "engine/f32/workspace.h"

namespace atome::op {

template <class Shape>
struct Router {
  // Never inlined: see Embed.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer) {
    const LayerConstants& constants = w.Constants(layer);
    Route<Candidate>(w.RouterSums(), constants.router_sign, constants.router, w.routes);
    if constexpr (kTaps) TapRoutes(w, layer);
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_OPS_ROUTER_H_
