#include "engine/f32/block_range.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "engine/f32/softmax.h"

namespace atome {
namespace {

constexpr int32_t kOne = 1 << 30;

constexpr std::array<Share, 3> kNoRoutes = {};

// Of so many elements, or of all.
bool Holds(const std::array<Share, 3>& routes, const std::vector<int32_t>& x, const std::vector<int32_t>& q,
           size_t d = SIZE_MAX) {
  return BlockInRange(routes.data(), x.data(), q.data(), static_cast<uint32_t>(std::min(d, x.size())));
}

TEST(BlockRange, SharesAreOneAtMost) {
  EXPECT_TRUE(Holds({{{kOne, 0}, {kOne, 0}, {kOne, 0}}}, {0}, {0}));
  for (int pathway = 0; pathway < 3; ++pathway) {
    for (const int32_t beyond : {kOne + 1, -kOne - 1}) {
      std::array<Share, 3> routes = {};
      routes[pathway].share = beyond;
      EXPECT_FALSE(Holds(routes, {0}, {0})) << pathway;
    }
  }
}

TEST(BlockRange, TheResidualIsOfThirtyBits) {
  EXPECT_TRUE(Holds(kNoRoutes, {kOne, -kOne}, {0, 0}));
  EXPECT_FALSE(Holds(kNoRoutes, {0, kOne + 1}, {0, 0}));
  EXPECT_FALSE(Holds(kNoRoutes, {-kOne - 1, 0}, {0, 0}));
  EXPECT_TRUE(Holds(kNoRoutes, {0, kOne + 1}, {0, 0}, 1)) << "behind its end";
}

TEST(BlockRange, TheMagnitudesOfQAddUpToLessThanTwoToThe31) {
  EXPECT_TRUE(Holds(kNoRoutes, {0, 0}, {INT32_MAX, 0}));
  EXPECT_FALSE(Holds(kNoRoutes, {0, 0}, {INT32_MAX, 1}));
  EXPECT_FALSE(Holds(kNoRoutes, {0, 0}, {-kOne, kOne}));
}

}  // namespace
}  // namespace atome
