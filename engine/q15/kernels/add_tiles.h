// Products of a vector with the rows of a ternary matrix in tiles (engine/image/tiles.h), by look-up;
// tile_tables.h.
#ifndef ATOME_ENGINE_Q15_KERNELS_ADD_TILES_H_
#define ATOME_ENGINE_Q15_KERNELS_ADD_TILES_H_

#include <stdint.h>

#include "engine/q15/kernels/tile_tables.h"

namespace atome::q15::kernel {

// sums[8 t + r] = (fresh ? 0 : sums[8 t + r]) + sum over g of int16(tables[g][codes[t][g][r] / 2] -
// kTileBias), for t below `tiles` and g below `groups`, both at least 1; groups is at most 16. codes are even
// bytes up to 160, as an image of q15 has them (engine/image/tiles.h), tables [groups][82].
[[gnu::noinline]] inline void AddTiles(const uint8_t* codes, const uint16_t* tables, uint32_t tiles,
                                       uint32_t groups, int32_t* sums, bool fresh) {
  const int32_t bias = static_cast<int32_t>(groups) * kTileBias;
  for (; tiles != 0; --tiles, sums += tiles::kRows) {
    int32_t sum[tiles::kRows];
#pragma GCC unroll 8
    for (uint32_t r = 0; r < tiles::kRows; ++r) sum[r] = fresh ? -bias : sums[r] - bias;
    const uint16_t* table = tables;
    for (uint32_t g = groups; g != 0; --g, codes += tiles::kRows, table += kTileStride) {
#pragma GCC unroll 8
      for (uint32_t r = 0; r < tiles::kRows; ++r) sum[r] += table[codes[r] / kTileStep];
    }
#pragma GCC unroll 8
    for (uint32_t r = 0; r < tiles::kRows; ++r) sums[r] = sum[r];
  }
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_ADD_TILES_H_
