// The functions of a pass that are neither products nor attention's mix.
#ifndef ATOME_ENGINE_PLAIN_FUNCTIONS_H_
#define ATOME_ENGINE_PLAIN_FUNCTIONS_H_

#include <stdint.h>

#include "engine/maths/elementary.h"
#include "engine/maths/float_bits.h"
#include "engine/plain/kernels/floats.h"

namespace atome::plain {

// x, gamma, beta, out: [d]; out may be x.
[[gnu::noinline]] inline void LayerNorm(const float* x, const float* gamma, const float* beta, uint32_t d,
                                        float* out) {
  const float share = 1.0f / static_cast<float>(static_cast<int32_t>(d));
  const float mean = kernel::Sum(d, [x](uint32_t i) { return x[i]; }) * share;
  for (uint32_t i = 0; i < d; ++i) out[i] = x[i] - mean;
  const float variance = kernel::Dot(out, out, d) * share;
  const float r = 1.0f / Sqrt(variance + 0x1.4f8b58p-17f);
  for (uint32_t i = 0; i < d; ++i) out[i] = out[i] * r * gamma[i] + beta[i];
}

// Its tanh form: x / (1 + exp(-2u)), u = sqrt(2 / pi) (x + 0.044715 x^3). Absolute error under 3e-7 max(1,
// |x|).
inline float GeluArgument(float x) { return x * (0x1.988454p+0f + 0x1.2444f2p-4f * (x * x)); }  // 2u
inline float Gelu(float x) {
  const float v = GeluArgument(x);
  const float y = -v < 40.0f ? -v : 40.0f;
  return x / (1.0f + Exp(y));
}

// Turns scores into e_j; returns 1 / Z, or 0 when a score is no number to go on with.
[[gnu::noinline]] inline float Softmax(float* scores, uint32_t count) {
  float most = scores[0];
  for (uint32_t j = 1; j < count; ++j) {
    if (scores[j] > most) most = scores[j];
  }
  float sum = scores[0] = Exp(scores[0] - most);
  for (uint32_t j = 1; j < count; ++j) sum += scores[j] = Exp(scores[j] - most);
  return sum >= 1.0f ? 1.0f / sum : 0.0f;
}

}  // namespace atome::plain

#endif  // ATOME_ENGINE_PLAIN_FUNCTIONS_H_
