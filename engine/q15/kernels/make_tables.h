// The look-up tables of groups of columns; tables.h.
#ifndef ATOME_ENGINE_Q15_KERNELS_MAKE_TABLES_H_
#define ATOME_ENGINE_Q15_KERNELS_MAKE_TABLES_H_

#include <stdint.h>

#include "engine/q15/kernels/tables.h"

namespace atome::q15::kernel {

// table[sum of (t_i + 1) 3^i] = sum of t_i x[i], plus kBias; x is [5], table [244], of which the last is
// never read.
inline void MakeTable(const int16_t* x, uint16_t* table) {
  int32_t step[kGroup];  // from the last entry of a digit's run to the first of the next
  int32_t sum = 0;
  for (uint32_t i = 0; i < kGroup; ++i) {
    step[i] = x[i] - 2 * sum;
    sum += x[i];
  }
  int32_t entry = kBias - sum;
  for (uint32_t outer = 0; outer < 9; ++outer) {
#pragma GCC unroll 9
    for (uint32_t i = 0; i < 9; ++i) {
      table[0] = static_cast<uint16_t>(entry);
      entry += step[0];
      table[1] = static_cast<uint16_t>(entry);
      entry += step[0];
      table[2] = static_cast<uint16_t>(entry);
      table += 3;
      if (i != 8) entry += i % 3 == 2 ? step[2] : step[1];
    }
    entry += outer % 3 == 2 ? step[4] : step[3];
  }
}

// One for each five elements of x: x [groups][5], tables [groups][244], aligned to 4 bytes; groups is at
// least 1. Every sum must fit int16.
[[gnu::noinline]] inline void MakeTables(const int16_t* x, uint32_t groups, uint16_t* tables) {
  for (; groups != 0; --groups, x += kGroup, tables += kTableStride) MakeTable(x, tables);
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_MAKE_TABLES_H_
