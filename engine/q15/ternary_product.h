// The product of one int16 vector with some rows of a matrix in columns (engine/files/atome03.md), a few
// groups of columns at a time: as many as there are tables for.
#ifndef ATOME_ENGINE_Q15_TERNARY_PRODUCT_H_
#define ATOME_ENGINE_Q15_TERNARY_PRODUCT_H_

#include <stdint.h>

#include "engine/files/ternary.h"
#include "engine/q15/kernels/add_products.h"
#include "engine/q15/kernels/make_tables.h"
#include "engine/q15/memory.h"

namespace atome::q15 {

// sums[r] = sum of row r times x. codes: [groups][stride], those of the first row of `rows`; x: [columns],
// then zeros up to whole groups; tables: uint16 [table_groups][244].
inline void TernaryProduct(const uint8_t* codes, uint32_t stride, uint32_t rows, const int16_t* x,
                           uint32_t columns, uint16_t* tables, uint32_t table_groups, int32_t* sums) {
  uint32_t left = (columns + kernel::kGroup - 1) / kernel::kGroup;
  const int32_t bias = static_cast<int32_t>(left) * kernel::kBias;
#pragma GCC unroll 4
  for (uint32_t r = 0; r < rows; ++r) sums[r] = -bias;
  while (left != 0) {
    const uint32_t groups = left < table_groups ? left : table_groups;
    kernel::MakeTables(x, groups, tables);
    x += groups * kernel::kGroup;
    kernel::AddProducts(codes, stride, rows, tables, groups, sums);
    codes += groups * stride;
    left -= groups;
  }
}

// The same for a matrix whose rows `trits` reads in order.
inline int32_t Dot(TritCursor& trits, const int16_t* x, uint32_t count) {
  int32_t sum = 0;
  for (uint32_t i = 0; i < count; ++i) sum += trits.Next() * x[i];
  return sum;
}

}  // namespace atome::q15

#endif  // ATOME_ENGINE_Q15_TERNARY_PRODUCT_H_
