#include "engine/q15/block_range.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace atome::q15 {
namespace {

constexpr int32_t kMost = 1 << 30;

constexpr std::array<uint32_t, 3> kNoRoutes = {};

// Of so many elements, or of all.
bool Holds(const std::array<uint32_t, 3>& routes, const std::vector<int32_t>& x,
           const std::vector<int16_t>& q, size_t d = SIZE_MAX) {
  return BlockInRange(routes.data(), x.data(), q.data(), static_cast<uint32_t>(std::min(d, x.size())));
}

TEST(Q15BlockRange, SharesAddUpToOneAtMost) {
  EXPECT_TRUE(Holds({32768, 0, 0}, {0}, {0}));
  EXPECT_TRUE(Holds({1, 32766, 1}, {0}, {0}));
  EXPECT_FALSE(Holds({1, 32767, 1}, {0}, {0}));
  EXPECT_FALSE(Holds({0xFFFFFFFF, 1, 0}, {0}, {0})) << "the sum does not wrap";
}

TEST(Q15BlockRange, TheResidualIsOfThirtyBits) {
  EXPECT_TRUE(Holds(kNoRoutes, {kMost, -kMost}, {0, 0}));
  EXPECT_FALSE(Holds(kNoRoutes, {0, kMost + 1}, {0, 0}));
  EXPECT_FALSE(Holds(kNoRoutes, {-kMost - 1, 0}, {0, 0}));
}

TEST(Q15BlockRange, TheNormOfQIsBounded) {
  EXPECT_TRUE(Holds(kNoRoutes, {0, 0}, {14660, 0}));
  EXPECT_FALSE(Holds(kNoRoutes, {0, 0}, {14660, 1}));
  EXPECT_TRUE(Holds(kNoRoutes, {0, 0}, {0, -14660}));
}

}  // namespace
}  // namespace atome::q15
