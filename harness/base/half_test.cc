#include "harness/base/half.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

namespace atome::harness {
namespace {

TEST(NearestHalf, EveryHalfIsItsOwnNearest) {
  for (uint32_t half = 0; half < 0x10000; ++half) {
    if (!IsFiniteHalf(static_cast<uint16_t>(half))) continue;
    ASSERT_EQ(NearestHalf(WidenHalf(static_cast<uint16_t>(half))), half);
  }
}

// Between two neighbours the middle goes to the even one, a number beside the middle to the nearer one.
TEST(NearestHalf, RoundsToNearestEven) {
  for (uint32_t sign : {0u, 0x8000u}) {
    for (uint32_t half = 0; half < 0x7BFF; ++half) {
      const auto low = std::bit_cast<float>(WidenHalf(static_cast<uint16_t>(sign | half)));
      const auto high = std::bit_cast<float>(WidenHalf(static_cast<uint16_t>(sign | (half + 1))));
      const float middle = low + (high - low) / 2;  // exact
      const auto nearest = [](float x) { return uint32_t{NearestHalf(std::bit_cast<uint32_t>(x))}; };
      ASSERT_EQ(nearest(middle), sign | (half + half % 2)) << half;
      ASSERT_EQ(nearest(std::nextafter(middle, low)), sign | half) << half;
      ASSERT_EQ(nearest(std::nextafter(middle, high)), sign | (half + 1)) << half;
    }
  }
}

TEST(NearestHalf, Extremes) {
  const auto nearest = [](float x) { return NearestHalf(std::bit_cast<uint32_t>(x)); };
  EXPECT_EQ(nearest(65519.996f), 0x7BFF);
  EXPECT_EQ(nearest(65520.0f), 0x7C00);
  EXPECT_EQ(nearest(-3.4e38f), 0xFC00);
  EXPECT_EQ(nearest(-0.0f), 0x8000);
  EXPECT_EQ(nearest(1e-45f), 0);
  EXPECT_FALSE(IsFiniteHalf(nearest(1e9f)));
}

}  // namespace
}  // namespace atome::harness
