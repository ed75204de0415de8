// Products with a ternary matrix by look-up. The matrix stands in columns (engine/files/atome03.md): for each
// group of five columns a byte a row, the sum of (trit + 1) 3^i. A table holds the 243 sums that five trits
// can make of five elements of the vector, so a row costs one look-up a group. All sums are exact integers,
// so their order does not matter.
#ifndef ATOME_ENGINE_F32_KERNELS_TERNARY_COLUMNS_H_
#define ATOME_ENGINE_F32_KERNELS_TERNARY_COLUMNS_H_

#include <stdint.h>

#include "engine/f32/kernels/tables.h"

namespace atome::kernel {

// table[sum of (t_i + 1) 3^i] = sum of t_i x[i]; x is [5], table [243]. Every sum must fit int32.
// Entries follow each other by one addition each: of x[0], and of a constant for each carry.
[[gnu::noinline]] inline void MakeTable(const int32_t* x, int32_t* table) {
  uint32_t step[kGroup];  // modulo 2^32: a step may leave int32, no entry does
  uint32_t sum = 0;
  for (uint32_t i = 0; i < kGroup; ++i) {
    step[i] = static_cast<uint32_t>(x[i]) - 2 * sum;
    sum += static_cast<uint32_t>(x[i]);
  }
  uint32_t entry = 0 - sum;
  for (uint32_t outer = 0; outer < 9; ++outer) {
#pragma GCC unroll 9
    for (uint32_t i = 0; i < 9; ++i) {
      table[0] = static_cast<int32_t>(entry);
      entry += step[0];
      table[1] = static_cast<int32_t>(entry);
      entry += step[0];
      table[2] = static_cast<int32_t>(entry);
      table += 3;
      if (i != 8) entry += i % 3 == 2 ? step[2] : step[1];
    }
    entry += outer % 3 == 2 ? step[4] : step[3];
  }
}

// sums[r] += sum over g of tables[g][codes[g * stride + r]], for r below `rows` and g below `groups`.
// codes are bytes up to 242, tables [groups][243]; groups is 1 to kMostGroups.
[[gnu::noinline]] inline void AddProducts(const uint8_t* codes, uint32_t stride, uint32_t rows,
                                          const int32_t* tables, uint32_t groups, Sum* sums) {
  constexpr uint32_t kTile = 8;  // rows whose sums stay in registers
  for (; rows >= kTile; rows -= kTile) {
    int32_t sum[kTile];
#pragma GCC unroll 8
    for (uint32_t i = 0; i < kTile; ++i) sum[i] = sums[i];
    const uint8_t* code = codes;
    const int32_t* table = tables;
    for (uint32_t g = groups; g != 0; --g) {
#pragma GCC unroll 8
      for (uint32_t i = 0; i < kTile; ++i) sum[i] += table[code[i]];
      code += stride;
      table += kTable;
    }
#pragma GCC unroll 8
    for (uint32_t i = 0; i < kTile; ++i) sums[i] = sum[i];
    codes += kTile;
    sums += kTile;
  }
  for (; rows != 0; --rows) {
    const uint8_t* code = codes++;
    const int32_t* table = tables;
    int32_t sum = *sums;
    for (uint32_t g = groups; g != 0; --g) {
      sum += table[*code];
      code += stride;
      table += kTable;
    }
    *sums++ = sum;
  }
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_TERNARY_COLUMNS_H_
