#include "harness/cycles/cycles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atome::harness {
namespace {

using ::testing::HasSubstr;

TEST(Positions, AreARange) {
  const Result<Positions> good = ParsePositions("16:64");
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(good->from, 16u);
  EXPECT_EQ(good->to, 64u);
  for (const char* bad : {"", "16", "64:16", "16:16", "a:b", "1:2:3", "-1:4", "0:99999999"}) {
    const Result<Positions> result = ParsePositions(bad);
    ASSERT_FALSE(result.ok()) << bad;
    EXPECT_THAT(result.error().message, HasSubstr("FROM:TO")) << bad;
  }
}

TEST(OpOfFunction, ReadsTheNamesOfTheEnginesOps) {
  EXPECT_EQ(OpOfFunction("void atome::op::Embed<atome::FixedShape<256u> >(atome::Shape const&)"), "embed");
  EXPECT_EQ(OpOfFunction("atome::op::Sparse(int)"), "sparse");
  EXPECT_EQ(OpOfFunction("atome::q15::op::Norm<int>::Run(int)"), "norm");
  EXPECT_EQ(OpOfFunction("memcpy"), "");
  EXPECT_EQ(OpOfFunction(""), "");
}

TEST(CycleTargets, TakeEveryVariant) {
  EXPECT_EQ(CycleTargets({"m3"}, {}, {"f32", "q15"})->at(1).variant, Variant::kQ15);
  EXPECT_EQ(CycleTargets({"m3"}, {})->at(0).variant, std::nullopt);
  EXPECT_THAT(CycleTargets({}, {}, {"q31"}).error().message,
              HasSubstr("unknown variant \"q31\"; known are f32"));
  EXPECT_THAT(CycleTargets({"m9"}, {}).error().message, HasSubstr("unknown core"));
}

}  // namespace
}  // namespace atome::harness
