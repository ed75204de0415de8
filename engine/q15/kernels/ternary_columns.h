// Products of an int16 vector with a ternary matrix by look-up, as engine/internal/kernels/ternary_columns.h
// describes; entries of a table are int16, sums int32.
#ifndef ATOME_ENGINE_Q15_KERNELS_TERNARY_COLUMNS_H_
#define ATOME_ENGINE_Q15_KERNELS_TERNARY_COLUMNS_H_

#include <stdint.h>

namespace atome::q15::kernel {

inline constexpr uint32_t kGroup = 5;          // columns a byte
inline constexpr uint32_t kTable = 243;        // entries of a group's table
inline constexpr uint32_t kTableStride = 244;  // int16s from one table to the next

// table[sum of (t_i + 1) 3^i] = sum of t_i x[i]; x is [5], table [244], aligned to 4 bytes, of which the last is
// never read. Every sum must fit int16.
[[gnu::noinline]] inline void MakeTable(const int16_t* x, int16_t* table) {
  int32_t step[kGroup];  // from the last entry of a digit's run to the first of the next
  int32_t sum = 0;
  for (uint32_t i = 0; i < kGroup; ++i) {
    step[i] = x[i] - 2 * sum;
    sum += x[i];
  }
  int32_t entry = -sum;
  for (uint32_t outer = 0; outer < 9; ++outer) {
#pragma GCC unroll 9
    for (uint32_t i = 0; i < 9; ++i) {
      table[0] = static_cast<int16_t>(entry);
      entry += step[0];
      table[1] = static_cast<int16_t>(entry);
      entry += step[0];
      table[2] = static_cast<int16_t>(entry);
      table += 3;
      if (i != 8) entry += i % 3 == 2 ? step[2] : step[1];
    }
    entry += outer % 3 == 2 ? step[4] : step[3];
  }
}

// sums[r] += sum over g of tables[g][codes[g * stride + r]], for r below `rows` and g below `groups`.
// codes are bytes up to 242, tables [groups][244].
[[gnu::noinline]] inline void AddProducts(const uint8_t* codes, uint32_t stride, uint32_t rows,
                                          const int16_t* tables, uint32_t groups, int32_t* sums) {
  constexpr uint32_t kTile = 4;  // rows whose sums stay in registers
  for (; rows >= kTile; rows -= kTile) {
    int32_t sum[kTile];
#pragma GCC unroll 4
    for (uint32_t i = 0; i < kTile; ++i) sum[i] = sums[i];
    const uint8_t* code = codes;
    const int16_t* table = tables;
    for (uint32_t g = groups; g != 0; --g) {
#pragma GCC unroll 4
      for (uint32_t i = 0; i < kTile; ++i) sum[i] += table[code[i]];
      code += stride;
      table += kTableStride;
    }
#pragma GCC unroll 4
    for (uint32_t i = 0; i < kTile; ++i) sums[i] = sum[i];
    codes += kTile;
    sums += kTile;
  }
  for (; rows != 0; --rows) {
    const uint8_t* code = codes++;
    const int16_t* table = tables;
    int32_t sum = *sums;
    for (uint32_t g = groups; g != 0; --g) {
      sum += table[*code];
      code += stride;
      table += kTableStride;
    }
    *sums++ = sum;
  }
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_TERNARY_COLUMNS_H_
