#include "harness/statistics/median.h"

#include <gtest/gtest.h>

#include <limits>

namespace atome::harness {
namespace {

TEST(Median, IsTheMiddleOneOrTheMeanOfTheMiddleTwo) {
  EXPECT_EQ(Median({7}), 7);
  EXPECT_EQ(Median({9, 1}), 5);
  EXPECT_EQ(Median({9, 1, 2}), 2);
  EXPECT_EQ(Median({100, 1, 4, 2}), 3);
  EXPECT_EQ(Median({5, 100, 1, 4, 2}), 4);
  EXPECT_EQ(Median({3, 3, 3, 8}), 3);
  constexpr double kMost = std::numeric_limits<double>::max();
  EXPECT_EQ(Median({kMost, kMost}), kMost) << "their sum would be infinite";
}

}  // namespace
}  // namespace atome::harness
