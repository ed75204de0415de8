// The kernels against sums that are plain to see: odd lengths, the ends of their ranges.
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "engine/q15/kernels/add_products.h"
#include "engine/q15/kernels/add_split_products.h"
#include "engine/q15/kernels/make_split_tables.h"
#include "engine/q15/kernels/make_tables.h"
#include "engine/q15/kernels/mix_four.h"
#include "engine/q15/kernels/scores.h"
#include "engine/q15/kernels/scores_small.h"
#include "engine/testing/model_builder.h"

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

TEST(MakeSplitTables, EveryEntryAtTheEndsOfInt16) {
  Source source(74);
  std::vector<int16_t> x = Numbers(&source, 5 * 40, 6553);
  const int16_t most[] = {32767, 0, 0, 0, -32767, 0, 0, -32767, 32767, 0, 6553, -6553, 6553, -6553, 6553};
  x.insert(x.end(), std::begin(most), std::end(most));
  const uint32_t groups = static_cast<uint32_t>(x.size() / kGroup);
  std::vector<uint16_t> tables(groups * kSplitStride);
  MakeSplitTables(x.data(), groups, tables.data());
  for (uint32_t g = 0; g < groups; ++g) {
    for (uint32_t code = 0; code < kTable; ++code) {
      const uint16_t* table = &tables[g * kSplitStride];
      const int32_t first = table[kSplitOffsets.first[code] / 2] - kBias;
      const int32_t second = table[kSplitOffsets.second[code] / 2] - kBias;
      const int16_t front[kGroup] = {x[g * kGroup], x[g * kGroup + 1], x[g * kGroup + 2], 0, 0};
      ASSERT_EQ(first, Sum(front, code)) << g << " " << code;
      ASSERT_EQ(first + second, Sum(&x[g * kGroup], code)) << g << " " << code;
    }
  }
}

TEST(AddSplitProducts, EveryNumberOfRowsAndGroups) {
  Source source(75);
  for (uint32_t rows = 4; rows <= 20; rows += 4) {
    for (uint32_t groups = 1; groups <= 4; ++groups) {
      const uint32_t stride = rows + 3;
      const std::vector<int16_t> x = Numbers(&source, groups * kGroup, 6000);
      std::vector<uint8_t> codes(groups * stride, 255);
      for (uint32_t g = 0; g < groups; ++g) {
        for (uint32_t r = 0; r < rows; ++r) codes[g * stride + r] = static_cast<uint8_t>(source.Below(243));
      }
      std::vector<uint16_t> tables(groups * kSplitStride);
      MakeSplitTables(x.data(), groups, tables.data());
      std::vector<int32_t> sums(rows, 7 - static_cast<int32_t>(groups) * 2 * kBias);
      AddSplitProducts(codes.data(), stride, rows, tables.data(), groups, sums.data(), &kSplitOffsets);
      for (uint32_t r = 0; r < rows; ++r) {
        int32_t expected = 7;
        for (uint32_t g = 0; g < groups; ++g) expected += Sum(&x[g * kGroup], codes[g * stride + r]);
        EXPECT_EQ(sums[r], expected) << rows << " " << groups << " " << r;
      }
    }
  }
}

TEST(Scores, EveryLengthAndNumberOfRows) {
  Source source(73);
  for (uint32_t d = 1; d <= 35; ++d) {
    for (uint32_t count : {1u, 2u, 5u}) {
      const std::vector<int16_t> u = Numbers(&source, d, 1 << 13), rows = Numbers(&source, d * count, 14000);
      const std::vector<int8_t> small(rows.begin(), rows.end());
      std::vector<int32_t> scores(count, -1), small_scores(count, -1);
      Scores(u.data(), rows.data(), d, count, scores.data());
      Scores(u.data(), small.data(), d, count, small_scores.data());
      for (uint32_t j = 0; j < count; ++j) {
        int64_t sum = 0, small_sum = 0;
        for (uint32_t c = 0; c < d; ++c) {
          sum += u[c] * rows[j * d + c];
          small_sum += u[c] * small[j * d + c];
        }
        EXPECT_EQ(scores[j], static_cast<int32_t>(sum));
        EXPECT_EQ(small_scores[j], small_sum);
      }
    }
  }
}

TEST(MixFour, RoundsHalvesUp) {
  const int16_t a[] = {32767, -32768, 1, -1}, b[] = {1, 1, 0, 0};
  const int16_t* const rows[] = {a, b, a, b};
  const int32_t weights[] = {16384, 0, 0, 16384};
  int16_t out[4];
  MixFour(rows, weights, 4, out);
  EXPECT_EQ(std::vector<int16_t>(out, out + 4), (std::vector<int16_t>{16384, -16383, 1, 0}));
}

}  // namespace
}  // namespace atome::q15::kernel
