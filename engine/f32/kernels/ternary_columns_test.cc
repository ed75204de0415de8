// The kernels against the sums by definition: every code, every number of rows, the ends of int32.
#include "engine/f32/kernels/ternary_columns.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "engine/testing/model_builder.h"

namespace atome::kernel {
namespace {

using testing::Source;

int64_t EntryByDefinition(const std::array<int32_t, kGroup>& x, uint32_t code) {
  int64_t sum = 0;
  for (int32_t value : x) {
    sum += (static_cast<int64_t>(code % 3) - 1) * value;
    code /= 3;
  }
  return sum;
}

void ExpectTable(const std::array<int32_t, kGroup>& x) {
  std::vector<int32_t> table(kTable + 2, 77);
  MakeTable(x.data(), table.data() + 1);
  EXPECT_EQ(table.front(), 77);
  EXPECT_EQ(table.back(), 77);
  for (uint32_t code = 0; code < kTable; ++code)
    ASSERT_EQ(table[1 + code], EntryByDefinition(x, code)) << "code " << code;
}

TEST(MakeTable, HoldsEverySum) {
  Source source(41);
  for (int repeat = 0; repeat < 100; ++repeat) {
    std::array<int32_t, kGroup> x;
    for (int32_t& value : x) value = static_cast<int32_t>(source.Below(1u << 28)) - (1 << 27);
    ExpectTable(x);
  }
}

TEST(MakeTable, ReachesTheEndsOfInt32) {
  constexpr int32_t kMost = std::numeric_limits<int32_t>::max();
  for (uint32_t at = 0; at < kGroup; ++at) {
    for (int32_t value : {kMost, -kMost}) {
      std::array<int32_t, kGroup> x{};
      x[at] = value;
      ExpectTable(x);
    }
  }
  ExpectTable({kMost / 5, -kMost / 5, kMost / 5, kMost / 5, -kMost / 5});
  ExpectTable({1, 0, kMost - 2, 0, 1});
}

TEST(AddProducts, EveryNumberOfRowsAndGroups) {
  Source source(42);
  for (uint32_t rows = 0; rows <= 37; ++rows) {
    for (uint32_t groups : {1u, 2u, 3u, 4u, 7u}) {
      const uint32_t stride = rows + source.Below(9);
      std::vector<uint8_t> codes(stride * groups + 1);
      for (uint8_t& code : codes) code = static_cast<uint8_t>(source.Below(kTable));
      std::vector<int32_t> tables(groups * kTable);
      for (int32_t& entry : tables) entry = static_cast<int32_t>(source.Below(1u << 28)) - (1 << 27);
      std::vector<int32_t> sums(rows + 1, 5), expected = sums;
      for (uint32_t r = 0; r < rows; ++r) {
        for (uint32_t g = 0; g < groups; ++g) expected[r] += tables[g * kTable + codes[g * stride + r]];
      }
      AddProducts(codes.data(), stride, rows, tables.data(), groups, sums.data());
      ASSERT_EQ(sums, expected) << rows << " rows, " << groups << " groups";
    }
  }
}

}  // namespace
}  // namespace atome::kernel
