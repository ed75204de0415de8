// r = softmax(R n), three shares: local, state, sparse. The products with R come from Sparse::Project.
#ifndef ATOME_ENGINE_F32_OPS_ROUTER_H_
#define ATOME_ENGINE_F32_OPS_ROUTER_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32/workspace.h"
#include "engine/files/ternary.h"
#include "engine/maths/elementary.h"

namespace atome::op {

template <class Shape>
struct Router {
  // False when a logit is not finite. Never inlined: see Embed.
  [[gnu::noinline]] static bool Run(Workspace<Shape>& w, uint32_t layer) {
    const float scale = w.Constants(layer).router_scale;
    float* route = w.Routes();
    float logit[3];
    for (int i = 0; i < 3; ++i) logit[i] = static_cast<float>(w.RouterSums()[i]) * scale;
    float most = logit[0] > logit[1] ? logit[0] : logit[1];
    most = most > logit[2] ? most : logit[2];
    for (int i = 0; i < 3; ++i) route[i] = Exp(logit[i] - most);
    const float sum = route[0] + route[1] + route[2];
    if (!(sum >= 1.0f)) return false;
    for (int i = 0; i < 3; ++i) route[i] = route[i] / sum;
    w.Tap(ATOME_OP_ROUTER, static_cast<int>(layer), route, 3);
    if constexpr (kTaps) {
      float term[3];  // 0 where the share is, even when the logit lies infinitely far below
      for (int i = 0; i < 3; ++i) term[i] = route[i] == 0.0f ? 0.0f : route[i] * (logit[i] - most);
      const float entropy = Log(sum) - (term[0] + term[1] + term[2]);
      w.Tap(ATOME_OP_ROUTER_ENTROPY, static_cast<int>(layer), &entropy, 1);
    }
    return true;
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_OPS_ROUTER_H_
