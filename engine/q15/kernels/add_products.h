// Products of rows with a vector by look-up; tables.h.
#ifndef ATOME_ENGINE_Q15_KERNELS_ADD_PRODUCTS_H_
#define ATOME_ENGINE_Q15_KERNELS_ADD_PRODUCTS_H_

#include <stdint.h>

#include "engine/q15/kernels/tables.h"

namespace atome::q15::kernel {

// sums[r] += sum over g of tables[g][codes[g * stride + r]], for r below `rows` and g below `groups`, both at
// least
// 1. codes are bytes up to 242, tables [groups][244].
[[gnu::noinline]] inline void AddProducts(const uint8_t* codes, uint32_t stride, uint32_t rows,
                                          const uint16_t* tables, uint32_t groups, int32_t* sums) {
  constexpr uint32_t kTile = 4;  // rows whose sums stay in registers
  for (; rows >= kTile; rows -= kTile) {
    int32_t sum[kTile];
#pragma GCC unroll 4
    for (uint32_t i = 0; i < kTile; ++i) sum[i] = sums[i];
    const uint8_t* code = codes;
    const uint16_t* table = tables;
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
    const uint16_t* table = tables;
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

#endif  // ATOME_ENGINE_Q15_KERNELS_ADD_PRODUCTS_H_
