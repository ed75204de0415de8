// The kernels against sums in the contract's own words: odd lengths, the ends of their ranges.
#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/plain/codes.h"
#include "engine/plain/kernels/codes.h"
#include "engine/plain/kernels/floats.h"
#include "engine/plain/kernels/row_products.h"
#include "engine/plain/kernels/row_sums.h"
#include "engine/testing/model_builder.h"
#include "engine/testing/plain_checks.h"

namespace atome::plain::kernel {
namespace {

using testing::Source;

std::vector<float> Floats(Source* source, size_t count) {
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(source->Uniform(-4, 4));
  return values;
}

TEST(Kernels, AreWhatTheyAreByDefinition) {
  EXPECT_STREQ(std::make_unique<testing::PlainChecks>()->FirstWrong(), nullptr);
}

// Chain by chain, as the contract has it.
float SumByChains(const std::vector<float>& terms) {
  float chains[4] = {};
  for (size_t j = 0; j < 4 && j < terms.size(); ++j) {
    chains[j] = terms[j];
    for (size_t i = j + 4; i < terms.size(); i += 4) chains[j] += terms[i];
  }
  return (chains[0] + chains[1]) + (chains[2] + chains[3]);
}

TEST(RowProducts, HasTheContractsOrderOfSums) {
  Source source(21);
  for (uint32_t columns = 1; columns < 30; ++columns) {
    const uint32_t count = 1 + columns % 5;
    const std::vector<float> rows = Floats(&source, size_t{count} * columns), x = Floats(&source, columns);
    std::vector<float> y(count);
    RowProducts(rows.data(), count, columns, x.data(), y.data());
    for (uint32_t r = 0; r < count; ++r) {
      std::vector<float> terms(columns);
      for (uint32_t i = 0; i < columns; ++i) terms[i] = rows[r * columns + i] * x[i];
      ASSERT_EQ(std::bit_cast<uint32_t>(y[r]), std::bit_cast<uint32_t>(SumByChains(terms))) << columns;
    }
  }
}

TEST(MixRows, AddsInOrderOfPositions) {
  Source source(22);
  for (uint32_t width = 1; width < 14; ++width) {
    const uint32_t count = 1 + width % 6, stride = width + 3;
    const std::vector<float> rows = Floats(&source, size_t{count} * stride), weights = Floats(&source, count);
    std::vector<float> out(width);
    MixRows(weights.data(), rows.data(), stride, count, width, 0.3f, out.data());
    for (uint32_t i = 0; i < width; ++i) {
      float sum = weights[0] * rows[i];
      for (uint32_t j = 1; j < count; ++j) sum += weights[j] * rows[j * stride + i];
      ASSERT_EQ(std::bit_cast<uint32_t>(out[i]), std::bit_cast<uint32_t>(sum * 0.3f)) << width;
    }
  }
}

TEST(RowSums, AreExactToTheEndsOfTheirRange) {
  Source source(23);
  for (uint32_t columns = 1; columns <= 512; columns += columns < 20 ? 1 : 123) {
    const uint32_t width = (columns + 3) / 4 * 4;
    for (uint32_t count = 1; count < 6; ++count) {
      for (const bool extreme : {false, true}) {
        std::vector<int8_t> rows(size_t{count} * width);
        alignas(4) int16_t codes[512] = {};
        std::vector<int64_t> expected(count);
        for (uint32_t i = 0; i < columns; ++i) {
          codes[PlaceOf(i)] =
              static_cast<int16_t>(extreme ? 32767 : static_cast<int>(source.Below(65535)) - 32767);
          for (uint32_t r = 0; r < count; ++r) {
            const int weight = extreme ? (r % 2 ? -127 : 127) : static_cast<int>(source.Below(255)) - 127;
            rows[r * width + i] = static_cast<int8_t>(weight);
            expected[r] += int64_t{weight} * codes[PlaceOf(i)];
          }
        }
        std::vector<int64_t> sums;
        RowSums(rows.data(), count, width, codes, [&](int32_t sum) { sums.push_back(sum); });
        ASSERT_EQ(sums, expected) << columns << " columns, " << count << " rows";
      }
    }
  }
}

TEST(Attention, SumsOfCodesAreExact) {
  Source source(24);
  for (uint32_t width = 1; width < 14; ++width) {
    const uint32_t count = 1 + width % 7, stride = width + 5;
    std::vector<int16_t> rows(size_t{count} * stride), weights(count);
    for (int16_t& code : rows) code = static_cast<int16_t>(static_cast<int>(source.Below(65535)) - 32767);
    for (int16_t& weight : weights) weight = static_cast<int16_t>(source.Below(32768 / count));
    std::vector<int64_t> expected(width), sums;
    for (uint32_t i = 0; i < width; ++i) {
      for (uint32_t j = 0; j < count; ++j) expected[i] += int64_t{weights[j]} * rows[j * stride + i];
    }
    MixRows(weights.data(), rows.data(), stride, count, width, [&](int32_t sum) { sums.push_back(sum); });
    ASSERT_EQ(sums, expected);
    int64_t product = 0;
    std::vector<int16_t> small(rows.begin(), rows.begin() + width);
    for (int16_t& code : small) code = static_cast<int16_t>(code >> 3);
    for (const int16_t code : small) product += int64_t{code} * code;
    ASSERT_EQ(Dot(small.data(), small.data(), width), product);
  }
}

TEST(ToCodes, ByHand) {
  const float x[] = {1.0f, -0.5f, 0x1p-15f, 0x1p-16f, -1.99999988f, 0x1p-130f};
  int16_t codes[6];
  int exponent = 0;
  const auto in_order = [](uint32_t i) { return i; };
  ASSERT_TRUE(ToCodes(x, 6, 15, codes, &exponent, in_order));
  EXPECT_EQ(exponent, 14);
  EXPECT_EQ(std::vector<int16_t>(codes, codes + 6), (std::vector<int16_t>{16384, -8192, 1, 0, -32767, 0}));
  const float zero[] = {0.0f, -0.0f}, bad[] = {1.0f, std::bit_cast<float>(0xFFC00000u)};
  ASSERT_TRUE(ToCodes(zero, 2, 15, codes, &exponent, in_order));
  EXPECT_EQ(codes[0] | codes[1], 0);
  EXPECT_FALSE(ToCodes(bad, 2, 15, codes, &exponent, in_order));
}

}  // namespace
}  // namespace atome::plain::kernel
