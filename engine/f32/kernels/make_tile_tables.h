// The look-up tables of groups of four columns (engine/image/tiles.h).
#ifndef ATOME_ENGINE_F32_KERNELS_MAKE_TILE_TABLES_H_
#define ATOME_ENGINE_F32_KERNELS_MAKE_TILE_TABLES_H_

#include <stdint.h>

#include "engine/image/tiles.h"

namespace atome::kernel {

// tables[g][sum of (t_i + 1) 3^i] = sum of t_i x[g][i]; x is [groups][4], tables [groups][81]; groups is at
// least 1. Every sum must fit int32. Entries follow each other by one addition each: of x[0], and of a
// constant for each carry.
[[gnu::noinline]] inline void MakeTileTables(const int32_t* x, uint32_t groups, int32_t* tables) {
  for (; groups != 0; --groups, x += tiles::kTrits) {
    uint32_t step[tiles::kTrits];  // modulo 2^32: a step may leave int32, no entry does
    uint32_t sum = 0;
    for (uint32_t i = 0; i < tiles::kTrits; ++i) {
      step[i] = static_cast<uint32_t>(x[i]) - 2 * sum;
      sum += static_cast<uint32_t>(x[i]);
    }
    uint32_t entry = 0 - sum;
    for (uint32_t high = 0; high < 3; ++high, entry += step[3]) {
#pragma GCC unroll 9
      for (uint32_t i = 0; i < 9; ++i) {
        tables[0] = static_cast<int32_t>(entry);
        entry += step[0];
        tables[1] = static_cast<int32_t>(entry);
        entry += step[0];
        tables[2] = static_cast<int32_t>(entry);
        tables += 3;
        if (i != 8) entry += i % 3 == 2 ? step[2] : step[1];
      }
    }
  }
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_MAKE_TILE_TABLES_H_
