#include "harness/perplexity/loss.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "harness/base/random.h"
#include "harness/statistics/precise_math.h"

namespace atome::harness {
namespace {

double Uniform(Random* random, double low, double high) {
  return low + (high - low) * static_cast<double>(random->Next() >> 11) * 0x1p-53;
}

TEST(PreciseMath, ExpIsWithinTwoUlp) {
  Random random(1);
  for (int i = 0; i < 200000; ++i) {
    const double x = i % 2 ? Uniform(&random, -708, 709) : Uniform(&random, -1, 1);
    ASSERT_NEAR(Exp(x) / std::exp(x), 1, 0x1p-51) << x;
  }
  EXPECT_EQ(Exp(0.0), 1.0);
  EXPECT_EQ(Exp(-1e300), Exp(-708.0));
  EXPECT_TRUE(std::isfinite(Exp(1e300)));
  EXPECT_EQ(Exp(1e300), Exp(709.0));
}

TEST(PreciseMath, LogIsWithinTwoUlp) {
  Random random(2);
  for (int i = 0; i < 200000; ++i) {
    const double x =
        i % 2 ? std::exp(Uniform(&random, -700, 700)) : 1 + Uniform(&random, -0.5, 1) / (1 << i % 20);
    ASSERT_LE(std::abs(Log(x) - std::log(x)), std::abs(std::log(x)) * 0x1p-51) << x;
  }
  EXPECT_EQ(Log(1.0), 0.0);
  EXPECT_EQ(Log(2.0), kLn2);
}

// The bits themselves: they may not depend on the compiler or the processor.
TEST(PreciseMath, BitsAreTheSameEverywhere) {
  uint64_t hash = 0;
  Random random(3);
  for (int i = 0; i < 10000; ++i) {
    hash = hash * 31 + std::bit_cast<uint64_t>(Exp(Uniform(&random, -50, 5)));
    hash = hash * 31 + std::bit_cast<uint64_t>(Log(Uniform(&random, 0.1, 300)));
  }
  EXPECT_EQ(hash, 0x465512BD31ADD781);
}

std::vector<float> Logits(size_t count, double most, uint64_t seed) {
  Random random(seed);
  std::vector<float> logits(count);
  for (float& logit : logits) logit = static_cast<float>(Uniform(&random, -most, most));
  return logits;
}

TEST(LogSumExp, LooksAtNothingBehindTheLogits) {
  for (size_t count = 1; count < 40; ++count) {
    std::vector<float> logits(count + 8, 1.0f);
    std::fill(logits.begin() + static_cast<ptrdiff_t>(count), logits.end(), 1000.0f);
    // ln(count e) = 1 + ln(count).
    EXPECT_NEAR(LogSumExp(std::span(logits).first(count)), 1 + std::log(static_cast<double>(count)), 1e-12)
        << count;
  }
}

TEST(LogSumExp, EqualsThePlainSum) {
  for (size_t count = 1; count < 40; ++count) {
    const std::vector<float> logits = Logits(count, 20, count);
    long double sum = 0;
    for (const float logit : logits) sum += std::exp(static_cast<long double>(logit));
    EXPECT_NEAR(LogSumExp(logits), static_cast<double>(std::log(sum)), 1e-14 * 20) << count;
  }
}

TEST(LogSumExp, BearsExtremes) {
  constexpr float kMost = std::numeric_limits<float>::max();
  EXPECT_EQ(LogSumExp(std::vector<float>{kMost, -kMost}), kMost);
  EXPECT_NEAR(LogSumExp(std::vector<float>{-kMost, -kMost}), -kMost, 1e23);
  EXPECT_NEAR(LogSumExp(std::vector<float>(256, -1000.f)), -1000 + std::log(256), 1e-12);
}

TEST(KlDivergence, EqualsThePlainSum) {
  for (size_t count = 1; count < 40; ++count) {
    const std::vector<float> p = Logits(count, 5, count), q = Logits(count, 5, count + 100);
    const double p_log = LogSumExp(p), q_log = LogSumExp(q);
    double sum = 0;
    for (size_t i = 0; i < count; ++i) sum += std::exp(p[i] - p_log) * ((p[i] - p_log) - (q[i] - q_log));
    EXPECT_NEAR(KlDivergence(p, p_log, q, q_log), sum, 1e-13) << count;
    EXPECT_EQ(KlDivergence(p, p_log, p, p_log), 0);
    EXPECT_GE(KlDivergence(p, p_log, q, q_log), 0);
  }
}

TEST(LossLoops, GiveTheSameBits) {
  const std::vector<LossLoops> loops = LossLoopsHere();
  ASSERT_STREQ(loops.back().name, "plain");
  for (size_t count = 1; count < 600; count += count < 40 ? 1 : 37) {
    const std::vector<float> p = Logits(count, 30, count), q = Logits(count, 800, count + 1000);
    const double p_log = loops.back().log_sum_exp(p), q_log = loops.back().log_sum_exp(q);
    for (const LossLoops& each : loops) {
      EXPECT_EQ(each.log_sum_exp(p), p_log) << each.name << ", " << count;
      EXPECT_EQ(each.log_sum_exp(q), q_log) << each.name << ", " << count;
      EXPECT_EQ(each.kl_divergence(p, p_log, q, q_log), loops.back().kl_divergence(p, p_log, q, q_log))
          << each.name << ", " << count;
    }
  }
}

}  // namespace
}  // namespace atome::harness
