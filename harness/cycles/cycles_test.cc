#include "harness/cycles/cycles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using ::testing::HasSubstr;

TEST(Positions, AreARange) {
  const Result<Positions> good = ParsePositions("16:64");
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(good->from, 16u);
  EXPECT_EQ(good->to, 64u);
  for (const char* bad :
       {"", "16", "64:16", "16:16", "a:b", "a:64", "16:b", ":64", "16:", "1:2:3", "-1:4", "0:99999999"}) {
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

TEST(MeasureCycles, CellsAreInTheOrderOfModelsAndTargets) {
  std::vector<CycleTarget> targets = *CycleTargets({"m0", "m3", "m4f"}, {}, {"f32", "q15"});
  Firmware broken;
  broken.elf = "no ELF";
  broken.name = "broken.elf";
  broken.given = true;
  for (CycleTarget& target : targets) target.given = std::make_shared<const Firmware>(broken);
  CycleOptions options;
  options.positions = {0, 1};
  options.prompt = {0};
  options.jobs = 2;
  std::vector<std::string> places;
  for (const report::Cell& cell :
       MeasureCycles({testing::TinyModel("tiny_odd"), testing::TinyModel("tiny_ties")}, targets, options)) {
    EXPECT_FALSE(cell.passed());
    EXPECT_THAT(cell.message, HasSubstr("broken.elf"));
    places.push_back(cell.key.model.substr(5, 1) + " " + cell.key.core + " " + cell.key.variant);
  }
  EXPECT_THAT(places, ::testing::ElementsAre("o m0 f32", "o m0 q15", "o m3 f32", "o m3 q15", "o m4f f32",
                                             "o m4f q15", "t m0 f32", "t m0 q15", "t m3 f32", "t m3 q15",
                                             "t m4f f32", "t m4f q15"));
}

}  // namespace
}  // namespace atome::harness
