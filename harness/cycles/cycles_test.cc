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

TEST(CycleTargets, AreCoresOrBoards) {
  EXPECT_EQ(CycleTargets({}, {})->size(), emulation::Cores().size());
  EXPECT_EQ(CycleTargets({"m3", "m7"}, {})->size(), 2u);
  EXPECT_EQ(CycleTargets({}, {"all"})->size(), emulation::Boards().size());
  EXPECT_EQ(CycleTargets({"m3"}, {}, {"f32", "q15"})->at(1).variant, Variant::kQ15);
  EXPECT_THAT(CycleTargets({}, {}, {"q31"}).error().message,
              HasSubstr("unknown variant \"q31\"; known are f32"));
  const auto pill = CycleTargets({}, {"bluepill"});
  ASSERT_TRUE(pill.ok());
  EXPECT_EQ(pill->front().core->name, "m3");
  EXPECT_EQ(pill->front().board->name, "bluepill");
  EXPECT_THAT(CycleTargets({"m9"}, {}).error().message, HasSubstr("unknown core \"m9\"; known are m0"));
  EXPECT_THAT(CycleTargets({}, {"toaster"}).error().message, HasSubstr("unknown board \"toaster\""));
  EXPECT_THAT(CycleTargets({"m0"}, {"bluepill"}).error().message, HasSubstr("has not core m0"));
}

TEST(CycleVerdict, IsTheWorst) {
  CycleCell pass, large, crashed;
  pass.status = CellStatus::kPass;
  large.status = CellStatus::kTooLarge;
  crashed.status = CellStatus::kCrashed;
  EXPECT_EQ(Verdict(std::vector<CycleCell>{pass}), kPass);
  EXPECT_EQ(Verdict(std::vector<CycleCell>{pass, large}), kFailed);
  EXPECT_EQ(Verdict(std::vector<CycleCell>{crashed, pass}), kCellCrashed);
}

}  // namespace
}  // namespace atome::harness
