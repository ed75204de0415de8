#include "harness/base/terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
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
  // ECMA-48, "select graphic rendition": 1 bold, 2 faint, 31 red, 32 green, 33 yellow.
  for (const auto& [colour, code] : {std::pair{Colour::kRed, "31"},
                                     {Colour::kGreen, "32"},
                                     {Colour::kYellow, "33"},
                                     {Colour::kBold, "1"},
                                     {Colour::kFaint, "2"}})
    EXPECT_EQ(Coloured("x", colour, {.colour = true}), std::string("\x1b[") + code + "mx\x1b[0m");
}

TEST(Terminal, TakesTheWidthOfTheVariableWhereItIsANumber) {
  if (isatty(STDOUT_FILENO) == 1) GTEST_SKIP() << "on a terminal its own width is what is left";
  for (const auto& [text, width] : {std::pair{"80", size_t{80}},
                                    {"20", 20},
                                    {"10000", 10000},
                                    {"10001", TextStyle::kUnbounded},
                                    {"19", TextStyle::kUnbounded},
                                    {"80x", TextStyle::kUnbounded},
                                    {"", TextStyle::kUnbounded},
                                    {"-1", TextStyle::kUnbounded}}) {
    setenv("COLUMNS", text, 1);
    EXPECT_EQ(StandardOutputStyle().width, width) << text;
  }
  unsetenv("COLUMNS");
}

// Makes one of the standard files a terminal of so many columns, as long as it lives.
class OnTerminal {
 public:
  OnTerminal(int file, unsigned short columns)
      : file_(file), kept_(dup(file)), master_(posix_openpt(O_RDWR | O_NOCTTY)) {
    if (master_ < 0 || grantpt(master_) != 0 || unlockpt(master_) != 0) return;
    const int slave = open(ptsname(master_), O_RDWR | O_NOCTTY);
    if (slave < 0) return;
    winsize size{};
    size.ws_col = columns;
    is_there_ = ioctl(slave, TIOCSWINSZ, &size) == 0;
    std::fflush(nullptr);
    dup2(slave, file_);
    close(slave);
  }
  ~OnTerminal() {
    dup2(kept_, file_);
    close(kept_);
    if (master_ >= 0) close(master_);
  }
  OnTerminal(const OnTerminal&) = delete;
  OnTerminal& operator=(const OnTerminal&) = delete;
  bool is_there() const { return is_there_; }

 private:
  int file_, kept_, master_;
  bool is_there_ = false;
};

TEST(Terminal, HasItsOwnWidthWhereNoVariableSaysAnother) {
  setenv("TERM", "xterm", 1);
  unsetenv("NO_COLOR");
  for (const auto& [variable, columns, width] :
       {std::tuple{"", 100, size_t{100}}, {"50", 100, 50}, {"", 20, 20}, {"", 19, TextStyle::kUnbounded}}) {
    setenv("COLUMNS", variable, 1);
    TextStyle out, error;
    {
      const OnTerminal terminal(STDOUT_FILENO, static_cast<unsigned short>(columns));
      if (!terminal.is_there()) GTEST_SKIP() << "this system gives no terminal";
      out = StandardOutputStyle();
    }
    {
      const OnTerminal terminal(STDERR_FILENO, static_cast<unsigned short>(columns));
      error = StandardErrorStyle();
    }
    EXPECT_EQ(out.width, width) << variable << " " << columns;
    EXPECT_EQ(error.width, width) << variable << " " << columns;
    EXPECT_TRUE(out.colour);
    EXPECT_TRUE(error.colour);
  }
  unsetenv("COLUMNS");
}

}  // namespace
}  // namespace atome::harness
