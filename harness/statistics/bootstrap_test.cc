#include "harness/statistics/bootstrap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace atome::harness {
namespace {

// The means, made again of the same numbers.
std::vector<double> Means(const std::vector<double>& sample, uint32_t resamples, Random random) {
  std::vector<double> means;
  for (uint32_t k = 0; k < resamples; ++k) {
    double sum = 0;
    for (size_t i = 0; i < sample.size(); ++i)
      sum += sample[random.Below(static_cast<uint32_t>(sample.size()))];
    means.push_back(sum / static_cast<double>(sample.size()));
  }
  return means;
}

TEST(BootstrapInterval, LeavesAFortiethOfTheMeansOutOnEachSide) {
  Random values(1);
  for (const uint32_t resamples : {1u, 39u, 40u, 41u, 79u, 80u, 300u, 1000u}) {
    std::vector<double> sample(30 + resamples % 5);
    for (double& value : sample) value = static_cast<double>(values.Below(1u << 30));
    Random random(2, resamples);
    const std::vector<double> means = Means(sample, resamples, random);
    const auto [low, high] = BootstrapInterval(sample, resamples, &random);
    EXPECT_EQ(std::ranges::count_if(means, [&](double mean) { return mean < low; }), resamples / 40)
        << resamples;
    EXPECT_EQ(std::ranges::count_if(means, [&](double mean) { return mean > high; }), resamples / 40)
        << resamples;
    EXPECT_EQ(std::ranges::count(means, low) > 0 && std::ranges::count(means, high) > 0, true) << resamples;
  }
}

TEST(BootstrapInterval, OfEqualUnitsHasNoWidth) {
  Random random(3);
  const auto [low, high] = BootstrapInterval(std::vector<double>(4, 2.5), 100, &random);
  EXPECT_EQ(low, 2.5);
  EXPECT_EQ(high, 2.5);
}

}  // namespace
}  // namespace atome::harness
