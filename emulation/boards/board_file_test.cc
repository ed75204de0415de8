#include "emulation/boards/board_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>

#include "emulation/base/hex.h"

namespace atome::emulation {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kMemories[] =
    R"({"name": "flash", "address": "0x08000000", "bytes": "64K"},
       {"name": "SRAM", "address": "0x20000000", "bytes": 20480})";

// What a board needs at least, with more keys behind.
std::string Entry(const std::string& more = "") {
  return R"({"boards": [{"name": "mine", "core": "m3", "memories": [)" + std::string(kMemories) +
         R"(], "clock_hz": 72000000)" + more + "}]}";
}

// With other memories.
std::string WithMemories(const std::string& memories) {
  std::string text = Entry();
  return text.replace(text.find(kMemories), std::string_view(kMemories).size(), memories);
}

std::string Error(const std::string& text) {
  std::string error;
  EXPECT_FALSE(ReadBoards(text, "mine.json", error)) << text;
  EXPECT_THAT(error, StartsWith("mine.json: "));
  EXPECT_EQ(error.find('\n'), std::string::npos);
  return error;
}

TEST(BoardFile, WhatIsNotGivenHasADefault) {
  std::string error;
  const auto boards = ReadBoards(Entry(), "mine.json", error);
  ASSERT_TRUE(boards) << error;
  ASSERT_EQ(boards->size(), 1u);
  const Board& board = boards->front();
  EXPECT_EQ(board.title, "mine");
  ASSERT_EQ(board.memories.size(), 2u);
  const Memory &flash = board.memories[0], &ram = board.memories[1];
  EXPECT_EQ(flash.address, 0x08000000u);
  EXPECT_EQ(flash.bytes, 65536u);
  EXPECT_TRUE(!flash.writable && flash.executable);
  EXPECT_EQ(ram.bytes, 20480u);
  EXPECT_TRUE(ram.writable && ram.executable && !ram.second_bank);
  EXPECT_EQ(board.flash.miss_cycles, 0);
  EXPECT_TRUE(timing::IsSound(board.flash));
  EXPECT_TRUE(board.registers.empty());
  EXPECT_EQ(board.not_modelled, "what mine.json does not say");
}

TEST(BoardFile, WaitStatesAloneMakeAFlashThatWaits) {
  std::string error;
  const auto boards = ReadBoards(Entry(R"(, "wait_states": 2)"), "mine.json", error);
  ASSERT_TRUE(boards) << error;
  EXPECT_EQ(boards->front().flash.miss_cycles, 2);
}

TEST(BoardFile, NumbersReachTheirLimits) {
  std::string error;
  const auto boards = ReadBoards(Entry(R"(, "wait_states": 100)"), "mine.json", error);
  ASSERT_TRUE(boards) << error;
  EXPECT_EQ(boards->front().wait_states, 100);
  EXPECT_THAT(Error(Entry(R"(, "wait_states": 101)")), HasSubstr("\"wait_states\": is 101"));
}

TEST(BoardFile, NamesOfMemoriesSuitTheCommandLine) {
  const auto named = [](const std::string& name) {
    return WithMemories(std::string(kMemories) + R"(, {"name": ")" + name +
                        R"(", "address": "0x30000000", "bytes": "1K"})");
  };
  std::string error;
  for (const std::string& good : {std::string(32, 'm'), std::string("~"), std::string("!")})
    EXPECT_TRUE(ReadBoards(named(good), "mine.json", error)) << error;
  for (const std::string& bad : {std::string(33, 'm'), std::string("a b"), std::string("a=b"),
                                 std::string("a:b"), std::string("a,b"), std::string("a\x7F")})
    EXPECT_THAT(Error(named(bad)), HasSubstr("is what --memory takes")) << bad;
}

