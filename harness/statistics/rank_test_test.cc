#include "harness/statistics/rank_test.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "harness/base/random.h"

namespace atome::harness::report {
namespace {

using Values = std::vector<double>;

TEST(RankTest, TellsFromFourRepetitionsOn) {
  EXPECT_EQ(RankTest(Values{1, 2, 3}, Values{11, 12, 13}), std::nullopt) << "2 of 20 orders are as extreme";
  EXPECT_EQ(RankTest(Values{1, 2, 3, 4}, Values{11, 12, 13, 14}), 1) << "2 of 70";
  EXPECT_EQ(RankTest(Values{11, 12, 13, 14}, Values{1, 2, 3, 4}), -1);
  EXPECT_EQ(RankTest(Values{1, 2, 3, 12}, Values{11, 4, 13, 14}), 0);
  EXPECT_EQ(RankTest({}, Values{1}), std::nullopt);
  EXPECT_EQ(RankTest(Values{}, Values{}), std::nullopt);
}

// From tables of critical values: for 5 and 5 values, U = 2 is significant at 5 % and U = 3 is not.
TEST(RankTest, HasThePublishedCriticalValues) {
  EXPECT_EQ(RankTest(Values{1, 2, 3, 4, 7}, Values{5, 6, 8, 9, 10}), 1);
  EXPECT_EQ(RankTest(Values{1, 2, 3, 4, 8}, Values{5, 6, 7, 9, 10}), 0);
}

TEST(RankTest, EqualValuesAreNoDifference) {
  EXPECT_EQ(RankTest(Values(8, 1.0), Values(8, 1.0)), 0);
  EXPECT_EQ(RankTest(Values(30, 1.0), Values(30, 1.0)), 0) << "no spread at all, by the approximation";
  EXPECT_EQ(RankTest(Values{1, 1, 1, 1, 1}, Values{2, 2, 2, 2, 2}), 1);
}

// For equal distributions at most 5 % of tests may find a difference; exact and approximate test agree.
TEST(RankTest, IsSeldomWrongAndSeesAShift) {
  Random random(1);
  for (const size_t count : {6, 15, 25}) {
    int wrong = 0, seen = 0;
    for (int round = 0; round < 200; ++round) {
      Values a, b, shifted;
      for (size_t i = 0; i < count; ++i) {
        a.push_back(random.Below(1000));
        b.push_back(random.Below(1000));
        shifted.push_back(800 + random.Below(1000));
      }
      wrong += RankTest(a, b) != 0;
      seen += RankTest(a, shifted) == 1;
      const auto back = RankTest(b, a);
      EXPECT_EQ(RankTest(a, b), back ? std::optional(-*back) : back);
    }
    EXPECT_LT(wrong, 200 / 10) << count;
    EXPECT_GT(seen, 180) << count;
  }
}

}  // namespace
}  // namespace atome::harness::report
