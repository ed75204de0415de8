// r = softmax(R n), three shares: local, state, sparse. The products with R come from Sparse::Project.
#ifndef ATOME_ENGINE_Q15_OPS_ROUTER_H_
#define ATOME_ENGINE_Q15_OPS_ROUTER_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/maths/elementary.h"
#include "engine/maths/kernels/to_float.h"
#include "engine/q15/real.h"
#include "engine/q15/workspace.h"

namespace atome::q15::op {

template <class Shape>
struct Router {
  // Never inlined: see Embed.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer) {
    const LayerConstants& constants = w.Constants(layer);
    int32_t logit[3];
    for (int i = 0; i < 3; ++i) logit[i] = constants.router_sign * w.RouterSums()[i];
    int32_t most = logit[0] > logit[1] ? logit[0] : logit[1];
    most = most > logit[2] ? most : logit[2];
    uint32_t below[3], power[3], sum = 0;
    for (int i = 0; i < 3; ++i) {
      below[i] = Below(static_cast<uint32_t>(most - logit[i]), constants.router);
      power[i] = Power2(below[i]);
      sum += power[i];
    }
    const Shares shares(sum);
    for (int i = 0; i < 3; ++i) w.routes[i] = shares.Of(power[i]);
    if constexpr (kTaps) TapShares(w, layer, sum, below);
  }

 private:
  // As the shares of 2^15 that they are; the entropy in nats.
  static void TapShares(Workspace<Shape>& w, uint32_t layer, uint32_t sum, const uint32_t* below) {
    float route[3];
    int64_t mean = 0;
    for (int i = 0; i < 3; ++i) {
      route[i] = Scale2(static_cast<float>(static_cast<int32_t>(w.routes[i])), -15);
      mean += int64_t{w.routes[i]} * below[i];
    }
    w.Tap(ATOME_OP_ROUTER, static_cast<int>(layer), route, 3);
    const float total = Scale2(static_cast<float>(static_cast<int32_t>(sum)), -16);
    const float entropy = Log(total) + ToFloat(mean) * 0x1.62e43p-32f;
    w.Tap(ATOME_OP_ROUTER_ENTROPY, static_cast<int>(layer), &entropy, 1);
  }
};

}  // namespace atome::q15::op

#endif  // ATOME_ENGINE_Q15_OPS_ROUTER_H_
