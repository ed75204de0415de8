#include "harness/base/nearest.h"

#include <gtest/gtest.h>

namespace atome::harness {
namespace {

const std::vector<std::string> kCores = {"m0", "m0plus", "m3", "m4", "m4f", "m7", "m33", "nucleo-f411re"};

TEST(Nearest, FindsWhatWasMeant) {
  EXPECT_EQ(Nearest("m0pluss", kCores), "m0plus");  // one more
  EXPECT_EQ(Nearest("m0pls", kCores), "m0plus");    // one less
  EXPECT_EQ(Nearest("mf4", kCores), "m4f");         // exchanged: one change; m4 takes one, too
  EXPECT_EQ(Nearest("M0PLUS", kCores), "m0plus");   // capitals
  EXPECT_EQ(Nearest("nucleof411re", kCores), "nucleo-f411re");
  EXPECT_EQ(Nearest("nucelo-f411er", kCores), "nucleo-f411re");
  EXPECT_EQ(Nearest("m5", kCores), "m0") << "the first of equals";
}

TEST(Nearest, FindsNothingFarAway) {
  EXPECT_EQ(Nearest("", kCores), "");
  EXPECT_EQ(Nearest("toaster", kCores), "");
  EXPECT_EQ(Nearest("xy", kCores), "");
  EXPECT_EQ(Nearest("m0plus", {}), "");
  EXPECT_EQ(Nearest("abcdef", {"abcxyz"}), "") << "three of six";
  EXPECT_EQ(Nearest("abcdef", {"abcdxy"}), "abcdxy") << "two of six";
  EXPECT_EQ(Nearest(std::string(64, 'a'), {std::string(64, 'a')}), std::string(64, 'a'));
  EXPECT_EQ(Nearest(std::string(65, 'a'), {std::string(65, 'a'), std::string(64, 'a')}), "");
  EXPECT_EQ(Nearest(std::string(64, 'a'), {std::string(65, 'a'), ""}), "");
}

TEST(Nearest, IsSaid) {
  EXPECT_EQ(UnknownWord("core", "m44f", {"m0", "m4f"}),
            "unknown core \"m44f\"; did you mean \"m4f\"? known are m0, m4f");
  EXPECT_EQ(UnknownWord("core", "toaster", {"m0", "m4f"}), "unknown core \"toaster\"; known are m0, m4f");
}

}  // namespace
}  // namespace atome::harness
