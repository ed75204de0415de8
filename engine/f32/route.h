// The router's shares: softmax over three sums; engine/f32/numerics.md, "One token".
#ifndef ATOME_ENGINE_F32_ROUTE_H_
#define ATOME_ENGINE_F32_ROUTE_H_

#include <stdint.h>

#include "engine/f32/softmax.h"
#include "engine/maths/scaled.h"

namespace atome {

// routes [3] of sums [3]; `sign` is that of the sums' scale. Candidate: what else Soften is used with.
template <class Candidate>
void Route(const int32_t* sums, int32_t sign, const Factor& scale, Share* routes) {
  Candidate candidates[3];
  int32_t most = sign * sums[0];
  for (int i = 0; i < 3; ++i) {
    const int32_t logit = sign * sums[i];
    candidates[i].score = logit;
    if (logit > most) most = logit;
  }
  Soften(candidates, 3, most, scale);
  for (int i = 0; i < 3; ++i) routes[i] = {candidates[i].weight, static_cast<int32_t>(candidates[i].score)};
}

}  // namespace atome

#endif  // ATOME_ENGINE_F32_ROUTE_H_
