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

// A model and a variant that are the same in all rows, and figures of several importance.
Table Wide() {
  Table table;
  table.columns = {{"model"},
                   {"core"},
                   {.title = "cycles", .right = true},
                   {.title = "bytes", .right = true, .importance = 1},
                   {.title = "tokens", .right = true, .importance = 0}};
  table.rows = {{"atome_60k", "m0", "1 234", "56", "48"}, {"atome_60k", "m4f", "9", "7", "48"}};
  return table;
}

TEST(FormatText, AnyWidthThatFitsChangesNothing) {
  const std::string whole = FormatText(Wide());
  EXPECT_EQ(whole.substr(0, whole.find('\n')), "model      core  cycles  bytes  tokens");
  EXPECT_EQ(FormatText(Wide(), {.width = 38}), whole);
  EXPECT_NE(FormatText(Wide(), {.width = 37}), whole);
}

TEST(FormatText, SaysOnceWhatAllRowsSay) {
  EXPECT_EQ(FormatText(Wide(), {.width = 37}),
            "core  cycles  bytes  tokens\n"
            "----  ------  -----  ------\n"
            "m0     1 234     56      48\n"
            "m4f        9      7      48\n"
            "in all rows: model atome_60k\n");
}

TEST(FormatText, LeavesOutTheLeastImportantColumnsAndNamesThem) {
  EXPECT_EQ(FormatText(Wide(), {.width = 26}),
            "core  cycles  bytes\n"
            "----  ------  -----\n"
            "m0     1 234     56\n"
            "m4f        9      7\n"
            "in all rows: model\n"
            "  atome_60k\n"
            "left out: tokens; --wide\n"
            "  shows all\n");
  const std::string narrow = FormatText(Wide(), {.width = 18});
  EXPECT_TRUE(narrow.starts_with("core  cycles\n")) << narrow;
  EXPECT_NE(narrow.find("left out: bytes,\n  tokens;"), std::string::npos)
      << narrow << "in the table's order";
  EXPECT_TRUE(FormatText(Wide(), {.width = 1}).starts_with("core\n----\nm0\n")) << "the last one stays";
}

TEST(FormatText, OfEqualsTheRightmostGoes) {
  EXPECT_TRUE(FormatText({{{"a"}, {"b"}, {"c"}}, {{"1111", "2222", "3333"}, {"4", "5", "6"}}}, {.width = 12})
                  .starts_with("a     b\n"));
}

TEST(FormatText, CutsLongTextBeforeItLeavesOutColumns) {
  const Table table{{{"name"}, {"n", true}},
                    {{std::string(20, 'a') + std::string(20, '\\'), "1"}, {"b", "2"}}};
  EXPECT_EQ(FormatText(table, {.width = 28}),
            "name                       n\n"
            "-------------------------  -\n"
            "aaaaaaaaaaaaaaaaaaaa\\\\...  1\n"
            "b                          2\n");
  const Table letters{{{"name"}}, {{"\u00e9\u00e9" + std::string(40, '\xa9')}, {"b"}}};
  EXPECT_EQ(WidthOf(FormatText(letters, {.width = 24}).substr(0, 4)), 4u) << "bytes that are no characters";
}

TEST(FormatText, CutsNoTextBelow24CharactersHoweverNarrow) {
  const Table table{{{"name"}, {"n", true}}, {{std::string(40, 'a'), "1234567890"}, {"b", "2"}}};
  const std::string text = FormatText(table, {.width = 20});
  EXPECT_TRUE(
      text.starts_with("name\n------------------------\n" + std::string(21, 'a') + "...\nb\nleft out: n;"))
      << text;
}

TEST(FormatText, ColoursFieldsAndNotTheirPadding) {
  const Table table{{{"a"},
                     {.title = "b",
                      .right = true,
                      .colour =
                          [](std::string_view field) {
                            return field == "1" ? std::optional(Colour::kRed) : std::nullopt;
                          }}},
                    {{"x", "1"}, {"y", "22"}}};
  EXPECT_EQ(FormatText(table, {.colour = true}),
            "\x1b[1ma\x1b[0m   \x1b[1mb\x1b[0m\n-  --\nx   \x1b[31m1\x1b[0m\ny  22\n");
  EXPECT_EQ(FormatText(table), "a   b\n-  --\nx   1\ny  22\n");
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
