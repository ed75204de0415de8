#include "harness/generate/sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace atome::harness {
namespace {

std::vector<float> RandomLogits(std::mt19937& random, size_t count) {
  std::vector<float> logits(count);
  for (float& logit : logits) logit = static_cast<float>(static_cast<int>(random() % 2001) - 1000) / 100;
  return logits;
}

std::vector<uint32_t> Draw(const std::vector<float>& logits, const Sampling& sampling, size_t times) {
  Sampler sampler(sampling);
  std::vector<uint32_t> tokens;
  for (size_t i = 0; i < times; ++i) tokens.push_back(sampler.Next(logits).value());
  return tokens;
}

// Computed in Python by the formula in the header, with math.exp and SplitMix64 of the paper.
TEST(Sampler, KnownAnswers) {
  const std::vector<float> logits = {0.5f, 2, -1, 2, 1.25f, 0};
  EXPECT_EQ(Draw(logits, {.temperature = 1, .seed = 0}, 16),
            (std::vector<uint32_t>{3, 4, 1, 1, 4, 1, 3, 4, 3, 0, 1, 3, 1, 3, 1, 1}));
  EXPECT_EQ(Draw(logits, {.temperature = 0.5, .top_k = 4, .top_p = 0.9, .seed = 7}, 16),
            (std::vector<uint32_t>{3, 4, 1, 3, 3, 1, 1, 3, 1, 1, 4, 3, 4, 3, 3, 1}));
}

TEST(Sampler, GreedyIsTheLowestOfTheGreatest) {
  EXPECT_EQ(Draw({1, 3, 2, 3}, {.temperature = 0}, 1).front(), 1u);
  EXPECT_EQ(Draw({-0.0f, 0.0f}, {.temperature = 0}, 1).front(), 0u);
  EXPECT_EQ(Draw({-5}, {.temperature = 0}, 1).front(), 0u);
}

TEST(Sampler, WhereOneTokenIsLeftItIsTheGreedyOne) {
  std::mt19937 random(1);
  for (int i = 0; i < 500; ++i) {
    const std::vector<float> logits = RandomLogits(random, 1 + random() % 300);
    const uint32_t greedy = Draw(logits, {.temperature = 0}, 1).front();
    const uint64_t seed = random();
    EXPECT_EQ(Draw(logits, {.temperature = 2, .top_k = 1, .seed = seed}, 1).front(), greedy);
    EXPECT_EQ(Draw(logits, {.temperature = 2, .top_p = 1e-9, .seed = seed}, 1).front(), greedy);
    EXPECT_EQ(logits[Draw(logits, {.temperature = 1e-300, .seed = seed}, 1).front()], logits[greedy]);
  }
}

TEST(Sampler, NeverTakesWhatIsLeftOut) {
  std::mt19937 random(2);
  for (int i = 0; i < 200; ++i) {
    const std::vector<float> logits = RandomLogits(random, 20);
    std::vector<float> sorted = logits;
    std::ranges::sort(sorted, std::ranges::greater());
    for (const uint32_t token : Draw(logits, {.temperature = 5, .top_k = 3, .seed = random()}, 20))
      EXPECT_GE(logits[token], sorted[2]);
  }
  // Shares 0.5, 0.25, 0.25: half of the whole is the first alone, a little more takes the second.
  const auto two = static_cast<float>(std::log(2.0));
  for (const uint32_t token : Draw({0, two, 0}, {.temperature = 1, .top_p = 0.4999, .seed = 3}, 200))
    EXPECT_EQ(token, 1u);
  for (const uint32_t token : Draw({3, 3}, {.temperature = 1, .top_p = 0.5, .seed = 3}, 100))
    EXPECT_EQ(token, 0u) << "exactly half";
  const std::vector<uint32_t> more = Draw({0, two, 0}, {.temperature = 1, .top_p = 0.6, .seed = 3}, 200);
  EXPECT_EQ(*std::ranges::max_element(more), 1u);
  EXPECT_EQ(*std::ranges::min_element(more), 0u);
}

TEST(Sampler, TheSeedDecides) {
  std::mt19937 random(4);
  const std::vector<float> logits = RandomLogits(random, 256);
  const Sampling sampling{.temperature = 3, .seed = 5};
  EXPECT_EQ(Draw(logits, sampling, 50), Draw(logits, sampling, 50));
  EXPECT_NE(Draw(logits, sampling, 50), Draw(logits, {.temperature = 3, .seed = 6}, 50));
}

// Pearson's chi-square over 10 tokens: 9 degrees of freedom, 27.9 is the 99.9 % point.
TEST(Sampler, DrawsByTheWeights) {
  const std::vector<float> logits = {0, 1, 2, -1, 0.5f, -2, 1.5f, 0.25f, -0.5f, 1};
  for (const double temperature : {0.7, 1.0, 2.0}) {
    constexpr size_t kDraws = 20'000;
    std::vector<double> counts(logits.size()), weights;
    for (const uint32_t token : Draw(logits, {.temperature = temperature, .seed = 11}, kDraws))
      ++counts[token];
    double sum = 0, chi_square = 0;
    for (const float logit : logits) sum += weights.emplace_back(std::exp(logit / temperature));
    for (size_t i = 0; i < logits.size(); ++i) {
      const double expected = kDraws * weights[i] / sum;
      chi_square += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    EXPECT_LT(chi_square, 27.9) << temperature;
    EXPECT_GT(chi_square, 1.2) << "as even as chance would not be";
  }
}

TEST(Sampler, LogitsOfAnySizeGiveAToken) {
  const float most = std::numeric_limits<float>::max();
  for (const double temperature : {0.0, 1e-300, 1e-3, 1.0, 100.0}) {
    Sampler sampler({.temperature = temperature, .seed = 1});
    for (const std::vector<float>& logits :
         {std::vector<float>{most, -most, 0}, {-most, -most}, {1e-45f, 0}, {0}}) {
      EXPECT_LT(sampler.Next(logits).value(), logits.size());
    }
  }
}

TEST(Sampler, WhatIsNotFiniteHasNoToken) {
  for (const double temperature : {0.0, 1.0}) {
    Sampler sampler({.temperature = temperature});
    for (const float bad :
         {std::nanf(""), std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()}) {
      EXPECT_FALSE(sampler.Next(std::vector<float>{0, bad, 1}).has_value());
    }
  }
}

}  // namespace
}  // namespace atome::harness
