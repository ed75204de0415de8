// The kernels against sums that are plain to see: odd lengths, the ends of their ranges.
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "engine/q15/kernels/add_products.h"
#include "engine/q15/kernels/make_tables.h"
#include "engine/testing/model_builder.h"
#include "engine/testing/q15_checks.h"

namespace atome::q15::kernel {
namespace {

using testing::Source;

std::vector<int16_t> Numbers(Source* source, size_t count, uint32_t most) {
  std::vector<int16_t> numbers(count);
  for (int16_t& n : numbers)
    n = static_cast<int16_t>(static_cast<int32_t>(source->Below(2 * most + 1)) - static_cast<int32_t>(most));
  return numbers;
}

// The sum that a code stands for.
int32_t Sum(const int16_t* x, uint32_t code) {
  int32_t sum = 0;
  for (uint32_t i = 0; i < kGroup; ++i, code /= 3) sum += (static_cast<int32_t>(code % 3) - 1) * x[i];
  return sum;
}

TEST(MakeTables, EveryEntryAtTheEndsOfInt16) {
  Source source(71);
  std::vector<int16_t> x = Numbers(&source, 5 * 40, 6553);
  const int16_t most[] = {32767, 0, 0, 0, 0, 0, 0, 0, 0, -32767, 6553, -6553, 6553, -6553, 6553};
  x.insert(x.end(), std::begin(most), std::end(most));
  const uint32_t groups = static_cast<uint32_t>(x.size() / kGroup);
  std::vector<uint16_t> tables(groups * kTableStride);
  MakeTables(x.data(), groups, tables.data());
  for (uint32_t g = 0; g < groups; ++g) {
    for (uint32_t code = 0; code < kTable; ++code) {
      ASSERT_EQ(tables[g * kTableStride + code] - kBias, Sum(&x[g * kGroup], code)) << g << " " << code;
    }
  }
}

TEST(AddProducts, EveryNumberOfRowsAndGroups) {
  Source source(72);
  for (uint32_t rows = 1; rows <= 21; ++rows) {
    for (uint32_t groups = 1; groups <= 4; ++groups) {
      const uint32_t stride = rows + 3;
      const std::vector<int16_t> x = Numbers(&source, groups * kGroup, 6000);
      std::vector<uint8_t> codes(groups * stride, 255);
      for (uint32_t g = 0; g < groups; ++g) {
        for (uint32_t r = 0; r < rows; ++r) codes[g * stride + r] = static_cast<uint8_t>(source.Below(243));
      }
      std::vector<uint16_t> tables(groups * kTableStride);
      MakeTables(x.data(), groups, tables.data());
      std::vector<int32_t> sums(rows, 7 - static_cast<int32_t>(groups) * kBias);
      AddProducts(codes.data(), stride, rows, tables.data(), groups, sums.data());
      for (uint32_t r = 0; r < rows; ++r) {
        int32_t expected = 7;
        for (uint32_t g = 0; g < groups; ++g) expected += Sum(&x[g * kGroup], codes[g * stride + r]);
        EXPECT_EQ(sums[r], expected) << rows << " " << groups << " " << r;
      }
    }
  }
}

TEST(Q15Checks, WhatEveryCoreIsHeldTo) {
  static testing::Q15Checks checks;
  EXPECT_EQ(checks.FirstWrong(), nullptr);
}

}  // namespace
}  // namespace atome::q15::kernel
