// Products of a few rows with a vector by look-up; split_tables.h.
#ifndef ATOME_ENGINE_Q15_KERNELS_ADD_SPLIT_PRODUCTS_H_
#define ATOME_ENGINE_Q15_KERNELS_ADD_SPLIT_PRODUCTS_H_

#include <stdint.h>

#include "engine/q15/kernels/split_tables.h"

namespace atome::q15::kernel {

// sums[r] += sum over g of the two entries of table g that codes[g * stride + r] stands for, for r below
// `rows`, a multiple of 4, and g below `groups`, both above 0. Codes are bytes up to 242, tables
// [groups][38].
[[gnu::noinline]] inline void AddSplitProducts(const uint8_t* codes, uint32_t stride, uint32_t rows,
                                               const uint16_t* tables, uint32_t groups, int32_t* sums,
                                               const SplitOffsets* offsets) {
  constexpr uint32_t kTile = 4;  // rows whose sums stay in registers
  for (; rows != 0; rows -= kTile, codes += kTile, sums += kTile) {
    int32_t sum[kTile];
#pragma GCC unroll 4
    for (uint32_t i = 0; i < kTile; ++i) sum[i] = sums[i];
    const uint8_t* code = codes;
    const uint16_t* table = tables;
    for (uint32_t g = groups; g != 0; --g) {
#pragma GCC unroll 4
      for (uint32_t i = 0; i < kTile; ++i) {
        sum[i] += table[offsets->first[code[i]] / 2] + table[offsets->second[code[i]] / 2];
      }
      code += stride;
      table += kSplitStride;
    }
#pragma GCC unroll 4
    for (uint32_t i = 0; i < kTile; ++i) sums[i] = sum[i];
  }
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_ADD_SPLIT_PRODUCTS_H_
