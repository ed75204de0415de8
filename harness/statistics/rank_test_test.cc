#include "harness/statistics/rank_test.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
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
  EXPECT_EQ(RankTest({}, Values(50, 1.0)), std::nullopt) << "more than are counted one by one";
  EXPECT_EQ(RankTest(Values(50, 1.0), {}), std::nullopt);
  EXPECT_EQ(RankTest(Values{}, Values{}), std::nullopt);
}

// `n` and `m` values without ties, of whose n m pairs (a, b) `u` have the greater value in a.
std::pair<Values, Values> WithPairs(size_t n, size_t m, size_t u) {
  Values a(n), b(m);
  for (size_t j = 0; j < m; ++j) b[j] = 1000 + static_cast<double>(j);
  for (size_t i = 0; i < n; ++i) {
    const size_t below = std::min(u, m);  // so many of b
    u -= below;
    const double rest = static_cast<double>(i) / static_cast<double>(2 * n);
    a[i] = below == 0 ? static_cast<double>(i) : 999 + static_cast<double>(below) + rest + 0.25;
  }
  return {a, b};
}

// Mann and Whitney's table of critical values of U, two-sided at 5 %: the greatest that is significant.
TEST(RankTest, HasThePublishedCriticalValues) {
  const struct {
    size_t n, m, most;
  } rows[] = {{4, 4, 0},    {3, 5, 0},    {2, 8, 0},    {3, 7, 1},    {4, 6, 2},  {5, 5, 2},
              {6, 6, 5},    {7, 7, 8},    {3, 20, 8},   {8, 8, 13},   {9, 9, 17}, {5, 20, 20},
              {10, 10, 23}, {10, 20, 55}, {15, 15, 64}, {20, 20, 127}};
  for (const auto& row : rows) {
    const auto [a, b] = WithPairs(row.n, row.m, row.most);
    EXPECT_EQ(RankTest(a, b), 1) << row.n << " " << row.m;
    EXPECT_EQ(RankTest(b, a), -1) << row.n << " " << row.m;
    const auto [c, d] = WithPairs(row.n, row.m, row.most + 1);
    EXPECT_EQ(RankTest(c, d), 0) << row.n << " " << row.m;
    EXPECT_EQ(RankTest(d, c), 0) << row.n << " " << row.m;
  }
}

// One value beyond 39 others: 1 order of 40 on either side is 5 % exactly, which is significant.
TEST(RankTest, FivePercentExactlyIsSignificant) {
  const auto beyond = [](size_t others) {
    const auto [a, b] = WithPairs(others, 1, 0);
    return RankTest(a, b);
  };
  EXPECT_EQ(beyond(38), std::nullopt) << "2 orders of 39 are more";
  EXPECT_EQ(beyond(39), 1);
  EXPECT_EQ(beyond(40), 0) << "by the normal approximation, which is used from 41 values on";
}

// Of U's normal approximation with a continuity correction of a half: z is (n m / 2 - U - 1/2) over the root
// of n m (n + m + 1) / 12. The first of the two is 1.95996430, the second 1.95996041; the quantile
// is 1.95996398.
TEST(RankTest, TheApproximationChangesAtItsQuantile) {
  const auto of = [](size_t n, size_t m, size_t u) {
    const auto [a, b] = WithPairs(n, m, u);
    const std::optional<int> found = RankTest(a, b);
    EXPECT_EQ(RankTest(b, a), -found.value());
    return found;
  };
  EXPECT_EQ(of(22, 22, 158), 1);
  EXPECT_EQ(of(22, 22, 159), 0);
  EXPECT_EQ(of(35, 38, 486), 1);
  EXPECT_EQ(of(35, 38, 487), 0);
}

// Zeros and ones: `ones_a` of `n` and `ones_b` of `m` are ones. Probabilities by scipy.stats.mannwhitneyu,
// method="asymptotic"; without the correction for ties each would be above 9 %.
TEST(RankTest, TiesAboveFortyValuesAreCorrectedFor) {
  const struct {
    size_t n, ones_a, m, ones_b;
    int expected;
  } rows[] = {{25, 7, 25, 14, 1},   // 4.84 %
              {25, 8, 25, 15, 0},   // 5.06 %
              {25, 1, 25, 6, 1},    // 4.54 %
              {25, 3, 25, 9, 0},    // 5.07 %
              {30, 18, 12, 11, 1},  // 4.95 %
              {30, 15, 12, 10, 0},  // 5.14 %
              {30, 22, 12, 12, 0},  // 5.19 %
              {21, 3, 21, 9, 1},    // 4.46 %
              {21, 4, 21, 10, 0}};  // 5.42 %
  for (const auto& row : rows) {
    Values a(row.n, 0.0), b(row.m, 0.0);
    std::fill_n(a.begin(), row.ones_a, 1.0);
    std::fill_n(b.begin(), row.ones_b, 1.0);
    EXPECT_EQ(RankTest(a, b), row.expected) << row.ones_a << " of " << row.n;
    EXPECT_EQ(RankTest(b, a), -row.expected) << row.ones_a << " of " << row.n;
  }
}

// The definition, with ties: of all ways in which the values could fall to b, those with as extreme a sum of
// ranks, on the side that is rarer, twice.
TEST(RankTest, FewValuesWithTiesCountEveryOrder) {
  Random random(2);
  int told = 0;
  for (int round = 0; round < 150; ++round) {
    const size_t n = 1 + random.Below(6), m = 1 + random.Below(6);
    Values a(n), b(m);
    for (double& value : a) value = random.Below(6);
    for (double& value : b) value = random.Below(6) + 3 * (round % 2);
    Values all = a;
    all.insert(all.end(), b.begin(), b.end());
    std::vector<int> chosen(n + m, 0);
    std::fill_n(chosen.begin(), m, 1);
    const auto rank_sum = [&](const std::vector<int>& of) {  // twice
      int sum = 0;
      for (size_t i = 0; i < all.size(); ++i) {
        if (of[i] == 0) continue;
        ++sum;
        for (const double other : all) sum += 2 * (other < all[i]) + (other == all[i]);
      }
      return sum;
    };
    std::vector<int> of_b(n + m, 0);
    std::fill_n(of_b.begin() + static_cast<std::ptrdiff_t>(n), m, 1);
    const int found = rank_sum(of_b);
    int orders = 0, at_most = 0, at_least = 0;
    std::ranges::sort(chosen);
    do {
      ++orders;
      at_most += rank_sum(chosen) <= found;
      at_least += rank_sum(chosen) >= found;
    } while (std::ranges::next_permutation(chosen).found);
    std::optional<int> expected;
    if (40 <= orders) expected = 40 * std::min(at_most, at_least) > orders ? 0 : at_least < at_most ? 1 : -1;
    ASSERT_EQ(RankTest(a, b), expected) << round;
    told += expected.value_or(0) != 0;
  }
  EXPECT_GT(told, 5);
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
