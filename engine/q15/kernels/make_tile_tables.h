// Makes the tables of tile_tables.h.
#ifndef ATOME_ENGINE_Q15_KERNELS_MAKE_TILE_TABLES_H_
#define ATOME_ENGINE_Q15_KERNELS_MAKE_TILE_TABLES_H_

#include <stdint.h>

#include "engine/q15/kernels/tile_tables.h"

namespace atome::q15::kernel {

// tables[g][sum of (t_i + 1) 3^i] = sum of t_i x[g][i], plus kTileBias; x is [groups][4], tables
// [groups][82], aligned to 4 bytes; groups is at least 1. Every sum must fit int16.
[[gnu::noinline]] inline void MakeTileTables(const int16_t* x, uint32_t groups, uint16_t* tables) {
  for (; groups != 0; --groups, x += tiles::kTrits) {
    int32_t step[tiles::kTrits];  // from the last entry of a digit's run to the first of the next
    int32_t sum = 0;
    for (uint32_t i = 0; i < tiles::kTrits; ++i) {
      step[i] = x[i] - 2 * sum;
      sum += x[i];
    }
    int32_t entry = kTileBias - sum;
    for (uint32_t high = 0; high < 3; ++high, entry += step[3]) {
#pragma GCC unroll 9
      for (uint32_t i = 0; i < 9; ++i) {
        tables[0] = static_cast<uint16_t>(entry);
        entry += step[0];
        tables[1] = static_cast<uint16_t>(entry);
        entry += step[0];
        tables[2] = static_cast<uint16_t>(entry);
        tables += 3;
        if (i != 8) entry += i % 3 == 2 ? step[2] : step[1];
      }
    }
    ++tables;
  }
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_MAKE_TILE_TABLES_H_
