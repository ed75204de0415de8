// Products, sums and conversions of the size build against their definitions.
#include "engine/f32_small/product.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "engine/f32_small/integers.h"
#include "engine/maths/kernels/exp.h"
#include "engine/maths/kernels/square_root.h"
#include "engine/maths/kernels/to_float.h"
#include "engine/testing/model_builder.h"

namespace atome {
namespace {

using testing::Source;

TEST(Product, IsTheSumOverColumns) {
  Source source(51);
  for (uint32_t columns = 1; columns <= 23; ++columns) {
    const uint32_t groups = (columns + 4) / 5, stride = 260, rows = 243 + columns % 3;
    std::vector<int32_t> x(groups * 5 + 4, 0), sums(rows + 1, 77), table(kernel::kTables + 1, 99);
    for (uint32_t c = 0; c < columns; ++c) x[c] = static_cast<int32_t>(source.Below(1u << 26)) - (1 << 25);
    std::vector<uint8_t> codes(groups * stride);
    for (uint32_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<uint8_t>((i * 7 + columns) % 243);
    kernel::Product(codes.data(), stride, rows, x.data(), columns, table.data(), sums.data());
    for (uint32_t r = 0; r < rows; ++r) {
      int64_t expected = 0;
      for (uint32_t c = 0; c < columns; ++c) {
        uint32_t code = codes[c / 5 * stride + r];
        for (uint32_t skip = c % 5; skip != 0; --skip) code /= 3;
        expected += (static_cast<int64_t>(code % 3) - 1) * x[c];
      }
      ASSERT_EQ(sums[r], expected) << columns << " columns, row " << r;
    }
    EXPECT_EQ(sums[rows], 77);
    EXPECT_EQ(table[kernel::kTables], 99);
  }
}

TEST(ToFloat, RoundsAsTheFpu) {
  Source source(52);
  for (int i = 0; i < 1'000'000; ++i) {
    uint64_t bits = 0;
    for (int part = 0; part < 4; ++part) bits = bits << 16 | source.Below(1u << 16);
    const int64_t v = static_cast<int64_t>(bits) >> source.Below(64);
    ASSERT_EQ(ToBits(ToFloat(v)), ToBits(static_cast<float>(v))) << v;
    const int64_t tie = ((v >> 40 | 1) << 39) + static_cast<int64_t>(source.Below(3)) - 1;
    ASSERT_EQ(ToBits(ToFloat(tie)), ToBits(static_cast<float>(tie))) << tie;
  }
}

TEST(SquareRoot, RoundsAsTheFpu) {
  Source source(53);
  for (int i = 0; i < 1'000'000; ++i) {
    const uint32_t bits = (source.Below(1u << 15) << 16 | source.Below(1u << 16)) % (kInfinityBits + 1);
    ASSERT_EQ(ToBits(Sqrt(FromBits(bits))), ToBits(__builtin_sqrtf(FromBits(bits)))) << bits;
  }
  for (const uint32_t bits : {0u, 1u, 2u, 0x7FFFFFu, 0x800000u, 0x3F800000u, 0x7F7FFFFFu, kInfinityBits})
    EXPECT_EQ(ToBits(Sqrt(FromBits(bits))), ToBits(__builtin_sqrtf(FromBits(bits)))) << bits;
}

TEST(Exp, OfWhatIsNoNumberOrFarBelowIsZero) {
  for (const float x : {-87.0f, -1e30f, -__builtin_inff(), __builtin_nanf("")}) EXPECT_EQ(Exp(x), 0.0f) << x;
  EXPECT_EQ(Exp(0.0f), 1.0f);
  EXPECT_EQ(Exp(-0.0f), 1.0f);
  EXPECT_GT(Exp(-86.9f), 0.0f);
}

TEST(DropRounded, ClampsBothWays) {
  EXPECT_EQ(DropRounded(5, 0), 5);
  EXPECT_EQ(DropRounded(5, 1), 3);
  EXPECT_EQ(DropRounded(-5, 1), -2);
  EXPECT_EQ(DropRounded(3, -2), 12);
  EXPECT_EQ(DropRounded(1, -40), INT32_MIN);
  EXPECT_EQ(DropRounded(0x30000000, 31), 0);
  EXPECT_EQ(DropRounded(-1, 40), 0);
}

TEST(LengthOf, CountsTheLongest) {
  const int32_t x[] = {0, -1, 5, -9};
  EXPECT_EQ(LengthOf(x, 1), 0);
  EXPECT_EQ(LengthOf(x, 2), 0);
  EXPECT_EQ(LengthOf(x, 3), 3);
  EXPECT_EQ(LengthOf(x, 4), 4);
  EXPECT_EQ(Dot(x, x, 4), 107);
}

}  // namespace
}  // namespace atome
