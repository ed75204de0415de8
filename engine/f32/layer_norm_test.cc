#include "engine/f32/layer_norm.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "engine/f32/prepare.h"
#include "engine/testing/double_oracle.h"
#include "engine/testing/model_builder.h"

namespace atome {
namespace {

using testing::Source;
using Floats = std::vector<float>;

// A vector as it stands in a file: bytes, at an odd address.
class Stored {
 public:
  explicit Stored(const Floats& values) : bytes_(1 + 4 * values.size()) {
    if (!values.empty()) memcpy(bytes_.data() + 1, values.data(), 4 * values.size());
  }
  FloatTensor tensor() const { return {bytes_.data() + 1}; }

 private:
  std::vector<uint8_t> bytes_;
};

struct Answer {
  std::vector<int32_t> quantized;
  int magnitude_bits;
  testing::Vector normalized;
};

// As whoever writes x sees it.
Residual Seen(const std::vector<int32_t>& x, int32_t exponent) {
  Residual residual{x.data(), exponent, {}, 0};
  for (int32_t value : x) residual.magnitude.Add(value), residual.sum += value;
  return residual;
}

// x and gamma at full precision, as an engine has them.
Answer Normalize(const Floats& x, const Floats& gamma, const Floats& beta, int shift) {
  const uint32_t d = static_cast<uint32_t>(x.size());
  const auto at = [](const Floats& values) { return [&values](uint32_t i) { return values[i]; }; };
  Answer answer{std::vector<int32_t>(d), 0, testing::Vector(d)};
  std::vector<int32_t> scaled_x(d), scaled_gamma(d), scaled_beta(d);
  const int32_t exponent = ToScaled(d, at(x), scaled_x.data()) - 1;
  for (uint32_t i = 0; i < d; ++i) scaled_x[i] = Fixed(x[i], exponent);
  const NormConstants constants{static_cast<int16_t>(shift), ToScaled(d, at(gamma), scaled_gamma.data()),
                                InverseWidth(d)};
  for (uint32_t i = 0; i < d; ++i) scaled_beta[i] = Fixed(beta[i], shift);
  answer.magnitude_bits = LayerNorm(Seen(scaled_x, exponent), scaled_gamma.data(), scaled_beta.data(), d,
                                    constants, answer.quantized.data())
                              .Length();
  for (uint32_t i = 0; i < d; ++i) answer.normalized[i] = std::ldexp(double(answer.quantized[i]), -shift);
  return answer;
}

int Shift(const Floats& gamma, const Floats& beta) {
  bool finite = true;
  return NormShift(Stored(gamma).tensor(), Stored(beta).tensor(), static_cast<uint32_t>(gamma.size()), 1,
                   &finite);
}

// The error of a result is a few roundings of the mean, which are relative to the greatest |x|, seen in units
// of the deviation; then a few of the result's own, and steps of 2^-P.
void ExpectAccurate(const Floats& x, const Floats& gamma, const Floats& beta, const std::string& what) {
  const int shift = Shift(gamma, beta);
  const Answer answer = Normalize(x, gamma, beta, shift);
  const testing::Vector wide(x.begin(), x.end());
  const testing::Vector plain = testing::Normalize(wide, Floats(x.size(), 1.0f), Floats(x.size(), 0.0f));
  const testing::Vector expected = testing::Normalize(wide, gamma, beta);
  double most = 0, mean = 0, variance = 0;
  for (double value : wide)
    most = std::max(most, std::abs(value)), mean += value / static_cast<double>(x.size());
  for (double value : wide) variance += (value - mean) * (value - mean) / static_cast<double>(x.size());
  const double amplification = most / std::sqrt(variance + 1e-5);
  for (size_t i = 0; i < x.size(); ++i) {
    const double bound = std::ldexp(std::abs(plain[i]) + amplification, -21) * std::abs(double{gamma[i]}) +
                         std::ldexp(std::abs(expected[i]) + std::abs(double{beta[i]}), -22) +
                         std::ldexp(5.0, -shift);
    ASSERT_LE(std::abs(answer.normalized[i] - expected[i]), bound) << what << ", index " << i;
  }
}

constexpr uint32_t kWidths[] = {1, 2, 3, 7, 16, 63, 64, 255, 2048};

TEST(LayerNorm, IsAccurateAtEveryWidthAndMagnitude) {
  Source source(8);
  for (uint32_t d : kWidths) {
    for (int exponent : {-140, -100, -30, -8, -3, 0, 3, 20, 50}) {
      for (double offset : {0.0, 1.0, -30.0}) {
        Floats x = testing::RandomVector(&source, d, -1, 1);
        for (float& value : x) value = static_cast<float>(std::ldexp(double{value} + offset, exponent));
        ExpectAccurate(x, testing::RandomVector(&source, d, -2, 2), testing::RandomVector(&source, d, -1, 1),
                       "d " + std::to_string(d) + ", 2^" + std::to_string(exponent));
      }
    }
  }
}

TEST(LayerNorm, IsAccurateForOneElementFarFromTheRest) {
  Source source(9);
  for (uint32_t d : kWidths) {
    Floats x = testing::RandomVector(&source, d, -1, 1);
    x[d / 2] = 1e6f;
    ExpectAccurate(x, Floats(d, 1.0f), Floats(d, 0.0f), "d " + std::to_string(d));
  }
}

TEST(LayerNorm, ConstantVectorsGiveBetaWhereTheMeanIsExact) {
  for (uint32_t d : {1u, 2u, 16u, 1024u, 2048u}) {
    for (float value : {0.0f, -0.0f, 1.0f, -3.25f, 1e-40f, 1e30f, std::numeric_limits<float>::max()}) {
      const Answer answer = Normalize(Floats(d, value), Floats(d, 1.5f), Floats(d, -0.25f), 4);
      for (uint32_t i = 0; i < d; ++i) {
        ASSERT_EQ(answer.normalized[i], -0.25) << value;
        ASSERT_EQ(answer.quantized[i], -4) << value;
      }
    }
  }
}

// An x of few bits loses none of them.
TEST(LayerNorm, DoesNotDependOnTheScaleOfItsInput) {
  Source source(10);
  for (uint32_t d : kWidths) {
    std::vector<int32_t> x(d), gamma(d), beta(d, 3), expected(d), q(d);
    for (int32_t& value : x) value = static_cast<int32_t>(source.Below(1 << 13)) - (1 << 12);
    for (int32_t& value : gamma) value = static_cast<int32_t>(source.Below(1 << 30));
    x[0] = -(1 << 12);
    const NormConstants constants{10, 29, InverseWidth(d)};
    LayerNorm(Seen(x, 8), gamma.data(), beta.data(), d, constants, expected.data());
    for (int up = 1; up <= 18; ++up) {
      std::vector<int32_t> scaled;
      for (int32_t value : x) scaled.push_back(value * (1 << up));
      LayerNorm(Seen(scaled, 8 + up), gamma.data(), beta.data(), d, constants, q.data());
      // But for the mean, which is rounded to a step of x.
      for (uint32_t i = 0; i < d; ++i) ASSERT_NEAR(q[i], expected[i], 2) << "d " << d << ", up " << up;
    }
  }
}

TEST(LayerNorm, TheGreatestNumbersHaveAVariance) {
  const float most = std::numeric_limits<float>::max();
  ExpectAccurate({0x1p64f, -0x1p64f}, {1.0f, 2.0f}, {0.5f, 0.5f}, "2^64");
  ExpectAccurate({most, -most, 0.0f}, {1.0f, 2.0f, 3.0f}, {0.0f, 0.0f, 0.0f}, "the greatest");
}

TEST(LayerNorm, MeansAreRoundedQuotients) {
  Source source(15);
  for (uint32_t d : {1u, 2u, 3u, 7u, 64u, 1000u, 2047u, 2048u}) {
    const int64_t most = int64_t{d} << 30;
    std::vector<int64_t> sums = {0, 1, -1, most, -most, most - 1, 1 - most, d / 2, -int64_t{d} / 2};
    for (int i = 0; i < 1000; ++i)
      sums.push_back(static_cast<int64_t>(source.Word() % (2 * static_cast<uint64_t>(most))) - most);
    for (int64_t sum : sums) {
      const int64_t raised = sum + d / 2 + most;  // not negative
      ASSERT_EQ(MeanOf(sum, d), raised / d - (1 << 30)) << sum << " / " << d;
    }
  }
}

TEST(LayerNorm, InverseRootsAreAccurate) {
  Source source(16);
  for (int repeat = 0; repeat < 100000; ++repeat) {
    const uint32_t total = 1 + static_cast<uint32_t>(source.Word() >> (33 + source.Below(31)));
    const int exponent = static_cast<int>(source.Below(300)) - 150;
    const Factor root = InverseRoot(total, exponent);
    const double expected = 1 / std::sqrt(std::ldexp(static_cast<double>(total), -exponent));
    ASSERT_NEAR(std::ldexp(root.multiplier, -root.exponent), expected, 6e-9 * expected) << total;
    ASSERT_GE(root.multiplier, 1 << 29);
  }
}

// The widest vector with the greatest moments: the sum of squares is just under 2^63.
TEST(LayerNorm, SumOfSquaresFits) {
  Floats x(2048);
  for (size_t i = 0; i < x.size(); ++i) x[i] = i % 2 ? 0x1.fffffep10f : -0x1.fffffep10f;
  ExpectAccurate(x, Floats(2048, 1.0f), Floats(2048, 0.0f), "alternating");
}

// The two promises of P, for one vector.
void ExpectBounded(const Floats& x, const Floats& gamma, const Floats& beta, uint32_t taps,
                   const std::string& what) {
  bool finite = true;
  const uint32_t d = static_cast<uint32_t>(x.size());
  const int shift = NormShift(Stored(gamma).tensor(), Stored(beta).tensor(), d, taps, &finite);
  ASSERT_TRUE(finite) << what;
  ASSERT_LE(shift, 87) << what;
  const Answer answer = Normalize(x, gamma, beta, shift);
  int64_t sum = 0, most = 0;
  for (int32_t value : answer.quantized)
    sum += std::abs(int64_t{value}), most = std::max(most, std::abs(int64_t{value}));
  EXPECT_LT(sum, int64_t{1} << 31) << what << ", P " << shift;
  EXPECT_LT(most * taps, int64_t{1} << 31) << what << ", P " << shift;
}

// Vectors that come close to the bounds: x along gamma maximises the L1 norm, one spike the greatest element,
// and beta's signs add to both.
TEST(NormShift, ProductsAndConvolutionsStayInInt32) {
  Source source(11);
  for (uint32_t d : kWidths) {
    for (int exponent : {-149, -127, -110, -75, -60, -20, -1, 0, 1, 30, 55}) {
      for (uint32_t taps : {1u, 5u, 64u}) {
        for (int kind = 0; kind < 6; ++kind) {
          Floats gamma(d), beta(d), x(d);
          for (uint32_t i = 0; i < d; ++i) {
            const double sign = source.Below(2) ? 1 : -1;
            const double size = kind % 2 ? 1.0 : source.Uniform(0, 1);
            gamma[i] = static_cast<float>(std::ldexp(size, exponent));
            beta[i] = static_cast<float>(sign * std::ldexp(kind < 2 ? 0 : source.Uniform(0, 3), exponent));
            x[i] = static_cast<float>(kind < 4 ? sign * size * 1e9 : (i == d / 2 ? sign * 1e9 : 0));
          }
          ExpectBounded(x, gamma, beta, taps,
                        "d " + std::to_string(d) + ", 2^" + std::to_string(exponent) + ", kind " +
                            std::to_string(kind));
        }
      }
    }
  }
}

// A bound that wastes bits would be safe and useless.
TEST(NormShift, LosesAtMostTwoBits) {
  for (uint32_t d : {2u, 64u, 2048u}) {
    Floats x(d);
    for (uint32_t i = 0; i < d; ++i) x[i] = i % 2 ? 100.0f : -100.0f;
    bool finite = true;
    const Floats ones(d, 1.0f), zeros(d, 0.0f);
    const int shift = NormShift(Stored(ones).tensor(), Stored(zeros).tensor(), d, 1, &finite);
    int64_t sum = 0;
    for (int32_t value : Normalize(x, ones, zeros, shift).quantized) sum += std::abs(int64_t{value});
    EXPECT_GE(sum, int64_t{1} << 29) << d;
  }
}

TEST(NormShift, ReportsAnInfiniteBoundAndKeepsAnEarlierReport) {
  bool finite = true;
  EXPECT_EQ(NormShift(Stored({0.0f}).tensor(), Stored({0.0f}).tensor(), 1, 64, &finite), 87);
  EXPECT_TRUE(finite);
  NormShift(Stored({3e38f}).tensor(), Stored({0.0f}).tensor(), 1, 1, &finite);
  EXPECT_FALSE(finite) << "gamma's square";
  NormShift(Stored({1.0f}).tensor(), Stored({0.0f}).tensor(), 1, 1, &finite);
  EXPECT_FALSE(finite) << "kept";
  finite = true;
  NormShift(Stored({0.0f, 0.0f}).tensor(), Stored({3e38f, -3e38f}).tensor(), 2, 1, &finite);
  EXPECT_FALSE(finite) << "beta's sum";
}

}  // namespace
}  // namespace atome
