#include "harness/statistics/interval.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include "harness/base/random.h"
#include "harness/statistics/precise_math.h"
#include "harness/statistics/student_t.h"

namespace atome::harness {
namespace {

using ::testing::HasSubstr;

double Uniform(Random* random) { return (static_cast<double>(random->Next() >> 11) + 0.5) * 0x1p-53; }

// Roughly normal, mean 0, deviation 1.
double Normal(Random* random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += Uniform(random);
  return sum;
}

// How many of 100 intervals over so many units of a text with the mean 0 hold it, from many texts.
double Coverage(size_t units, const std::function<std::vector<double>(size_t, Random*)>& text,
                size_t comparisons = 1) {
  constexpr int kTexts = 1500;
  Random random(7, units);
  const std::vector<double> counts(units, 1.0);
  int held = 0;
  for (int i = 0; i < kTexts; ++i) {
    const Estimate estimate = EstimateMean(text(units, &random), counts, comparisons);
    held += estimate.interval->low <= 0 && 0 <= estimate.interval->high;
  }
  return 100.0 * held / kTexts;
}

std::vector<double> Independent(size_t units, Random* random) {
  std::vector<double> values(units);
  for (double& value : values) value = Normal(random);
  return values;
}

// As losses are: more above the mean than a normal number, the third moment 0.7.
std::vector<double> Skewed(size_t units, Random* random) {
  std::vector<double> values(units, -8);
  for (double& value : values)
    for (int i = 0; i < 8; ++i) value -= Log(Uniform(random));
  return values;
}

// Units beside each other are alike, with a correlation of 0.3.
std::vector<double> Alike(size_t units, Random* random) {
  std::vector<double> values(units);
  double last = Normal(random);
  for (double& value : values) value = last = 0.3 * last + std::sqrt(1 - 0.09) * Normal(random);
  return values;
}

TEST(EstimateMean, HoldsTheMeanAsOftenAsItSays) {
  for (const size_t units : {5u, 10u, 40u, 200u}) {
    for (const auto& text : {Independent, Skewed}) {
      EXPECT_GE(Coverage(units, text), 95) << units;
      EXPECT_LE(Coverage(units, text), 98) << units;
    }
  }
}

// 1 of 7 intervals of independent draws would miss here.
TEST(EstimateMean, HoldsItWhereNeighboursAreAlike) {
  EXPECT_GE(Coverage(40, Alike), 92.5);
  EXPECT_GE(Coverage(200, Alike), 94);
  EXPECT_LE(Coverage(200, Alike), 98);
}

TEST(EstimateMean, JointIntervalsMissSeldomerByTheirNumber) {
  EXPECT_GE(Coverage(40, Independent, 5), 98.5);
  const std::vector<double> sums{1, 2, 4, 3, 5, 9, 2}, counts(7, 1.0);
  const Interval one = *EstimateMean(sums, counts).interval, five = *EstimateMean(sums, counts, 5).interval;
  const double ratio = (five.high - five.low) / (one.high - one.low);
  EXPECT_NEAR(ratio, StudentQuantile(0.0035, 4) / StudentQuantile(0.0175, 4), 1e-12);
}

// With n - 1 waves the variance is Student's own.
TEST(EstimateMean, OfFiveUnitsIsStudents) {
  const std::vector<double> sums{1, 2, 4, 3, 5.5}, counts(5, 1.0);
  double squares = 0;
  for (const double sum : sums) squares += (sum - 3.1) * (sum - 3.1);
  const Estimate estimate = EstimateMean(sums, counts);
  const double half = StudentQuantile(0.0175, 4) * std::sqrt(squares / 4 / 5);
  EXPECT_DOUBLE_EQ(estimate.mean, 3.1);
  EXPECT_NEAR(estimate.interval->high, 3.1 + half, 1e-12);
  EXPECT_NEAR(estimate.interval->low, 3.1 - half, 1e-12);
}

TEST(EstimateMean, WeighsUnitsByTheirTokens) {
  const Estimate estimate =
      EstimateMean(std::vector<double>{3, 30, 6, 3, 12}, std::vector<double>{1, 10, 2, 1, 4});
  EXPECT_EQ(estimate.mean, 3);
  EXPECT_EQ(estimate.interval->low, 3) << "all tokens cost 3";
  EXPECT_EQ(estimate.interval->high, 3);
}

// A text that begins easily and ends hard says little of another: as many units in random order say more.
TEST(EstimateMean, IsUnsureOfATextThatChanges) {
  std::vector<double> rising(60), mixed(60);
  for (size_t i = 0; i < 60; ++i) {
    rising[i] = static_cast<double>(i);
    mixed[i] = static_cast<double>(i * 37 % 60);
  }
  const std::vector<double> counts(60, 1.0);
  const Interval one = *EstimateMean(rising, counts).interval, other = *EstimateMean(mixed, counts).interval;
  EXPECT_GT(one.high - one.low, 2 * (other.high - other.low));
}

TEST(EstimateMean, SaysHowMuchTextWouldDo) {
  for (const size_t units : {1u, 2u, 4u}) {
    const Estimate estimate = EstimateMean(std::vector<double>(units, 2.0), std::vector<double>(units, 1.0));
    EXPECT_EQ(estimate.mean, 2);
    EXPECT_FALSE(estimate.interval.has_value());
    EXPECT_EQ(estimate.units_needed, kFewestUnits);
    EXPECT_THAT(estimate.why_not, HasSubstr("too few for an interval; 5 would do"));
  }
  EXPECT_EQ(WhyTooFew(1), "1 chunk or block of text is too few for an interval; 5 would do");
  EXPECT_EQ(WhyTooFew(2), "2 chunks or blocks of text are too few for an interval; 5 would do");
  EXPECT_EQ(EstimateMean(std::vector<double>(5, 2.0), std::vector<double>(5, 1.0)).why_not, "");
}

// Computed with scipy: the type 2 cosine transform (scipy.fft.dct) of what the units leave of the mean by
// tokens, and scipy.stats.t.
TEST(EstimateMean, IsWhatAnotherImplementationGives) {
  const struct {
    int units;
    double mean, low, high, half_of_three;
  } rows[] = {{6, 1.56, 0.17350972302, 2.94649027698, 1.94684970945},
              {12, 2.38888888889, 0.800094360606, 3.97768341717, 2.23091659359},
              {50, 2.17040358744, 1.69238454442, 2.64842263047, 0.645921385937},
              {125, 2.23885918004, 2.10501344282, 2.37270491725, 0.169056166392},
              {500, 2.21866666667, 2.20983023068, 2.22750310265, 0.010795387565}};
  for (const auto& row : rows) {
    std::vector<double> sums, counts;
    for (int i = 0; i < row.units; ++i) {
      sums.push_back((i * i * 7 + 3 * i) % 23);
      counts.push_back(3 + i % 4);
    }
    const Estimate one = EstimateMean(sums, counts), three = EstimateMean(sums, counts, 3);
    EXPECT_NEAR(one.mean, row.mean, 1e-11) << row.units;
    EXPECT_NEAR(one.interval->low, row.low, 1e-10) << row.units;
    EXPECT_NEAR(one.interval->high, row.high, 1e-10) << row.units;
    EXPECT_NEAR(three.interval->high - three.mean, row.half_of_three, 1e-9) << row.units;
    EXPECT_NEAR(three.mean - three.interval->low, row.half_of_three, 1e-9) << row.units;
    EXPECT_EQ(one.units_needed, 0u);
  }
}

// scipy.stats.t.isf of 0.025 and 0.0175, over the number of comparisons; 0 comparisons are one.
TEST(Quantiles, HaveTheirReserveOverTextOnly) {
  EXPECT_NEAR(IndependentQuantile(4, 1), 2.7764451052, 1e-9);
  EXPECT_NEAR(IndependentQuantile(4, 0), 2.7764451052, 1e-9);
  EXPECT_NEAR(IndependentQuantile(9, 2), 2.6850108460, 1e-9);
  EXPECT_NEAR(TextQuantile(4, 1), 3.1354747210, 1e-9);
  EXPECT_NEAR(TextQuantile(24, 3), 2.7302640231, 1e-9);
}

TEST(EstimateDifference, IsOfWhatIsPaired) {
  const std::vector<double> counts(6, 2.0), one{8, 20, 2, 11, 7, 30}, other{7, 19, 1, 10, 6, 29};
  const Estimate estimate = EstimateDifference(one, other, counts);
  EXPECT_EQ(estimate.mean, 0.5);
  EXPECT_EQ(estimate.interval->low, 0.5);
  EXPECT_EQ(estimate.interval->high, 0.5);
}

// Of one unit of 1 among five: root 2 / 5 times the cosine at the middle of that unit, since the mean's share
// of all cosines is 0.
TEST(Projections, AreOnTheCosinesOfTheText) {
  for (size_t at = 0; at < 5; ++at) {
    std::vector<double> sums(5, 0.0);
    sums[at] = 1;
    const std::vector<double> found = Projections(sums, std::vector<double>(5, 1.0));
    ASSERT_EQ(found.size(), 4u);
    for (size_t wave = 0; wave < 4; ++wave) {
      const double angle = std::numbers::pi * static_cast<double>((wave + 1) * (2 * at + 1)) / 10;
      EXPECT_NEAR(found[wave], std::sqrt(2.0) / 5 * std::cos(angle), 1e-15) << at << " " << wave;
    }
  }
}

TEST(WavesOf, GrowSlowlyAndEnd) {
  const struct {
    size_t units;
    uint32_t waves;
  } rows[] = {{2, 1},
              {3, 2},
              {5, 4},
              {40, 4},
              {100, 8},
              {200, 13},
              {781, 24},
              {1 << 20, 24},
              // At equality: 0.4 times 125^(2/3) is 10.
              {4, 3},
              {44, 4},
              {45, 5},
              {124, 9},
              {125, 10},
              {464, 23},
              {465, 24},
              {494, 24},
              {495, 24}};
  for (const auto& row : rows) EXPECT_EQ(WavesOf(row.units), row.waves) << row.units;
}

}  // namespace
}  // namespace atome::harness
