// r = softmax(R n), as engine/f32/ops/router.h.
#ifndef ATOME_ENGINE_F32_SMALL_OPS_ROUTER_H_
#define ATOME_ENGINE_F32_SMALL_OPS_ROUTER_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32_small/product.h"
#include "engine/f32_small/softmax.h"
#include "engine/f32_small/workspace.h"
#include "engine/maths/elementary.h"
#include "engine/maths/float_bits.h"

namespace atome::op {

template <class Shape>
struct Router {
  [[gnu::noinline]] static bool Run(Workspace<Shape>& w, uint32_t layer) {
    const float scale = w.Constants(layer).router_scale;
    const kernel::Sum* sums = w.RouterSums();
    float* route = w.Routes();  // in place of the sums
    float most = -FromBits(kInfinityBits);
    for (int i = 0; i < 3; ++i) {
      route[i] = static_cast<float>(sums[i]) * scale;
      most = most > route[i] ? most : route[i];
    }
    for (int i = 0; i < 3; ++i) route[i] = route[i] - most;
    const float below[] = {route[0], route[1], route[2]};
    const float sum = Softmax(route, 3);
    if (ToBits(sum) < ToBits(1.0f)) return false;  // never NaN
    w.Tap(ATOME_OP_ROUTER, static_cast<int>(layer), route, 3);
    if constexpr (kTaps) {
      float term[3];  // 0 where the share is, even when the logit lies infinitely far below
      for (int i = 0; i < 3; ++i) term[i] = route[i] == 0.0f ? 0.0f : route[i] * below[i];
      const float entropy = Log(sum) - (term[0] + term[1] + term[2]);
      w.Tap(ATOME_OP_ROUTER_ENTROPY, static_cast<int>(layer), &entropy, 1);
    }
    return true;
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_SMALL_OPS_ROUTER_H_
