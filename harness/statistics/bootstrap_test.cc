#include "harness/statistics/bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "harness/base/random.h"

namespace atome::harness {
namespace {

// Roughly normal: a sum of twelve uniform numbers.
std::vector<double> Sample(size_t count, double mean, uint64_t seed) {
  Random random(seed);
  std::vector<double> values(count, mean - 6);
  for (double& value : values)
    for (int i = 0; i < 12; ++i) value += random.Below(1u << 30) / static_cast<double>(1u << 30);
  return values;
}

TEST(BootstrapMean, IsTheSameForAnyNumberOfThreads) {
  const std::vector<double> sums = Sample(301, 2, 1), counts(301, 1.0);
  const auto one = BootstrapMean(sums, counts, {.resamples = 1000, .seed = 3, .jobs = 1});
  const auto seven = BootstrapMean(sums, counts, {.resamples = 1000, .seed = 3, .jobs = 7});
  const auto other = BootstrapMean(sums, counts, {.resamples = 1000, .seed = 4, .jobs = 1});
  EXPECT_EQ(one->low, seven->low);
  EXPECT_EQ(one->high, seven->high);
  EXPECT_NE(one->low, other->low);
}

TEST(BootstrapMean, IsAsWideAsTheMeanIsUnsure) {
  const std::vector<double> counts(400, 1.0);
  const auto interval = BootstrapMean(Sample(400, 2, 1), counts, {});
  EXPECT_NEAR(interval->high - interval->low, 2 * 1.96 / std::sqrt(400), 0.02);
}

TEST(BootstrapMean, HoldsTheMeanAbout95TimesIn100) {
  const std::vector<double> counts(60, 1.0);
  int held = 0;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    const auto interval = BootstrapMean(Sample(60, 2, seed), counts, {.resamples = 400, .seed = seed});
    held += interval->low <= 2 && 2 <= interval->high ? 1 : 0;
  }
  EXPECT_GE(held, 360);
  EXPECT_LE(held, 394);
}

TEST(BootstrapMean, WeighsUnitsByTheirTokens) {
  // All tokens cost 3, so every resample costs 3 too.
  const auto interval = BootstrapMean(std::vector<double>{3, 30, 6}, std::vector<double>{1, 10, 2}, {});
  EXPECT_EQ(interval->low, 3);
  EXPECT_EQ(interval->high, 3);
}

TEST(BootstrapMean, OneUnitHasNone) {
  EXPECT_FALSE(BootstrapMean(std::vector<double>{3}, std::vector<double>{1}, {}));
  EXPECT_FALSE(BootstrapMean({}, {}, {}));
}

}  // namespace
}  // namespace atome::harness
