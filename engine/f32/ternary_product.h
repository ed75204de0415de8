// The product of one vector with the rows of one matrix in columns (engine/files/atome03.md), a few groups of
// columns at a time: as many as there are tables for.
#ifndef ATOME_ENGINE_F32_TERNARY_PRODUCT_H_
#define ATOME_ENGINE_F32_TERNARY_PRODUCT_H_

#include <stdint.h>

#include "engine/f32/kernels/ternary_columns.h"
#include "engine/f32/memory.h"

namespace atome {

static_assert(kTableGroups <= kernel::kMostGroups);

// Call MakeTables until it returns false; after each time, AddRows once for every run of rows, in order.
class TernaryProduct {
 public:
  // codes: [groups][rows]; x: [columns], then zeros up to whole groups; tables: int32 [kTableGroups][243].
  TernaryProduct(const uint8_t* codes, uint32_t rows, const int32_t* x, uint32_t columns, int32_t* tables)
      : codes_(codes), rows_(rows), x_(x), columns_(columns), tables_(tables) {}

  bool MakeTables() {
    if (columns_ == 0) return false;
    first_ = groups_ == 0;
    codes_ += (groups_ != 0 ? groups_ - 1 : 0) * rows_;
    for (groups_ = 0; groups_ < kTableGroups && columns_ != 0; ++groups_) {
      kernel::MakeTable(x_, tables_ + groups_ * kernel::kTable);
      x_ += kernel::kGroup;
      columns_ -= columns_ < kernel::kGroup ? columns_ : kernel::kGroup;
    }
    return true;
  }

  void AddRows(uint32_t rows, kernel::Sum* sums) {
    if (first_) {
#pragma GCC unroll 8
      for (uint32_t r = 0; r < rows; ++r) sums[r] = 0;
    }
    kernel::AddProducts(codes_, rows_, rows, tables_, groups_, sums);
    codes_ += rows;  // through the first group's rows; MakeTables steps over those of the others
  }

 private:
  const uint8_t* codes_;
  uint32_t rows_;
  const int32_t* x_;
  uint32_t columns_;  // not yet made tables of
  int32_t* tables_;
  uint32_t groups_ = 0;
  bool first_ = false;
};

}  // namespace atome

#endif  // ATOME_ENGINE_F32_TERNARY_PRODUCT_H_
