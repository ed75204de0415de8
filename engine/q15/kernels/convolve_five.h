// The convolution of five taps, which most models have: a byte of trits a channel.
#ifndef ATOME_ENGINE_Q15_KERNELS_CONVOLVE_FIVE_H_
#define ATOME_ENGINE_Q15_KERNELS_CONVOLVE_FIVE_H_

#include <stdint.h>

#include "engine/q15/trits.h"

namespace atome::q15::kernel {

// out[i] = sum of trit j of codes[i] times rows[j][i]; then rows[4][i] = rows[0][i], so that the oldest row
// becomes the newest. codes [d], rows [5] of [d], out [d]; d is at least 1. `trits` is kTritTable's. Returns
// the magnitude bits of all out[i], or-ed, as Magnitude has them.
[[gnu::noinline]] inline uint32_t ConvolveFive(const uint8_t* codes, int16_t* const* rows, uint32_t d,
                                               int32_t* out, const uint16_t* trits) {
  const int16_t *a = rows[0], *b = rows[1], *c = rows[2], *e = rows[3];
  int16_t* f = rows[4];
  uint32_t magnitude = 0;
  for (; d != 0; --d) {
    const uint32_t packed = trits[*codes++];
    const int16_t newest = *a++;
    const int32_t sum = TritOf(packed, 0) * newest + TritOf(packed, 1) * *b++ + TritOf(packed, 2) * *c++ +
                        TritOf(packed, 3) * *e++ + TritOf(packed, 4) * *f;
    *f++ = newest;
    *out++ = sum;
    magnitude |= static_cast<uint32_t>(sum ^ (sum >> 31));
  }
  return magnitude;
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_CONVOLVE_FIVE_H_
