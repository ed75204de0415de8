#include "engine/maths/elementary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "engine/testing/model_builder.h"

namespace atome {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// The step between floats at y, a positive normal number.
double Ulp(double y) { return std::ldexp(1.0, std::ilogb(y) - 23); }

void ExpectCorrectRoot(uint32_t bits) {
  const float x = FromBits(bits);
  EXPECT_EQ(ToBits(Sqrt(x)), ToBits(std::sqrt(x))) << "sqrt of bits " << std::hex << bits;
}

TEST(Sqrt, IsCorrectlyRoundedAtEveryExponent) {
  for (uint32_t exponent = 0; exponent < 255; ++exponent) {
    for (uint32_t low : {0u, 1u, 2u, 3u, 0x3FFFFFu, 0x400000u, 0x400001u, 0x7FFFFDu, 0x7FFFFEu, 0x7FFFFFu}) {
      ExpectCorrectRoot(exponent << 23 | low);
    }
  }
}

TEST(Sqrt, IsCorrectlyRoundedForSubnormals) {
  for (uint32_t bits = 1; bits < 0x800000u; bits += bits < 5000 ? 1 : 257) ExpectCorrectRoot(bits);
}

TEST(Sqrt, IsCorrectlyRoundedForAMillionRandomNumbers) {
  testing::Source source(3);
  for (int i = 0; i < 1'000'000; ++i) ExpectCorrectRoot(source.Below(kInfinityBits));
}

// Squares of 12-bit numbers and their neighbours: exact roots, and the closest calls around them.
TEST(Sqrt, IsCorrectlyRoundedAroundSquares) {
  for (uint32_t root = 1; root < 4096; ++root) {
    const uint32_t bits = ToBits(static_cast<float>(root * root));
    for (uint32_t near = bits - 2; near <= bits + 2; ++near) ExpectCorrectRoot(near);
  }
}

TEST(Sqrt, SpecialValues) {
  EXPECT_EQ(Sqrt(kInfinity), kInfinity);
  for (float x : {0.0f, -0.0f, -1.0f, -kInfinity, kNan, FromBits(0xFFC00000u), FromBits(0x80000001u)}) {
    EXPECT_EQ(ToBits(Sqrt(x)), 0u) << x;
  }
}

void ExpectAccurateExp(float x) {
  const double exact = std::exp(double{x});
  EXPECT_LT(std::abs(double{Exp(x)} - exact), Ulp(exact)) << "exp(" << x << ")";
}

TEST(Exp, ErrorIsUnderOneUlp) {
  testing::Source source(4);
  for (int i = 0; i < 1'000'000; ++i) ExpectAccurateExp(static_cast<float>(source.Uniform(-86.9999, 40.0)));
  for (int i = 0; i < 200'000; ++i) ExpectAccurateExp(static_cast<float>(source.Uniform(-0.7, 0.7)));
}

// Arguments of any magnitude, and those next to a change of n, where the reduced argument is greatest.
TEST(Exp, ErrorIsUnderOneUlpAtTheEdges) {
  for (uint32_t exponent = 0; exponent <= 131; ++exponent) {
    ExpectAccurateExp(FromBits(exponent << 23 | 0x123456u));
    ExpectAccurateExp(-FromBits(exponent << 23 | 0x123456u));
  }
  for (int n = -125; n <= 57; ++n) {
    float x = static_cast<float>((n + 0.5) * std::log(2.0));
    for (int i = 0; i < 4; ++i) x = std::nextafter(x, -100.0f);
    for (int i = 0; i < 9; ++i, x = std::nextafter(x, 100.0f)) ExpectAccurateExp(x);
  }
}

TEST(Exp, GrowsWithItsArgument) {
  float before = 0.0f;
  for (int i = -90 * 512; i <= 40 * 512; ++i) {
    const float y = Exp(static_cast<float>(i) / 512.0f);
    EXPECT_TRUE(y > before || (y == 0.0f && i <= -87 * 512)) << i / 512.0;
    before = y;
  }
}

TEST(Exp, SpecialValues) {
  EXPECT_EQ(Exp(0.0f), 1.0f);
  EXPECT_EQ(Exp(-0.0f), 1.0f);
  EXPECT_EQ(Exp(FromBits(1)), 1.0f);
  for (float x : {-87.0f, -88.0f, -1e30f, -kInfinity, kNan, -kNan}) EXPECT_EQ(ToBits(Exp(x)), 0u) << x;
  EXPECT_GE(Exp(std::nextafter(-87.0f, 0.0f)), std::numeric_limits<float>::min()) << "never subnormal";
}

TEST(Tanh, ErrorIsUnder2e7) {
  testing::Source source(5);
  for (int i = 0; i < 500'000; ++i) {
    const float x = static_cast<float>(i % 2 ? source.Uniform(-12, 12) : source.Uniform(-0.5, 0.5));
    EXPECT_LT(std::abs(double{Tanh(x)} - std::tanh(double{x})), 2e-7) << x;
    EXPECT_EQ(Tanh(-x), x == 0.0f ? 0.0f : -Tanh(x)) << x;
    EXPECT_LE(Abs(Tanh(x)), 1.0f) << x;
  }
}

TEST(Tanh, NeverFallsByMoreThanARounding) {
  float before = -1.0f;
  for (int i = -12 * 512; i <= 12 * 512; ++i) {
    const float y = Tanh(static_cast<float>(i) / 512.0f);
    EXPECT_GE(y, before - 0x1p-23f) << i / 512.0;
    before = y;
  }
}

TEST(Tanh, SpecialValues) {
  EXPECT_EQ(ToBits(Tanh(0.0f)), 0u);
  EXPECT_EQ(ToBits(Tanh(-0.0f)), 0u);
  for (float x : {10.0f, 1e30f, std::numeric_limits<float>::max(), kInfinity}) {
    EXPECT_EQ(Tanh(x), 1.0f) << x;
    EXPECT_EQ(Tanh(-x), -1.0f) << x;
  }
}

TEST(Log, ErrorIsUnder2e7UpTo3) {
  for (uint32_t bits = ToBits(1.0f); bits < ToBits(4.0f); bits += 13) {
    const float z = FromBits(bits);
    ASSERT_LT(std::abs(double{Log(z)} - std::log(double{z})), z <= 3.0f ? 2e-7 : 1.4e-6) << z;
  }
  EXPECT_EQ(ToBits(Log(1.0f)), 0u);
}

}  // namespace
}  // namespace atome
