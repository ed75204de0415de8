#include "engine/maths/range.h"

#include <gtest/gtest.h>

namespace atome {
namespace {

TEST(Range, MagnitudesOfTheExtremes) {
  EXPECT_EQ(MagnitudeOf(0), 0u);
  EXPECT_EQ(MagnitudeOf(-1), 1u);
  EXPECT_EQ(MagnitudeOf(INT32_MAX), 2147483647u);
  EXPECT_EQ(MagnitudeOf(INT32_MIN), 2147483648u);
}

TEST(Range, TheLimitItselfIsWithin) {
  const int32_t v[] = {3, -5, 4};
  EXPECT_TRUE(AllWithin(v, 3, 5));
  EXPECT_FALSE(AllWithin(v, 3, 4));
  EXPECT_TRUE(AllWithin(v, 1, 3)) << "the others do not count";
  EXPECT_TRUE(AllWithin(v, 0, 0));
}

TEST(Range, SumsDoNotOverflow) {
  const int32_t least[] = {INT32_MIN, INT32_MIN, INT32_MAX};
  EXPECT_EQ(SumOfMagnitudes(least, 3), uint64_t{2147483648} + 2147483648 + 2147483647);
  const int16_t narrow[] = {-32768, 32767, 2};
  EXPECT_EQ(SumOfMagnitudes(narrow, 3), 65537u);
  EXPECT_EQ(SumOfSquares(narrow, 3), 1073741824u + 1073676289u + 4u);
}

TEST(Range, ARingIsFullAtMostAndItsSlotIsOneOfIts) {
  EXPECT_TRUE(RingInRange(0, 0, 4));
  EXPECT_TRUE(RingInRange(4, 3, 4));
  EXPECT_FALSE(RingInRange(5, 3, 4));
  EXPECT_FALSE(RingInRange(4, 4, 4));
}

}  // namespace
}  // namespace atome
