// r = softmax(R n), as engine/f32/ops/router.h.
#ifndef ATOME_ENGINE_F32_SMALL_OPS_ROUTER_H_
#define ATOME_ENGINE_F32_SMALL_OPS_ROUTER_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32/route.h"
#include "engine/f32/tap_routes.h"
#include "engine/f32_small/workspace.h"

namespace atome::op {

template <class Shape>
struct Router {
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer) {
    const LayerConstants& constants = w.Constants(layer);
    Route<Candidate>(w.RouterSums(), constants.router_sign, constants.router, w.routes);
    if constexpr (kTaps) TapRoutes(w, layer);
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_SMALL_OPS_ROUTER_H_
