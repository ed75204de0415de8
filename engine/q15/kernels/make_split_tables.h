// Makes the tables of split_tables.h.
#ifndef ATOME_ENGINE_Q15_KERNELS_MAKE_SPLIT_TABLES_H_
#define ATOME_ENGINE_Q15_KERNELS_MAKE_SPLIT_TABLES_H_

#include <stdint.h>

#include "engine/q15/kernels/split_tables.h"

namespace atome::q15::kernel {

// One for each five elements of x: x [groups][5], tables [groups][38], aligned to 4 bytes; groups is at least
// 1. Every sum must fit int16.
[[gnu::noinline]] inline void MakeSplitTables(const int16_t* x, uint32_t groups, uint16_t* tables) {
  for (; groups != 0; --groups, x += kGroup) {
    int32_t row = kBias - x[0] - x[1] - x[2];
    for (uint32_t i = 0; i < 9; ++i) {
      *tables++ = static_cast<uint16_t>(row);
      *tables++ = static_cast<uint16_t>(row + x[0]);
      *tables++ = static_cast<uint16_t>(row + 2 * x[0]);
      row += i % 3 == 2 ? x[2] - 2 * x[1] : x[1];
    }
    ++tables;
    row = kBias - x[3] - x[4];
    for (uint32_t i = 0; i < 3; ++i, row += x[4]) {
      *tables++ = static_cast<uint16_t>(row);
      *tables++ = static_cast<uint16_t>(row + x[3]);
      *tables++ = static_cast<uint16_t>(row + 2 * x[3]);
    }
    ++tables;
  }
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_MAKE_SPLIT_TABLES_H_
