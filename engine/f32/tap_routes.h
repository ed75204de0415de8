// The shares of a router as numbers, for taps alone.
#ifndef ATOME_ENGINE_F32_TAP_ROUTES_H_
#define ATOME_ENGINE_F32_TAP_ROUTES_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32/constants.h"
#include "engine/f32/softmax.h"
#include "engine/maths/elementary.h"
#include "engine/maths/float_bits.h"

namespace atome {

// Taps the routes of a workspace and their entropy in nats.
template <class Workspace>
void TapRoutes(Workspace& w, uint32_t layer) {
  const LayerConstants& constants = w.Constants(layer);
  int32_t logit[3];
  for (int i = 0; i < 3; ++i) logit[i] = constants.router_sign * w.RouterSums()[i];
  int32_t most = logit[0] > logit[1] ? logit[0] : logit[1];
  most = most > logit[2] ? most : logit[2];
  uint32_t sum = 0;
  float route[3], term[3];
  for (int i = 0; i < 3; ++i) {
    const uint32_t t =
        DistanceOf(static_cast<uint32_t>(most) - static_cast<uint32_t>(logit[i]), constants.router);
    if (t != kFar) sum += static_cast<uint32_t>(PowerOf(t) >> ClampShift(static_cast<int32_t>(t >> 25)));
    route[i] = Scale2(static_cast<float>(w.routes[i].share), -30 - w.routes[i].drop);
    term[i] = route[i] * Scale2(static_cast<float>(t), -25);  // 0 where the share is
  }
  w.Tap(ATOME_OP_ROUTER, static_cast<int>(layer), route, 3);
  const PowerSum powers(sum);
  const float total = Scale2(static_cast<float>(powers.total), powers.drop - 30);
  const float entropy = Log(total) + (term[0] + term[1] + term[2]) * 0x1.62e43p-1f;
  w.Tap(ATOME_OP_ROUTER_ENTROPY, static_cast<int>(layer), &entropy, 1);
}

}  // namespace atome

#endif  // ATOME_ENGINE_F32_TAP_ROUTES_H_
