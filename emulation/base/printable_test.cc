#include "emulation/base/printable.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

namespace atome::emulation {
namespace {

std::string Shown(std::string_view bytes) {
  TerminalText terminal;
  std::string text;
  for (const char byte : bytes) text += terminal.Feed(static_cast<uint8_t>(byte));
  return text + terminal.Finish();
}

TEST(TerminalText, TextPasses) {
  for (const char* text : {"", "Once upon\ta time.\n", "ÄÖü €", "日本語", "😀🚀", "\\x1b"})
    EXPECT_EQ(Shown(text), text);
}

TEST(TerminalText, ACharacterComesWithItsLastByte) {
  TerminalText terminal;
  EXPECT_EQ(terminal.Feed(0xE2), "");
  EXPECT_EQ(terminal.Feed(0x82), "");
  EXPECT_EQ(terminal.Feed(0xAC), "€");
  EXPECT_EQ(terminal.Finish(), "");
  EXPECT_EQ(terminal.Feed('a'), "a");
}

TEST(TerminalText, CommandsToTheTerminalAreSpelledOut) {
  EXPECT_EQ(Shown("\x1b[2J"), "\\x1b[2J");
  EXPECT_EQ(Shown("a\rb\x07\x7f"), "a\\x0db\\x07\\x7f");
  EXPECT_EQ(Shown(std::string_view("\0", 1)), "\\x00");
  EXPECT_EQ(Shown("\xc2\x9b"
                  "31m"),
            "\\xc2\\x9b31m")
      << "CSI of C1";
  EXPECT_EQ(Shown("\x9b"
                  "31m"),
            "\\x9b31m")
      << "the same as a byte";
  EXPECT_EQ(Shown("\u202e\u2066\u200f"), "\\xe2\\x80\\xae\\xe2\\x81\\xa6\\xe2\\x80\\x8f") << "right to left";
}

TEST(TerminalText, BytesThatAreNotUtf8AreSpelledOut) {
  EXPECT_EQ(Shown("\xff"
                  "a"),
            "\\xffa");
  EXPECT_EQ(Shown("\xe2\x82"), "\\xe2\\x82") << "cut";
  EXPECT_EQ(Shown("\xe2\x82"
                  "a"),
            "\\xe2\\x82a");
  EXPECT_EQ(Shown("\xe2\x82\xe2\x82\xac"), "\\xe2\\x82€");
  EXPECT_EQ(Shown("\xc0\xaf"), "\\xc0\\xaf") << "overlong";
  EXPECT_EQ(Shown("\xe0\x80\x9b"), "\\xe0\\x80\\x9b") << "overlong";
  EXPECT_EQ(Shown("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "half of a pair";
  EXPECT_EQ(Shown("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "above U+10FFFF";
}

TEST(Printable, IsOneLine) {
  EXPECT_EQ(Printable("_Z4main \xE2\x82\xAC"), "_Z4main €");
  EXPECT_EQ(Printable("a\nb\tc\x1b[31m"), "a\\x0ab\\x09c\\x1b[31m");
  EXPECT_EQ(Printable("\xE2\n"), "\\xe2\\x0a") << "a character that is cut";
  EXPECT_EQ(Printable(""), "");
}

TEST(TerminalText, NothingRandomCommandsTheTerminal) {
  std::mt19937 random(1);
  for (int i = 0; i < 2'000; ++i) {
    std::string bytes;
    for (int k = 0; k < 20; ++k) bytes.push_back(static_cast<char>(random()));
    const std::string text = Shown(bytes);
    for (size_t at = 0; at < text.size(); ++at) {
      const auto byte = static_cast<uint8_t>(text[at]);
      ASSERT_TRUE(byte >= 0x20 || byte == '\t' || byte == '\n') << i;
      ASSERT_NE(byte, 0x7F) << i;
      ASSERT_FALSE(byte == 0xC2 && static_cast<uint8_t>(text[at + 1]) < 0xA0) << i;
    }
    ASSERT_EQ(Shown(text), text) << "it stays as it is";
  }
}

}  // namespace
}  // namespace atome::emulation
