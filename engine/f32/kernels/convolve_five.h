// The convolution of five taps, which most models have.
#ifndef ATOME_ENGINE_F32_KERNELS_CONVOLVE_FIVE_H_
#define ATOME_ENGINE_F32_KERNELS_CONVOLVE_FIVE_H_

#include <stdint.h>

#include "engine/f32/kernels/convolve_bytes.h"

namespace atome::kernel {

// ConvolveBytes with a history of 4; d is at least 1.
inline uint32_t ConvolveFive(const uint8_t* codes, const int32_t* q, int32_t* history, uint32_t d,
                             int32_t* out) {
  return ConvolveBytes(codes, q, history, 4, d, out);
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_CONVOLVE_FIVE_H_
