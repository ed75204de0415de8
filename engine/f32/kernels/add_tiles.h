// Products of a vector with the rows of a ternary matrix in tiles (engine/image/tiles.h), by look-up: a table
// holds the 81 sums that four trits can make of four elements of the vector. All sums are exact integers, so
// their order does not matter.
#ifndef ATOME_ENGINE_F32_KERNELS_ADD_TILES_H_
#define ATOME_ENGINE_F32_KERNELS_ADD_TILES_H_

#include <stdint.h>

#include "engine/f32/kernels/tables.h"
#include "engine/image/tiles.h"

namespace atome::kernel {

// sums[8 t + r] = (fresh ? 0 : sums[8 t + r]) + sum over g of tables[g][codes[t][g][r]], for t below `tiles`
// and g below `groups`, both at least 1; groups is at most 16. codes are bytes up to 80, tables [groups][81].
[[gnu::noinline]] inline void AddTiles(const uint8_t* codes, const int32_t* tables, uint32_t tiles,
                                       uint32_t groups, Sum* sums, bool fresh) {
  for (; tiles != 0; --tiles, sums += tiles::kRows) {
    uint32_t sum[tiles::kRows];  // modulo 2^32
#pragma GCC unroll 8
    for (uint32_t r = 0; r < tiles::kRows; ++r) sum[r] = fresh ? 0 : static_cast<uint32_t>(sums[r]);
    const int32_t* table = tables;
    for (uint32_t g = groups; g != 0; --g, codes += tiles::kRows, table += tiles::kCodes) {
#pragma GCC unroll 8
      for (uint32_t r = 0; r < tiles::kRows; ++r) sum[r] += static_cast<uint32_t>(table[codes[r]]);
    }
#pragma GCC unroll 8
    for (uint32_t r = 0; r < tiles::kRows; ++r) sums[r] = static_cast<int32_t>(sum[r]);
  }
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_ADD_TILES_H_