TEST(BoardFile, SaysWhereAndWhatIsWrong) {
  EXPECT_THAT(Error("{"), HasSubstr("is not JSON: parse error at line 1"));
  EXPECT_THAT(Error("[]"), HasSubstr("write an object in {}"));
  EXPECT_THAT(Error("{}"), HasSubstr("write {\"boards\": [...]} around"));
  EXPECT_THAT(Error(R"({"boards": 3})"), HasSubstr("key \"boards\": is 3; give an array"));
  EXPECT_THAT(Error(R"({"boards": [3]})"), HasSubstr("board 1: is 3"));
  EXPECT_THAT(Error(R"({"board": []})"), EndsWith("key \"board\": is not known; did you mean \"boards\"?"));
  EXPECT_THAT(Error(Entry(R"(, "clock_mhz": 72)")),
              HasSubstr("board \"mine\": key \"clock_mhz\": is not known; did you mean \"clock_hz\"?"));
  EXPECT_THAT(Error(Entry(R"(, "title": 3)")), HasSubstr("key \"title\": is 3; give a text"));
  EXPECT_THAT(Error(Entry(R"(, "title": "a", "title": "b")")), HasSubstr("key \"title\" is twice"));
  EXPECT_THAT(Error(R"({"boards": [{"name": "mine", "core": "m3"}]})"),
              HasSubstr("\"clock_hz\": is missing; give a number"));
  EXPECT_THAT(Error(R"({"boards": [{"core": "m3"}]})"), HasSubstr("board 1: key \"name\": is missing"));
  EXPECT_THAT(Error(Entry(R"(, "flash": {"mis_cycles": 2})")), HasSubstr("did you mean \"miss_cycles\"?"));
  EXPECT_THAT(Error(Entry(R"(, "flash": {"line_bytes": 12})")),
              HasSubstr("line_bytes is 4, 8, 16, 32 or 64"));
  EXPECT_THAT(Error(Entry(R"(, "wait_states": 2, "flash": {"miss_cycles": 1})")),
              HasSubstr("below wait_states"));
  EXPECT_THAT(Error(Entry(R"(, "clock_limits_hz": [24000000])")), HasSubstr("the last of them clock_hz"));
  EXPECT_THAT(Error(Entry(R"(, "registers": ["0x40000001"])")), HasSubstr("BIT>BIT"));
  EXPECT_THAT(Error(Entry(R"(, "uarts": ["here"])")), HasSubstr("as \"0x40013800 stm32_dr\""));
  EXPECT_THAT(Error(Entry(R"(, "vector_offset": 12)")), HasSubstr("multiple of 128"));
  const auto memory = [](const std::string& keys) {
    return Error(WithMemories(std::string(kMemories) + R"(, {"name": "more", )" + keys + "}"));
  };
  EXPECT_THAT(memory(R"("address": 1073741824, "bytes": "1K")"), HasSubstr("lies where peripherals are"));
  EXPECT_THAT(memory(R"("address": "0x22000000", "bytes": "1K")"), HasSubstr("the bit-band aliases"));
  EXPECT_THAT(memory(R"("address": "0x20004C00", "bytes": "1K")"),
              HasSubstr("more (1024 bytes at 0x20004c00) and SRAM (20480 bytes at 0x20000000) overlap"));
  EXPECT_THAT(memory(R"("address": "0x30000000", "bytes": "1K", "aliases": ["0x08000000"])"),
              HasSubstr("overlap; move or shorten one"));
  EXPECT_THAT(memory(R"("address": "0x30000000", "bytes": "65M")"), HasSubstr("key \"bytes\": is \"65M\""));
  EXPECT_THAT(memory(R"("address": "0x30000000", "bytes": 1500)"), HasSubstr("a multiple of 1024"));
  EXPECT_THAT(memory(R"("address": "0xFFFFFC01", "bytes": "1K")"), HasSubstr("a multiple of 1024"));
  EXPECT_THAT(memory(R"("address": "0x30000000", "bytes": "1K", "rights": "wx")"),
              HasSubstr("give r, rw, rx"));
  EXPECT_THAT(memory(R"("address": "0x30000000", "bytes": "1K", "wait_states": 3)"),
              HasSubstr("not modelled"));
  EXPECT_THAT(memory(R"("address": "0x30000000")"), HasSubstr("memory 3: key \"bytes\": is missing"));
  EXPECT_THAT(memory(R"("address": "0x30000000", "bytes": "1K", "size": 3)"), HasSubstr("is not known"));
  EXPECT_THAT(Error(WithMemories("")), HasSubstr("there is no memory; give"));
  EXPECT_THAT(
      Error(Entry(R"(, "registers": ["space 0x20000000 0x1000"])")),
      HasSubstr("SRAM (20480 bytes at 0x20000000) lies in a space of peripherals, 0x20000000 to 0x20000fff"));
  std::string many = kMemories;
  for (int k = 0; k < 4; ++k)
    many += ", {\"name\": \"m" + std::to_string(k) + "\", \"address\": \"" + Hex(0x60000000u + (k << 26)) +
            "\", \"bytes\": \"64M\"}";
  EXPECT_THAT(Error(WithMemories(many)), HasSubstr("at most 256M"));
  EXPECT_THAT(Error(R"({"boards": [{"name": "m3", "core": "m3"}]})"), HasSubstr("choose another"));
  EXPECT_THAT(Error(R"({"boards": [{"name": "a b", "core": "m3"}]})"), HasSubstr("use letters"));
  EXPECT_THAT(Error(R"({"boards": [{"name": "a", "core": "m5"}]})"), HasSubstr("known are m0, m0plus, m3"));
  const std::string entry = Entry().substr(12, Entry().size() - 14);
  EXPECT_THAT(Error("{\"boards\": [" + entry + ", " + entry + "]}"), HasSubstr("is there twice"));
}

