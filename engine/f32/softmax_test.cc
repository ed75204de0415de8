#include "engine/f32/softmax.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "engine/f32/kernels/reciprocal.h"
#include "engine/f32/memory.h"
#include "engine/f32/route.h"
#include "engine/testing/model_builder.h"

namespace atome {
namespace {

using testing::Source;

TEST(Softmax, PowersOfTwo) {
  EXPECT_EQ(PowerOf(0), 1 << 30);
  for (uint32_t t = 0; t < 1u << 25; t += 101) {
    const double expected = std::exp2(30 - std::ldexp(t, -25));
    ASSERT_NEAR(PowerOf(t), expected, expected * 1.4e-8) << t;
    ASSERT_LE(PowerOf(t), 1 << 30);
    ASSERT_EQ(PowerOf(t), PowerOf(t + (126u << 25)));
  }
}

TEST(Softmax, DistancesTimesAScale) {
  Source source(61);
  for (int repeat = 0; repeat < 100000; ++repeat) {
    const uint64_t distance = source.Word() >> source.Below(64);
    const Factor scale = {static_cast<int32_t>((1u << 30) + source.Below(1u << 30)),
                          static_cast<int32_t>(source.Below(110)) - 10};
    const double expected = std::ldexp(static_cast<double>(distance) * scale.multiplier, 25 - scale.exponent);
    const uint32_t found = DistanceOf(distance, scale);
    if (found == kFar) {
      ASSERT_GE(expected, std::ldexp(46, 25));
    } else {
      ASSERT_NEAR(found, expected, 1 + expected * std::ldexp(1.0, -27));
    }
  }
  EXPECT_EQ(DistanceOf(0, {1 << 30, -5000}), 0u);
  EXPECT_EQ(DistanceOf(1ull << 63, {0, kNever}), 0u);
}

TEST(Softmax, SharesOfARouterKeepTheirBits) {
  const int32_t sums[] = {-2'000'000'000, 2'000'000'000, 0};
  Share routes[3];
  Route<Candidate>(sums, 1, {1 << 30, 57}, routes);  // 2^-27: distances of 29.8 and 14.9
  for (int i = 0; i < 3; ++i) {
    const double expected =
        std::exp2((sums[i] - 2e9) * std::ldexp(1.0, -27)) /
        (1 + std::exp2(-4e9 * std::ldexp(1.0, -27)) + std::exp2(-2e9 * std::ldexp(1.0, -27)));
    EXPECT_NEAR(std::ldexp(routes[i].share, -30 - routes[i].drop), expected, expected * 3e-7) << i;
  }
  Share turned[3];
  Route<Candidate>(sums, -1, {1 << 30, 57}, turned);
  EXPECT_EQ(turned[0].share, routes[1].share);
  EXPECT_EQ(turned[1].share, routes[0].share);
  EXPECT_EQ(turned[1].drop, routes[0].drop);
}

TEST(Softmax, FactorsTimesShares) {
  Source source(62);
  for (int repeat = 0; repeat < 100000; ++repeat) {
    const int32_t size = static_cast<int32_t>((1u << 30) + source.Below(1u << 30));
    const Factor factor = {repeat % 2 ? size : -size, 40};
    const Share share = {static_cast<int32_t>((1u << 28) + source.Below(3u << 28)),
                         static_cast<int32_t>(source.Below(9))};
    const Factor product = Times(factor, share);
    const double expected =
        std::ldexp(static_cast<double>(factor.multiplier) * share.share, -70 - share.drop);
    ASSERT_NEAR(std::ldexp(product.multiplier, -product.exponent), expected,
                std::abs(expected) * std::ldexp(1.0, -25));
    ASSERT_GE(std::abs(int64_t{product.multiplier}), 1 << 30);
  }
  EXPECT_EQ(Times({1 << 30, 40}, {0, 0}).exponent, kNever);
}

TEST(Reciprocal, IsTheQuotientRoundedDown) {
  Source source(63);
  std::vector<uint32_t> values = {1u << 30, (1u << 30) + 1, 0x7FFFFFFF, 0x7FFFFFFE, 0x5A82799A};
  for (int i = 0; i < 100000; ++i) values.push_back((1u << 30) + source.Below(1u << 30));
  for (uint32_t z : values) {
    ASSERT_EQ(static_cast<uint64_t>(kernel::Reciprocal(z)), 0x1FFFFFFFFFFFFFFFu / z) << z;
    ASSERT_EQ(kernel::ReciprocalByBits(z), kernel::Reciprocal(z)) << z << ", as cores without wide division";
  }
}

}  // namespace
}  // namespace atome
