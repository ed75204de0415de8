#include "harness/run/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atome::harness {
namespace {

using ::testing::HasSubstr;

TEST(ParseTargets, AreCoresOrBoards) {
  EXPECT_EQ(ParseTargets({}, {})->size(), emulation::Cores().size());
  EXPECT_EQ(ParseTargets({"m3", "m7"}, {})->size(), 2u);
  EXPECT_EQ(ParseTargets({}, {"all"})->size(), emulation::Boards().size());
  const auto pill = ParseTargets({}, {"bluepill"});
  ASSERT_TRUE(pill.ok());
  EXPECT_EQ(pill->front().core->name, "m3");
  EXPECT_EQ(pill->front().board->name, "bluepill");
  EXPECT_THAT(ParseTargets({"m9"}, {}).error().message,
              HasSubstr("unknown core \"m9\"; did you mean \"m0\"? known are m0"));
  EXPECT_THAT(ParseTargets({}, {"toaster"}).error().message, HasSubstr("unknown board \"toaster\""));
  EXPECT_THAT(ParseTargets({"m0"}, {"bluepill"}).error().message, HasSubstr("does not have core m0"));
}

}  // namespace
}  // namespace atome::harness
