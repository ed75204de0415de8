#include "harness/base/terminal.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

namespace atome::harness {
namespace {

TEST(Terminal, WrapsAtSpacesAndIndentsWhatFollows) {
  EXPECT_EQ(Wrapped("one two three", 100, 2), "one two three");
  EXPECT_EQ(Wrapped("one two three", 7, 2), "one two\n  three");
  EXPECT_EQ(Wrapped("one two three", 6, 2), "one\n  two\n  three");
  EXPECT_EQ(Wrapped("one incomprehensible word", 6, 1), "one\n incomprehensible\n word");
  EXPECT_EQ(Wrapped("", 6, 1), "");
  EXPECT_EQ(Wrapped("a  b", 6, 1), "a  b");  // aligned text keeps its spaces
}

TEST(Terminal, CountsCharactersAndNotBytes) {
  EXPECT_EQ(WidthOf("\u2248 \u00e9"), 3u);
  EXPECT_EQ(Wrapped("\u00e9\u00e9\u00e9 \u00e9\u00e9\u00e9", 7, 0), "\u00e9\u00e9\u00e9 \u00e9\u00e9\u00e9");
}

TEST(Terminal, CutsWhatIsTooLong) {
  EXPECT_EQ(CutTo(10, "0123456789"), "0123456789");
  EXPECT_EQ(CutTo(10, "0123456789a"), "0123456...");
  EXPECT_EQ(CutTo(3, "abcd"), "...");
  EXPECT_EQ(CutTo(5, "\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4"), "\xC3\xA4\xC3\xA4...");
  EXPECT_EQ(CutTo(5, "\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4"), "\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4");
  EXPECT_EQ(CutTo(20, "a\x1B[2Jb\tc"), "a [2Jb c");
  EXPECT_LE(CutTo(80, std::string(1 << 20, '\xFF')).size(), 240u);
}

TEST(Terminal, CountsNoCodesOfColours) {
  const TextStyle colours{.colour = true};
  EXPECT_EQ(WidthOf(Coloured("abc", Colour::kRed, colours)), 3u);
  const std::string red = Coloured("aa", Colour::kRed, colours);
  EXPECT_EQ(Wrapped(red + " bb cc", 5, 0), red + " bb\ncc");
}

TEST(Terminal, WrapsEachLineAndKeepsItsIndentation) {
  EXPECT_EQ(WrappedLines("aa bb cc\n\n    dd ee ff\nh\n", 8, 1), "aa bb cc\n\n    dd\n     ee\n     ff\nh\n");
  EXPECT_EQ(WrappedLines("aa bb\n  cc", TextStyle::kUnbounded, 2), "aa bb\n  cc");
  EXPECT_EQ(WrappedLines("", 5, 2), "");
  EXPECT_EQ(WrappedLines("          a", 5, 2), "          a") << "no room left";
}

TEST(Terminal, ColoursOnlyWhereTheStyleSaysSo) {
  EXPECT_EQ(Coloured("x", Colour::kRed, {}), "x");
  EXPECT_EQ(Coloured("x", Colour::kRed, {.colour = true}), "\x1b[31mx\x1b[0m");
}

TEST(Terminal, TakesTheWidthOfTheVariableWhereItIsANumber) {
  if (isatty(STDOUT_FILENO) == 1) GTEST_SKIP() << "on a terminal its own width is what is left";
  for (const auto& [text, width] : {std::pair{"80", size_t{80}},
                                    {"20", 20},
                                    {"19", TextStyle::kUnbounded},
                                    {"80x", TextStyle::kUnbounded},
                                    {"", TextStyle::kUnbounded},
                                    {"-1", TextStyle::kUnbounded}}) {
    setenv("COLUMNS", text, 1);
    EXPECT_EQ(StandardOutputStyle().width, width) << text;
  }
  unsetenv("COLUMNS");
}

}  // namespace
}  // namespace atome::harness
