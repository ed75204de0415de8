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
  bool finite;
  std::vector<int32_t> x, quantized;
  int32_t exponent;  // of x
  int magnitude_bits;
  testing::Vector normalized;
};

// x and gamma at full precision, as an engine has them.
Answer Normalize(const Floats& x, const Floats& gamma, const Floats& beta, int shift) {
  const uint32_t d = static_cast<uint32_t>(x.size());
  const auto at = [](const Floats& values) { return [&values](uint32_t i) { return values[i]; }; };
  Answer answer{false, std::vector<int32_t>(d), std::vector<int32_t>(d), 0, 0, testing::Vector(d)};
  answer.exponent = ToScaled(d, at(x), answer.x.data());
  std::vector<int32_t> scaled_gamma(d), scaled_beta(d);
  const NormConstants constants{static_cast<int16_t>(shift), ToScaled(d, at(gamma), scaled_gamma.data())};
  for (uint32_t i = 0; i < d; ++i) scaled_beta[i] = Fixed(beta[i], shift);
  Magnitude magnitude;
  answer.finite = LayerNorm(answer.x.data(), &answer.exponent, scaled_gamma.data(), scaled_beta.data(), d,
                            constants, answer.quantized.data(), &magnitude);
  answer.magnitude_bits = magnitude.Length();
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
  ASSERT_TRUE(answer.finite) << what;
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
      ASSERT_TRUE(answer.finite) << value;
      for (uint32_t i = 0; i < d; ++i) {
        ASSERT_EQ(answer.normalized[i], -0.25) << value;
        ASSERT_EQ(answer.quantized[i], -4) << value;
      }
    }
  }
}

// The product's rounding follows the magnitude, so x must come out with its bits used.
TEST(LayerNorm, ShiftsItsInputToThirtyBits) {
  for (int bits = 0; bits <= 31; ++bits) {
    std::vector<int32_t> x = {0, static_cast<int32_t>((uint64_t{1} << bits) - 1), -1}, q(3);
    const std::vector<int32_t> before = x, gamma(3, 1 << 30), beta(3, 0);
    int32_t exponent = 40;
    Magnitude after, magnitude;
    ASSERT_TRUE(LayerNorm(x.data(), &exponent, gamma.data(), beta.data(), 3, {20, 30}, q.data(), &magnitude));
    for (int32_t value : x) after.Add(value);
    EXPECT_EQ(after.Length(), 30) << bits;
    EXPECT_EQ(exponent, 40 + 30 - bits);
    for (size_t i = 0; i < 3; ++i)
      EXPECT_EQ(x[i], bits == 31 ? before[i] >> 1 : before[i] * (1 << (30 - bits)));
  }
}

TEST(LayerNorm, RefusesAVarianceBeyondFloat) {
  const Floats ones(2, 1.0f), zeros(2, 0.0f);
  EXPECT_TRUE(Normalize({0x1p63f, -0x1p63f}, ones, zeros, 0).finite);
  EXPECT_FALSE(Normalize({0x1p64f, -0x1p64f}, ones, zeros, 0).finite);
  const float most = std::numeric_limits<float>::max();
  EXPECT_FALSE(Normalize({most, -most}, ones, zeros, 0).finite);
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
  ASSERT_TRUE(answer.finite) << what;
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