TEST(BoardFile, NoTextCrashesTheReader) {
  std::ifstream file(ATOME_SOURCE_DIR "/emulation/boards/boards.json");
  const std::string whole{std::istreambuf_iterator<char>(file), {}};
  ASSERT_GT(whole.size(), 10000u);
  std::mt19937 random(1);
  std::string error;
  for (int round = 0; round < 300; ++round) {
    std::string text = whole.substr(0, 2000) + "]}";
    for (int change = 0; change < 1 + round % 4; ++change) {
      const size_t at = random() % text.size();
      if (round % 3 == 0)
        text.erase(at, random() % 40);
      else
        text[at] = static_cast<char>(round % 3 == 1 ? random() : "0129\"{}[],:-eE"[random() % 14]);
    }
    if (const auto boards = ReadBoards(text, "mine.json", error); !boards) {
      EXPECT_THAT(error, StartsWith("mine.json: "));
    }
  }
}

// Who walks a value does so by recursion.
TEST(BoardFile, RefusesWhatIsNestedTooDeep) {
  const auto nested = [](size_t depth) {
    return "{\"boards\": [" + std::string(depth, '[') + std::string(depth, ']') + "]}";
  };
  EXPECT_THAT(Error(nested(300'000)), HasSubstr("nested too deep; write it flatter"));
  EXPECT_THAT(Error(std::string(100'000, '[')), HasSubstr("nested too deep"));
  EXPECT_THAT(Error(nested(10)), ::testing::Not(HasSubstr("nested")));
}

// A message quotes the file, which must not give orders to a terminal: ESC [ is one, and so is U+009B.
TEST(BoardFile, AMessageHasNoControlCharacters) {
  EXPECT_THAT(Error(R"({"\u001b[2J": 1, "boards": []})"), HasSubstr("\"\\x1b[2J\""));
  EXPECT_THAT(Error("{\"boards\": \x7F}"), ::testing::Not(HasSubstr("\x7F")));
  EXPECT_THAT(Error(R"({"a\u009b2J": 1, "boards": []})"), ::testing::Not(HasSubstr("\xC2\x9B")));
}

TEST(BoardFile, ANameThatIsTakenIsRefused) {
  const auto named = [](const std::string& name) {
    std::string text = WithMemories(
        R"({"name": "flash", "address": 0, "bytes": "64K"}, {"name": "SRAM", "address": "0x20000000", "bytes": 20480})");
    text.replace(text.find("mine"), 4, name);
    // As the tests of all boards want it.
    return text.insert(text.find("\"core\""), R"("flash_path": "none", "note": "of a test", )");
  };
  EXPECT_THAT(AddBoards(named("bluepill"), "mine.json"),
              HasSubstr("mine.json: board \"bluepill\": there is a board of this name; choose another"));
  EXPECT_EQ(FindBoard("mine"), nullptr);
  EXPECT_EQ(AddBoards(named("mine"), "mine.json"), "");
  ASSERT_NE(FindBoard("mine"), nullptr);
  EXPECT_EQ(FindBoard("mine")->memories[1].bytes, 20480u);
  EXPECT_THAT(AddBoards(named("mine"), "mine.json"), HasSubstr("there is a board of this name"));
}

}  // namespace
}  // namespace atome::emulation
