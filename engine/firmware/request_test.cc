#include "engine/firmware/request.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

namespace atome {
namespace {

using Prompts = std::vector<std::vector<uint32_t>>;

Prompts Read(const Request& request, int digits) {
  Prompts prompts;
  PromptReader reader(request.prompts, digits);
  for (TokenReader prompt; reader.Next(&prompt);) {
    prompts.emplace_back();
    for (uint32_t token = 0; prompt.Next(&token);) prompts.back().push_back(token);
  }
  return prompts;
}

void ExpectRequest(const char* text, int digits, uint32_t generate, const Prompts& prompts, bool taps) {
  Request request;
  ASSERT_EQ(Parse(text, &request), Parsed::kRequest) << text;
  EXPECT_EQ(request.generate, generate) << text;
  EXPECT_EQ(request.taps, taps) << text;
  EXPECT_EQ(Read(request, digits), prompts) << text;
}

TEST(Request, OnePrompt) {
  ExpectRequest("atome 1 4f", 2, 1, {{0x4f}}, false);
  ExpectRequest("atome 48 4f6e63650a00ff", 2, 48, {{0x4f, 0x6e, 0x63, 0x65, 0x0a, 0x00, 0xff}}, false);
}

TEST(Request, SeveralPrompts) {
  ExpectRequest("atome 3 41:4243:00", 2, 3, {{0x41}, {0x42, 0x43}, {0}}, false);
}

TEST(Request, Taps) {
  ExpectRequest("atome 2 41 taps", 2, 2, {{0x41}}, true);
  ExpectRequest("atome 2 41:42 taps", 2, 2, {{0x41}, {0x42}}, true);
}

TEST(Request, Cycles) {
  for (const auto& [text, taps, cycles] : {std::tuple{"atome 2 41", false, false},
                                           {"atome 2 41 cycles", false, true},
                                           {"atome 2 41 taps", true, false},
                                           {"atome 2 41:42 taps cycles", true, true}}) {
    Request request;
    ASSERT_EQ(Parse(text, &request), Parsed::kRequest) << text;
    EXPECT_EQ(request.taps, taps) << text;
    EXPECT_EQ(request.cycles, cycles) << text;
  }
  for (const char* text : {"atome 2 41 cycles taps", "atome 2 41 cycles ", "atome 2 41 cycle",
                           "atome 2 41 cycles cycles", "atome 2 41 tapscycles", "atome 2 41  cycles"}) {
    Request request;
    EXPECT_EQ(Parse(text, &request), Parsed::kMalformed) << text;
  }
}

TEST(Request, FourDigitsAToken) {
  ExpectRequest("atome 7 012c0041:ffff", 4, 7, {{0x12c, 0x41}, {0xffff}}, false);
}

TEST(Request, AsManyPromptsAsACommandLineHolds) {
  std::string text = "atome 1 00";
  Prompts expected = {{0}};
  while (text.size() < 2040) {
    text += ":a1b2";
    expected.push_back({0xa1, 0xb2});
  }
  ExpectRequest(text.c_str(), 2, 1, expected, false);
}

TEST(Request, GenerateHasNineDigitsAtMost) {
  ExpectRequest("atome 999999999 41", 2, 999'999'999, {{0x41}}, false);
  ExpectRequest("atome 007 41", 2, 7, {{0x41}}, false);
  for (const char* text : {"atome 1000000000 41", "atome 4294967297 41", "atome 99999999999999999999 41"}) {
    Request request;
    EXPECT_EQ(Parse(text, &request), Parsed::kMalformed) << text;
  }
}

TEST(Request, AnotherFirstWordIsNotForUs) {
  for (const char* text : {"", " ", "firmware.elf", "atom", "atomes 1 41", " atome 1 41", "ATOME 1 41"}) {
    Request request;
    EXPECT_EQ(Parse(text, &request), Parsed::kNotForUs) << '"' << text << '"';
  }
}

TEST(Request, Malformed) {
  for (const char* text : {"atome",
                           "atome ",
                           "atome 1",
                           "atome 1 ",
                           "atome 0 41",
                           "atome x 41",
                           "atome -1 41",
                           "atome 41:42",
                           "atome  1 41",
                           "atome 1  41",
                           "atome 1 4F",
                           "atome 1 g",
                           "atome 1 41 tap",
                           "atome 1 41 tapss",
                           "atome 1 41 taps more",
                           "atome 1 41 taps ",
                           "atome 1 41taps",
                           "atome 1 41 ",
                           "atome 1 41  taps",
                           "atome 1 taps",
                           "atome 1 :",
                           "atome 1 :41",
                           "atome 1 41:",
                           "atome 1 41::42",
                           "atome 1 41: taps",
                           "atome 1 41\n"}) {
    Request request;
    EXPECT_EQ(Parse(text, &request), Parsed::kMalformed) << '"' << text << '"';
  }
}

TEST(TokenReader, EndsAtTheEndOfItsPrompt) {
  TokenReader reader("4142:43", 2);
  uint32_t token = 99;
  EXPECT_TRUE(reader.Next(&token));
  EXPECT_EQ(token, 0x41u);
  EXPECT_TRUE(reader.Next(&token));
  EXPECT_EQ(token, 0x42u);
  EXPECT_FALSE(reader.Next(&token));
  EXPECT_FALSE(reader.Next(&token));
  EXPECT_EQ(token, 0x42u) << "unchanged at the end";
}

TEST(TokenReader, DefaultIsEmpty) {
  uint32_t token = 99;
  EXPECT_FALSE(TokenReader().Next(&token));
  EXPECT_EQ(token, 99u);
}

TEST(PromptReader, NeverReadsPastTheText) {
  const std::string text = "41:4";  // its last token lacks a digit
  PromptReader reader(text.c_str(), 2);
  TokenReader prompt;
  ASSERT_TRUE(reader.Next(&prompt));
  ASSERT_TRUE(reader.Next(&prompt));
  uint32_t token = 0;
  EXPECT_TRUE(prompt.Next(&token));
  EXPECT_EQ(token, 4u);
  EXPECT_FALSE(prompt.Next(&token));
  EXPECT_FALSE(reader.Next(&prompt));
}

TEST(HexDigit, AcceptsLowerCaseOnly) {
  for (int c = -128; c < 128; ++c) {
    const size_t expected = std::string("0123456789abcdef").find(static_cast<char>(c));
    EXPECT_EQ(HexDigit(static_cast<char>(c)), expected == std::string::npos ? -1 : static_cast<int>(expected))
        << c;
  }
}

}  // namespace
}  // namespace atome
