// The product against the plain sum, with fewer tables than there are groups.
#include "engine/q15/ternary_product.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "engine/testing/model_builder.h"

namespace atome::q15 {
namespace {

TEST(TernaryProduct, EveryNumberOfRowsColumnsAndTables) {
  testing::Source source(76);
  for (uint32_t rows = 1; rows <= 13; ++rows) {
    for (uint32_t columns : {1u, 5u, 64u, 71u}) {
      const uint32_t groups = (columns + 4) / 5, stride = rows + 2;
      std::vector<int16_t> x(groups * 5);
      for (uint32_t c = 0; c < columns; ++c) x[c] = static_cast<int16_t>(source.Below(13001)) - 6500;
      std::vector<uint8_t> codes(groups * stride, 255);
      std::vector<int32_t> expected(rows);
      for (uint32_t g = 0; g < groups; ++g) {
        for (uint32_t r = 0; r < rows; ++r) {
          uint32_t code = source.Below(243);
          codes[g * stride + r] = static_cast<uint8_t>(code);
          for (uint32_t i = 0; i < 5; ++i, code /= 3) {
            expected[r] += (static_cast<int32_t>(code % 3) - 1) * x[g * 5 + i];
          }
        }
      }
      for (uint32_t table_groups = 1; table_groups <= 3; ++table_groups) {
        std::vector<uint16_t> tables(table_groups * kernel::kTableStride);
        std::vector<int32_t> sums(rows, 1);
        TernaryProduct(codes.data(), stride, rows, x.data(), columns, tables.data(), table_groups,
                       sums.data());
        EXPECT_EQ(sums, expected) << rows << " " << columns << " " << table_groups;
      }
    }
  }
}

}  // namespace
}  // namespace atome::q15
