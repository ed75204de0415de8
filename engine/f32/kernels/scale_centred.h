// A centred vector times one factor and a factor an element, plus an offset an element.
#ifndef ATOME_ENGINE_F32_KERNELS_SCALE_CENTRED_H_
#define ATOME_ENGINE_F32_KERNELS_SCALE_CENTRED_H_

#include <stdint.h>

#include "engine/maths/kernels/wide.h"
#include "engine/maths/scaled.h"

namespace atome::kernel {

// q[i] = q[i] * 2^up * (gamma[i] * factor / 2^32, rounded down) / 2^32, rounded to nearest, halves up,
// * 2^left + beta[i]; all [d]. Returns the or of the magnitudes of q, as Magnitude has them. q[i] * 2^up
// fits.
inline uint32_t ScaleCentred(const int32_t* gamma, const int32_t* beta, uint32_t d, int32_t factor, int up,
                             int left, int32_t* q) {
  uint32_t magnitude = 0;
#pragma GCC unroll 2
  for (uint32_t i = 0; i < d; ++i) {
    const int32_t product = MulHighRounded(ShiftLeft(q[i], up), MulHigh(gamma[i], factor));
    const int32_t scaled = ShiftLeft(product, left) + beta[i];
    q[i] = scaled;
    magnitude |= static_cast<uint32_t>(scaled ^ (scaled >> 31));
  }
  return magnitude;
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_SCALE_CENTRED_H_
