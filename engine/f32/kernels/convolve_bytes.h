// The convolution of the local pathway, where the trits of a channel are one byte of an ATOME03 file.
#ifndef ATOME_ENGINE_F32_KERNELS_CONVOLVE_BYTES_H_
#define ATOME_ENGINE_F32_KERNELS_CONVOLVE_BYTES_H_

#include <stdint.h>

namespace atome::kernel {

// out[i] = sum over j to `length` of t_j v_j, for d channels i: t_j from codes[i], v_0 = q[i], v_j what v_0
// was j tokens ago. codes and q [d], history [d][length], out [d]; length is at most 4. Returns the or of the
// magnitudes of out, as Magnitude has them.
//
// With Q_j = c / 3^j of the byte c, less what it is of a byte of zeros, t_j is Q_j - 3 Q_{j+1}, so that the
// sum of t_j v_j is the sum of Q_j (v_j - 3 v_{j-1}): one product a tap and no remainder. Those differences
// are the history, newest first; the newest waits for its v_{j-1}. All modulo 2^32.
inline uint32_t ConvolveBytes(const uint8_t* codes, const int32_t* q, int32_t* history, uint32_t length,
                              uint32_t d, int32_t* out) {
  // c * factor >> shift is c / 3^j, exact below 243.
  constexpr uint32_t kFactor[] = {1, 171, 57, 19, 203}, kShift[] = {0, 9, 9, 9, 14};
  constexpr uint32_t kZeros[] = {121, 40, 13, 4, 1};
  uint32_t magnitude = 0;
  for (uint32_t i = 0; i < d; ++i) {
    const uint32_t code = codes[i];
    uint32_t newer = static_cast<uint32_t>(q[i]);
    uint32_t sum = (code - kZeros[0]) * newer;
#pragma GCC unroll 4
    for (uint32_t age = 1; age <= length; ++age) {
      uint32_t older = static_cast<uint32_t>(history[age - 1]);
      history[age - 1] = static_cast<int32_t>(newer);
      if (age == 1) older -= 3 * newer;
      sum += ((code * kFactor[age] >> kShift[age]) - kZeros[age]) * older;
      newer = older;
    }
    history += length;
    out[i] = static_cast<int32_t>(sum);
    magnitude |= static_cast<uint32_t>(out[i] ^ (out[i] >> 31));
  }
  return magnitude;
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_CONVOLVE_BYTES_H_
