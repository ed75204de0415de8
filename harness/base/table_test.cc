#include "harness/base/table.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace atome::harness {
namespace {

Table Small() { return {{{"name"}, {"count", true}}, {{"a", "1"}, {"longer", "12345"}, {"", ""}}}; }

TEST(FormatText, AlignsTextLeftAndNumbersRight) {
  EXPECT_EQ(FormatText(Small()),
            "name    count\n"
            "------  -----\n"
            "a           1\n"
            "longer  12345\n"
            "\n");
}

TEST(FormatText, ATitleMayBeTheWidest) {
  EXPECT_EQ(FormatText({{{"very wide", true}, {"x"}}, {{"1", "y"}}}),
            "very wide  x\n"
            "---------  -\n"
            "        1  y\n");
}

TEST(FormatText, CountsCharactersNotBytes) {
  EXPECT_EQ(FormatText({{{"a"}, {"b", true}}, {{"\u00e9\u20ac\U0001F600", "\u00b5"}, {"abc", "12"}}}),
            "a     b\n"
            "---  --\n"
            "\u00e9\u20ac\U0001F600   \u00b5\n"
            "abc  12\n");
}

TEST(FormatText, SurvivesBytesThatAreNoUtf8) {
  EXPECT_EQ(FormatText({{{"a"}, {"b"}}, {{"\xff\x80\x80", "x"}}}), "a  b\n-  -\n\xff\x80\x80  x\n");
}

TEST(FormatText, ControlCharactersDoNotReachATerminal) {
  EXPECT_EQ(FormatText({{{"a"}, {"b"}}, {{"x\n\x1b[1m", "y\x7f"}}}), "a       b\n------  --\nx  [1m  y\n");
}

TEST(FormatText, NoRowsAndNoColumns) {
  EXPECT_EQ(FormatText({{{"a"}}, {}}), "a\n-\n");
  EXPECT_EQ(FormatText({}), "\n\n");
}

TEST(FormatMarkdown, AlignsThroughItsRule) {
  EXPECT_EQ(FormatMarkdown(Small()),
            "| name | count |\n"
            "| --- | ---: |\n"
            "| a | 1 |\n"
            "| longer | 12345 |\n"
            "|  |  |\n");
}

TEST(FormatMarkdown, EscapesPipes) {
  EXPECT_EQ(FormatMarkdown({{{"max abs"}}, {{"|d|"}}}), "| max abs |\n| --- |\n| \\|d\\| |\n");
}

TEST(FormatMarkdown, EscapesPipesInTitles) {
  EXPECT_EQ(FormatMarkdown({{{"max|d|"}}, {{"1"}}}), "| max\\|d\\| |\n| --- |\n| 1 |\n");
}

TEST(FormatMarkdown, ALineBreakDoesNotEndTheRow) {
  EXPECT_EQ(FormatMarkdown({{{"a"}}, {{"one\ntwo"}}}), "| a |\n| --- |\n| one two |\n");
}

TEST(FormatCsv, QuotesOnlyWhereNeeded) {
  EXPECT_EQ(FormatCsv({{{"plain"}, {"a,b"}},
                       {{"x y", "1,5"}, {"say \"hi\"", "two\nlines"}, {"", "\r"}, {"'", "\""}}}),
            "plain,\"a,b\"\n"
            "x y,\"1,5\"\n"
            "\"say \"\"hi\"\"\",\"two\nlines\"\n"
            ",\"\r\"\n"
            "',\"\"\"\"\n");
}

TEST(Grouped, ByThousands) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1000), "1 000");
  EXPECT_EQ(Grouped(1234567), "1 234 567");
  EXPECT_EQ(Grouped(100000), "100 000");
  EXPECT_EQ(Grouped(std::numeric_limits<uint64_t>::max()), "18 446 744 073 709 551 615");
}

}  // namespace
}  // namespace atome::harness
