// The elements of a vector about their mean, and the sum of their squares, as
// engine/f32/kernels/centred_squares.h says, for cores whose multiplication gives 32 bits.
#ifndef ATOME_ENGINE_F32_KERNELS_CENTRED_SQUARES_H_
#define ATOME_ENGINE_F32_KERNELS_CENTRED_SQUARES_H_

#include <stdint.h>

namespace atome::kernel {

// c = high * 2^13 + low: of 32 elements each of the three sums of products fits 32 bits.
inline uint64_t CentredSquares(const int32_t* x, uint32_t d, int32_t mean, int drop, int32_t* c) {
  const int32_t centre = mean - (1 << drop >> 1);
  uint64_t squares = 0;
  while (d != 0) {
    const uint32_t block = d < 32 ? d : 32;
    const int32_t* const end = x + block;
    uint32_t highs = 0, lows = 0;
    int32_t mixed = 0;
    do {
      const int32_t centred = (*x++ - centre) >> drop;
      *c++ = centred;
      const int32_t high = centred >> 13;
      const uint32_t low = static_cast<uint32_t>(centred) & 0x1FFF;
      highs += static_cast<uint32_t>(high * high);
      mixed += high * static_cast<int32_t>(low);
      lows += low * low;
    } while (x != end);
    squares += (uint64_t{highs} << 26) + static_cast<uint64_t>(int64_t{mixed} << 14) + lows;
    d -= block;
  }
  return squares;
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_CENTRED_SQUARES_H_
