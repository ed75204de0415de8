// Softmax in binary32.
#ifndef ATOME_ENGINE_F32_SMALL_SOFTMAX_H_
#define ATOME_ENGINE_F32_SMALL_SOFTMAX_H_

#include <stdint.h>

#include "engine/maths/elementary.h"

namespace atome {

// x[i] = e^x[i] / sum, i below `count`. Returns the sum of the e^x[i], in order.
[[gnu::noinline]] inline float Softmax(float* x, uint32_t count) {
  float sum = 0.0f;
  for (uint32_t i = 0; i < count; ++i) {
    x[i] = Exp(x[i]);
    sum = sum + x[i];
  }
  for (uint32_t i = 0; i < count; ++i) x[i] = x[i] / sum;
  return sum;
}

}  // namespace atome

#endif  // ATOME_ENGINE_F32_SMALL_SOFTMAX_H_
