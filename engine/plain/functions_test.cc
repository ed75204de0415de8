// The functions of a pass against double precision.
#include "engine/plain/functions.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "engine/testing/model_builder.h"

namespace atome::plain {
namespace {

double GeluInDouble(double x) {
  return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
}

TEST(Gelu, IsNearItsFormula) {
  // Every 4001st number of either sign, from 2^-40 to 2^40.
  for (uint32_t bits = std::bit_cast<uint32_t>(0x1p-40f); bits < std::bit_cast<uint32_t>(0x1p40f);
       bits += 4001) {
    for (const uint32_t sign : {0u, 0x80000000u}) {
      const float x = std::bit_cast<float>(bits | sign);
      ASSERT_NEAR(Gelu(x), GeluInDouble(x), 3e-7 * std::max(1.0, std::abs(double{x}))) << x;
      // Beside 0 the slope is a half: no cancellation spoils small numbers.
      if (std::abs(x) < 0.1f) ASSERT_NEAR(Gelu(x) / GeluInDouble(x), 1, 5e-7) << x;
    }
  }
}

TEST(Gelu, AtItsEnds) {
  EXPECT_EQ(Gelu(0.0f), 0.0f);
  EXPECT_EQ(Gelu(1e30f), 1e30f);
  EXPECT_NEAR(Gelu(-1e10f), 0, 1e-7);
  EXPECT_FALSE(std::isfinite(Gelu(std::numeric_limits<float>::infinity())));
  EXPECT_TRUE(std::isnan(Gelu(std::numeric_limits<float>::quiet_NaN())));
}

TEST(LayerNorm, IsNearItsFormula) {
  testing::Source source(11);
  for (uint32_t d = 1; d < 60; ++d) {
    std::vector<float> x(d), gamma(d), beta(d), out(d);
    for (std::vector<float>* values : {&x, &gamma, &beta}) {
      for (float& value : *values) value = static_cast<float>(source.Uniform(-3, 3));
    }
    LayerNorm(x.data(), gamma.data(), beta.data(), d, out.data());
    double mean = 0, variance = 0;
    for (const float value : x) mean += value / double{d};
    for (const float value : x) variance += (value - mean) * (value - mean) / double{d};
    for (uint32_t i = 0; i < d; ++i) {
      const double expected = (x[i] - mean) / std::sqrt(variance + 1e-5) * gamma[i] + beta[i];
      // Of one element nothing is left but beta; of two that are near each other little.
      ASSERT_NEAR(out[i], expected, d < 4 ? 1e-4 : 4e-6) << d;
    }
  }
}

TEST(Softmax, SharesAddUpToOne) {
  testing::Source source(12);
  for (uint32_t count = 1; count < 40; ++count) {
    std::vector<float> scores(count);
    for (float& score : scores) score = static_cast<float>(source.Uniform(-20, 20));
    std::vector<float> e = scores;
    const float share = Softmax(e.data(), count);
    double sum = 0, total = 0;
    for (const float score : scores) total += std::exp(double{score} - scores[0]);
    for (uint32_t j = 0; j < count; ++j) {
      ASSERT_NEAR(e[j] * share, std::exp(double{scores[j]} - scores[0]) / total, 3e-6);
      sum += e[j] * share;
    }
    ASSERT_NEAR(sum, 1, 1e-6);
  }
}

TEST(Softmax, RefusesScoresThatAreNoNumbers) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (std::vector<float> scores :
       {std::vector<float>{std::nanf("")}, {1, kInfinity}, {-kInfinity, -kInfinity}}) {
    EXPECT_EQ(Softmax(scores.data(), static_cast<uint32_t>(scores.size())), 0.0f);
  }
}

}  // namespace
}  // namespace atome::plain
