// Binary32 in integers against the host's FPU: every pair of a few hundred edges, and random pairs.
#include "engine/runtime/soft_float.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "engine/testing/model_builder.h"

namespace atome::soft {
namespace {

using testing::Source;

constexpr uint64_t kPairs = 3'000'000;

float ToFloat(uint32_t bits) { return std::bit_cast<float>(bits); }

// The FPU's result, any NaN as the one that these functions give.
uint32_t Expected(float result) { return std::isnan(result) ? kNan : std::bit_cast<uint32_t>(result); }

void ExpectSame(uint32_t a, uint32_t b) {
  const float x = ToFloat(a), y = ToFloat(b);
  ASSERT_EQ(Add(a, b), Expected(x + y)) << x << " + " << y;
  ASSERT_EQ(Subtract(a, b), Expected(x - y)) << x << " - " << y;
  ASSERT_EQ(Multiply(a, b), Expected(x * y)) << x << " * " << y;
  ASSERT_EQ(Divide(a, b), Expected(x / y)) << x << " / " << y;
  ASSERT_EQ(Below(a, b, 0), x < y) << x << " < " << y;
  ASSERT_EQ(Below(a, b, 1), x <= y) << x << " <= " << y;
}

// Around every power of two, of both signs; the ends of the subnormal numbers; infinities and NaNs.
std::vector<uint32_t> Edges() {
  std::vector<uint32_t> edges;
  for (uint32_t exponent = 0; exponent < 256; exponent += exponent < 4 || exponent > 250 ? 1 : 11) {
    for (const uint32_t mantissa : {0u, 1u, 2u, 0x3FFFFFu, 0x400000u, 0x400001u, 0x7FFFFEu, 0x7FFFFFu}) {
      edges.push_back(exponent << 23 | mantissa);
      edges.push_back(kSign | exponent << 23 | mantissa);
    }
  }
  return edges;
}

TEST(SoftFloat, EdgesAreTheFpus) {
  const std::vector<uint32_t> edges = Edges();
  for (const uint32_t a : edges) {
    for (const uint32_t b : edges) ASSERT_NO_FATAL_FAILURE(ExpectSame(a, b));
  }
}

TEST(SoftFloat, RandomPairsAreTheFpus) {
  Source source(31);
  for (uint64_t i = 0; i < kPairs; ++i) {
    const uint32_t a = source.Below(1u << 16) << 16 | source.Below(1u << 16);
    uint32_t b = source.Below(1u << 16) << 16 | source.Below(1u << 16);
    // Half of them near each other, where sums cancel and exponents meet.
    if (i % 2 == 0) b = (b & 0x807FFFFF) | ((a & 0x7F800000) ^ (source.Below(32) << 23));
    ASSERT_NO_FATAL_FAILURE(ExpectSame(a, b));
  }
}

TEST(SoftFloat, IntegersConvertAsOnTheFpu) {
  Source source(32);
  std::vector<uint32_t> values = {0, 1, 2, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFF, 0x01000001};
  for (int i = 0; i < 1'000'000; ++i)
    values.push_back((source.Below(1u << 16) << 16 | source.Below(1u << 16)) >> source.Below(32));
  for (const uint32_t v : values) {
    ASSERT_EQ(FromUnsigned(v), Expected(static_cast<float>(v))) << v;
    ASSERT_EQ(FromSigned(static_cast<int32_t>(v)), Expected(static_cast<float>(static_cast<int32_t>(v))))
        << v;
    const float scaled = static_cast<float>(static_cast<int32_t>(v)) * 0.4999f;
    ASSERT_EQ(ToSigned(Expected(scaled)), static_cast<int32_t>(scaled)) << scaled;
  }
  EXPECT_EQ(ToSigned(1), 0);  // a subnormal number
  EXPECT_EQ(ToSigned(kSign), 0);
}

}  // namespace
}  // namespace atome::soft
