#include "harness/corpus/markup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atome::harness {
namespace {

using ::testing::ElementsAre;

TEST(SplitOutside, SplitsAtSeparatorsOutsideOfBrackets) {
  EXPECT_THAT(SplitOutside("a|[b|c]|{d|e}|", '|'), ElementsAre("a", "[b|c]", "{d|e}", ""));
  EXPECT_THAT(SplitOutside("", '|'), ElementsAre(""));
}

TEST(SplitOutside, LooksAtNothingBehindTheText) {
  const std::string_view text = "ab|c";
  EXPECT_THAT(SplitOutside(text.substr(0, 2), '|'), ElementsAre("ab"));
  EXPECT_THAT(SplitOutside(text.substr(0, 3), '|'), ElementsAre("ab", ""));
}

TEST(Closing, IsThatOfTheSameKind) {
  EXPECT_EQ(Closing("[a{b}c]", 0), 6u);
  EXPECT_EQ(Closing("[a{b}c]", 2), 4u);
  EXPECT_EQ(Closing("[a}", 0), std::nullopt);
  EXPECT_EQ(Closing("[a", 0), std::nullopt);
}

}  // namespace
}  // namespace atome::harness
