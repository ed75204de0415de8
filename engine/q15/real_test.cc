// Scalars without floating point against double, at the ends of their ranges.
#include "engine/q15/real.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "engine/testing/model_builder.h"

namespace atome::q15 {
namespace {

using testing::Source;

double Value(Real x) { return std::ldexp(x.m, -x.k); }

TEST(Real, IsTheMagnitudeOfABinary32) {
  for (float x : {1.0f, -1.5f, 3e38f, 1.17549435e-38f, 0.1f}) {
    EXPECT_EQ(Value(MagnitudeOf(ToBits(x))), std::fabs(double{x}));
    EXPECT_EQ(SignOf(ToBits(x)), x < 0 ? -1 : 1);
  }
  for (float x : {0.0f, -0.0f, 1e-40f}) {
    EXPECT_EQ(MagnitudeOf(ToBits(x)).m, 0u);
    EXPECT_EQ(SignOf(ToBits(x)), 0);
  }
}

TEST(Real, ProductsKeepThirtyOneBits) {
  Source source(61);
  for (int i = 0; i < 1000; ++i) {
    const Real a = RealOf(static_cast<uint32_t>(source.Word()) | 1, 7),
               b = RealOf(1 + source.Below(1u << 20), -3);
    const double exact = Value(a) * Value(b), product = Value(a.Times(b));
    EXPECT_LE(product, exact);
    EXPECT_GE(product, exact * (1 - 0x1p-31));
    EXPECT_GE(a.Times(b).m, 1u << 31);
  }
  EXPECT_EQ(Real({0, kNever}).Times(RealOf(1, 0)).m, 0u);
}

TEST(RootOf, IsTheIntegerPart) {
  Source source(62);
  for (int i = 0; i < 1000; ++i) {
    const uint32_t n = static_cast<uint32_t>(source.Word()) >> (i % 32);
    const uint64_t root = RootOf(n);
    EXPECT_LE(root * root, n);
    EXPECT_GT((root + 1) * (root + 1), n);
  }
  EXPECT_EQ(RootOf(UINT32_MAX), 65535u);
}

TEST(MultiplyBits, RoundsTowardZero) {
  Source source(63);
  for (int i = 0; i < 1000; ++i) {
    const float x =
        FromBits((static_cast<uint32_t>(source.Word()) & 0x807FFFFFu) | (100 + source.Below(50)) << 23);
    const float y =
        FromBits((static_cast<uint32_t>(source.Word()) & 0x807FFFFFu) | (100 + source.Below(50)) << 23);
    const double exact = double{x} * y;
    const float product = FromBits(MultiplyBits(ToBits(x), ToBits(y)));
    EXPECT_LE(std::fabs(double{product}), std::fabs(exact));
    EXPECT_GT(std::fabs(double{std::nextafter(product, product * 2)}), std::fabs(exact));
    EXPECT_EQ(std::signbit(product), std::signbit(exact));
  }
  EXPECT_EQ(MultiplyBits(ToBits(3e38f), ToBits(-2.0f)), kSignBit | kInfinityBits);
  EXPECT_EQ(MultiplyBits(ToBits(0x1p100f), ToBits(0x1p27f)), ToBits(0x1p127f)) << "the greatest exponent";
  EXPECT_EQ(MultiplyBits(ToBits(0x1p64f), ToBits(-0x1p64f)), kSignBit | kInfinityBits);
  EXPECT_EQ(MultiplyBits(ToBits(0x1p-100f), ToBits(0x1p-26f)), ToBits(0x1p-126f)) << "the least";
  EXPECT_EQ(MultiplyBits(ToBits(0x1p-100f), ToBits(0x1p-27f)), 0u);
  EXPECT_EQ(MultiplyBits(ToBits(1e-30f), ToBits(1e-30f)), 0u);
  EXPECT_EQ(MultiplyBits(ToBits(1e-40f), ToBits(1e30f)), 0u);
}

TEST(TimesBits, RoundsToNearestEven) {
  Source source(64);
  for (int i = 0; i < 2000; ++i) {
    const int32_t n = static_cast<int32_t>(source.Below(1u << 21)) - (1 << 20);
    const float scale =
        FromBits((static_cast<uint32_t>(source.Word()) & 0x7FFFFFu) | (1 + source.Below(200)) << 23);
    EXPECT_EQ(TimesBits(n, ToBits(scale)), ToBits(static_cast<float>(n) * scale)) << n << " * " << scale;
  }
  EXPECT_EQ(TimesBits(-5, 0), 0u);
}

TEST(Power2, IsWithinTwoUnits) {
  for (uint32_t t = 0; t <= 1u << 21; t += 331) {
    EXPECT_LT(std::fabs(Power2(t) - std::exp2(16 - t / 65536.0)), 2.0) << t;
  }
  EXPECT_EQ(Power2(0), 65536u);
  EXPECT_EQ(Power2(1u << 21), 0u);
}

TEST(Below, SaturatesAtBothEnds) {
  EXPECT_EQ(Below(3, RealOf(1, 0)), 3u << 16);
  EXPECT_EQ(Below(1, RealOf(1, 0).Scaled(5)), 1u << 21);
  EXPECT_EQ(Below(UINT32_MAX, RealOf(1, -60)), 1u << 21);
  EXPECT_EQ(Below(UINT32_MAX, RealOf(1, 90)), 0u);
  EXPECT_EQ(Below(0, RealOf(1, -60)), 0u);
  EXPECT_EQ(Below(7, {0, kNever}), 0u);
}

TEST(Shares, NeverAddUpToMoreThanOne) {
  Source source(65);
  for (uint32_t count = 1; count <= 64; ++count) {
    uint32_t sum = 65536, shared = 0;
    std::vector<uint32_t> powers{65536};
    while (powers.size() < count) sum += powers.emplace_back(source.Below(65537));
    const Shares shares(sum);
    for (uint32_t power : powers) {
      EXPECT_NEAR(shares.Of(power), power * 32768.0 / sum, 2.0);
      shared += shares.Of(power);
    }
    EXPECT_LE(shared, 32768u);
  }
}

}  // namespace
}  // namespace atome::q15
