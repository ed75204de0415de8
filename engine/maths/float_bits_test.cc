#include "engine/maths/float_bits.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "engine/testing/model_builder.h"

namespace atome {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr int32_t kMost = std::numeric_limits<int32_t>::max();

// The definitions, in double: 24 significant bits times a power of two within +-600 are exact there.
float Scale2ByDefinition(float x, int n) {
  if (!std::isfinite(x)) return x;
  const double y = std::ldexp(double{x}, n);
  if (std::abs(x) < std::numeric_limits<float>::min() || std::abs(y) < std::ldexp(1.0, -126)) return 0.0f;
  if (std::abs(y) >= std::ldexp(1.0, 128)) return std::copysign(kInfinity, x);
  return static_cast<float>(y);
}

int32_t FixedByDefinition(float x, int p) {
  if (!std::isfinite(x)) return std::signbit(x) ? -kMost : kMost;
  const double y = std::nearbyint(std::ldexp(double{x}, p));
  if (std::abs(y) > kMost) return std::signbit(x) ? -kMost : kMost;
  return static_cast<int32_t>(y);
}

void ExpectAsDefined(float x, int n) {
  EXPECT_EQ(ToBits(Scale2(x, n)), ToBits(Scale2ByDefinition(x, n))) << "scale2(" << x << ", " << n << ")";
  if (n > 156) return;  // beyond what Fixed promises; LayerNorm, which goes farthest, stops at 151
  EXPECT_EQ(Fixed(x, n), FixedByDefinition(x, n)) << "fixed(" << x << ", " << n << ")";
}

std::vector<float> Edges() {
  std::vector<float> magnitudes = {0.0f,        kInfinity,   kNan,          0.5f,
                                   1.0f,        1.5f,        2.5f,          3.5f,
                                   0.49999997f, 0.50000006f, 1.4999999f,    8388607.5f,
                                   8388608.0f,  16777215.0f, 2147483520.0f, 2147483648.0f};
  for (uint32_t bits : {1u, 2u, 0x400000u, 0x7FFFFFu, 0x800000u, 0x800001u, 0xFFFFFFu, 0x1000000u,
                        0x7F7FFFFFu, 0x7F000000u, 0x7F800001u, 0x7FFFFFFFu}) {
    magnitudes.push_back(FromBits(bits));
  }
  std::vector<float> values;
  for (float magnitude : magnitudes) {
    values.push_back(magnitude);
    values.push_back(FromBits(ToBits(magnitude) | kSignBit));
  }
  return values;
}

TEST(FloatBits, EdgesTimesEveryPowerOfTwoAreAsDefined) {
  for (float x : Edges()) {
    for (int n = -330; n <= 330; ++n) ExpectAsDefined(x, n);
  }
}

TEST(FloatBits, RandomBitPatternsAreAsDefined) {
  testing::Source source(1);
  for (int i = 0; i < 300'000; ++i) {
    ExpectAsDefined(FromBits(static_cast<uint32_t>(source.Word())),
                    static_cast<int>(source.Below(561)) - 280);
  }
}

// Where a random exponent seldom leads: the results that are neither 0 nor saturated.
TEST(FloatBits, FixedRoundsRandomResultsOfAnySizeAsDefined) {
  testing::Source source(2);
  for (int i = 0; i < 300'000; ++i) {
    const float x = FromBits(static_cast<uint32_t>(source.Word()));
    if (!std::isfinite(x) || x == 0.0f) continue;
    ExpectAsDefined(x, static_cast<int>(source.Below(36)) - 3 - std::ilogb(x));
  }
}

TEST(FloatBits, FixedTakesTiesToEven) {
  for (int32_t i = -1001; i <= 1001; i += 2) {
    const int32_t rounded = Fixed(static_cast<float>(i), -1);
    EXPECT_EQ(rounded % 2, 0) << i;
    EXPECT_EQ(std::abs(2 * rounded - i), 1) << i;
  }
}

TEST(FloatBits, FixedSaturatesOnlyBeyondInt32) {
  EXPECT_EQ(Fixed(2147483520.0f, 0), 2147483520);
  EXPECT_EQ(Fixed(2147483648.0f, 0), kMost);
  EXPECT_EQ(Fixed(-2147483648.0f, 0), -kMost);
  EXPECT_EQ(Fixed(kInfinity, -1000), kMost);
  EXPECT_EQ(Fixed(FromBits(0xFFC00000u), 0), -kMost) << "NaN counts by its sign bit";
}

TEST(FloatBits, Scale2KeepsTheBitsOfNan) {
  EXPECT_EQ(ToBits(Scale2(FromBits(0xFFABCDEFu), 5)), 0xFFABCDEFu);
  EXPECT_EQ(ToBits(Scale2(-0.0f, 5)), 0u) << "zero gives +0";
  EXPECT_EQ(ToBits(Scale2(-1.0f, -127)), 0u) << "so does what falls under the normal range";
}

TEST(FloatBits, Classification) {
  EXPECT_TRUE(IsFinite(0.0f) && IsFinite(-0.0f) && IsFinite(FromBits(1)) && IsFinite(FromBits(0xFF7FFFFFu)));
  EXPECT_FALSE(IsFinite(kInfinity) || IsFinite(-kInfinity) || IsFinite(kNan) ||
               IsFinite(FromBits(0xFF800001u)));
  EXPECT_EQ(ToBits(Abs(-0.0f)), 0u);
  EXPECT_LT(MagnitudeBits(-1.0f), MagnitudeBits(1.5f));
}

TEST(FloatBits, LoadsFromAnyAddress) {
  uint8_t bytes[12] = {};
  for (uint32_t at = 0; at < 8; ++at) {
    const float x = 1.25f + static_cast<float>(at);
    memcpy(bytes + at, &x, sizeof x);
    EXPECT_EQ(LoadFloat(bytes + at), x);
  }
}

}  // namespace
}  // namespace atome
