// The greatest logit found among sums, against the greatest of the logits themselves.
#include "engine/maths/best_sum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "engine/testing/model_builder.h"

namespace atome {
namespace {

using testing::Source;

uint32_t BestLogit(const std::vector<int32_t>& sums, float scale) {
  std::vector<float> logits;
  for (int32_t sum : sums) logits.push_back(Logit(sum, scale));
  return static_cast<uint32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

// Scales of both signs from those that make zeros of every sum to the greatest that keep it finite.
const float kScales[] = {0.0f,    -0.0f,          0x1p-149f, -0x1p-149f, 0x1.8p-140f, 1e-38f,
                         -1e-38f, 0x1p-133f,      1e-30f,    0.3f,       -0.7f,       1.0f,
                         -1.0f,   0x1.fffffep95f, -0x1p95f,  3.0f};

TEST(BestSum, IsThatOfTheLogits) {
  Source source(61);
  for (const float scale : kScales) {
    for (int repeat = 0; repeat < 3000; ++repeat) {
      const uint32_t bits = 1 + source.Below(31), count = 1 + source.Below(40);
      std::vector<int32_t> sums(count);
      for (int32_t& sum : sums) sum = static_cast<int32_t>(source.Word() >> 32) >> (32 - bits);
      ASSERT_EQ(BestSum(sums.data(), count, scale), BestLogit(sums, scale)) << scale;
    }
  }
}

// Sums of more bits than binary32 has, so close that several become one logit.
TEST(BestSum, LowestOfSumsThatRoundToOneLogit) {
  Source source(62);
  int tied = 0;
  for (const float scale : kScales) {
    for (int repeat = 0; repeat < 3000; ++repeat) {
      const int32_t base = static_cast<int32_t>((1u << (24 + source.Below(7))) - 300 + source.Below(600));
      std::vector<int32_t> sums(12);
      for (int32_t& sum : sums) {
        sum = base + static_cast<int32_t>(source.Below(400));
        if (scale < 0) sum = -sum;
      }
      const uint32_t best = BestLogit(sums, scale);
      tied += best != static_cast<uint32_t>(std::max_element(sums.begin(), sums.end()) - sums.begin());
      ASSERT_EQ(BestSum(sums.data(), 12, scale), best) << scale;
    }
  }
  EXPECT_GT(tied, 1000);
}

TEST(BestSum, EndsOfInt32AndNone) {
  constexpr int32_t kMost = std::numeric_limits<int32_t>::max(), kLeast = -kMost - 1;
  const int32_t sums[] = {kLeast, 0, kMost, kMost, kLeast};
  EXPECT_EQ(BestSum(sums, 5, 2.0f), 2u);
  EXPECT_EQ(BestSum(sums, 5, -2.0f), 0u);
  EXPECT_EQ(BestSum(sums + 1, 4, -2.0f), 3u);
  EXPECT_EQ(BestSum(sums, 5, 0.0f), 0u);
  EXPECT_EQ(BestSum(sums, 0, 1.0f), 0u);
}

TEST(AllFinite, LooksAtEveryLogitOfAGreatScale) {
  const int32_t sums[] = {1, -1, 0, 1 << 30};
  EXPECT_TRUE(AllFinite(sums, 4, 0x1.fffffep95f));
  EXPECT_TRUE(AllFinite(sums, 3, 0x1.fffffep127f));
  EXPECT_FALSE(AllFinite(sums, 4, 0x1p98f));
  EXPECT_FALSE(AllFinite(sums, 4, -0x1p98f));
  EXPECT_TRUE(AllFinite(sums, 4, 0x1p97f));
}

}  // namespace
}  // namespace atome
