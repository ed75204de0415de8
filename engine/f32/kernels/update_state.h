// The state of the state pathway, a token on.
#ifndef ATOME_ENGINE_F32_KERNELS_UPDATE_STATE_H_
#define ATOME_ENGINE_F32_KERNELS_UPDATE_STATE_H_

#include <stdint.h>

#include "engine/f32/kernels/state_step.h"
#include "engine/maths/kernels/wide.h"
#include "engine/maths/scaled.h"

namespace atome::kernel {

// s[i] = (decay[i] s[i] 2^s_up / 2^32, rounded to nearest, halves up) / 2^s_drop, rounded down, +
// (gain[i] q[i] 2^q_up / 2^32, rounded down) / 2^q_drop, rounded to nearest, halves up. s [d]; d is at
// least 1. Returns the or of the magnitudes of s, as Magnitude has them. What is shifted up fits, and so does
// a sum.
inline uint32_t UpdateState(const StateStep* step, uint32_t d, int32_t* s) {
  const StateStep by = *step;
  const int32_t half = static_cast<int32_t>((1u << by.q_drop) >> 1);
  uint32_t magnitude = 0;
#pragma GCC unroll 2
  for (uint32_t i = 0; i < d; ++i) {
    const int32_t input = MulHigh(by.gain[i], ShiftLeft(by.q[i], by.q_up));
    s[i] =
        (MulHighRounded(by.decay[i], ShiftLeft(s[i], by.s_up)) >> by.s_drop) + ((input + half) >> by.q_drop);
    magnitude |= static_cast<uint32_t>(s[i] ^ (s[i] >> 31));
  }
  return magnitude;
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_UPDATE_STATE_H_
