#include "emulation/unicorn/rtt.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "emulation/boards/core.h"
#include "emulation/machine/limits.h"

namespace atome::emulation {
namespace {

constexpr uint32_t kBlock = kRamAddress + 0x1000;
constexpr uint32_t kUp = kBlock + 24, kDown = kBlock + 48;
constexpr uint32_t kUpBuffer = kRamAddress + 0x2000, kDownBuffer = kRamAddress + 0x3000;
constexpr uint32_t kWrite = 12, kRead = 16;

class RttTest : public ::testing::Test {
 protected:
  void Put(uint32_t address, std::string_view text) {
    std::ranges::copy(text, memory_.Writable(address, static_cast<uint32_t>(text.size())));
  }
  // One up and one down ring of 8 bytes each.
  void MakeBlock() {
    memory_.SetWord(kBlock + 16, 1);
    memory_.SetWord(kBlock + 20, 1);
    for (const auto& [ring, buffer] : {std::pair{kUp, kUpBuffer}, std::pair{kDown, kDownBuffer}}) {
      memory_.SetWord(ring + 4, buffer);
      memory_.SetWord(ring + 8, 8);
    }
    Put(kBlock, std::string_view("SEGGER RTT\0\0\0\0\0\0", 16));
  }

  GuestMemory memory_{MapOf(*FindCore("m3"))};
  std::optional<std::string> input_ = "12345678abc";
  Console console_{kAllConsoles, input_};
  Rtt rtt_{memory_, console_};
};

TEST_F(RttTest, TheUpRingIsEmptiedAsItIsFilled) {
  rtt_.SetBlock(kBlock);
  EXPECT_TRUE(rtt_.OnStore(kUp + kWrite, 3)) << "there is no block yet";
  MakeBlock();
  Put(kUpBuffer, "abc");
  EXPECT_TRUE(rtt_.OnStore(kUp + kWrite, 3));
  memory_.SetWord(kUp + kWrite, 3);
  EXPECT_EQ(memory_.Word(kUp + kRead), 3u);
  Put(kUpBuffer, "fgcde");
  std::ranges::copy(std::string_view("deABC"), memory_.Writable(kUpBuffer + 3, 5));
  EXPECT_TRUE(rtt_.OnStore(kUp + kWrite, 2)) << "behind the end it goes on in front";
  EXPECT_EQ(memory_.Word(kUp + kRead), 2u);
  EXPECT_TRUE(rtt_.OnStore(kUp + kRead, 7)) << "another word";
  EXPECT_EQ(console_.TakeOutput(), "abcdeABCfg");
}

TEST_F(RttTest, TheDownRingIsFilledWhenTheProgramLooks) {
  MakeBlock();
  ASSERT_TRUE(rtt_.Find(kRamAddress, 0x4000));
  EXPECT_EQ(rtt_.block(), kBlock);
  rtt_.OnLoad(kUp + kWrite);
  EXPECT_EQ(memory_.Word(kDown + kWrite), 0u) << "another ring";
  rtt_.OnLoad(kDown + kWrite);
  EXPECT_EQ(memory_.Word(kDown + kWrite), 7u) << "one byte stays free";
  memory_.SetWord(kDown + kRead, 5);
  rtt_.OnLoad(kDown + kWrite);
  EXPECT_EQ(memory_.Word(kDown + kWrite), 3u);
  EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(memory_.Readable(kDownBuffer, 8)), 8), "abc45678");
  EXPECT_FALSE(console_.has_input());
}

TEST_F(RttTest, ABlockWithoutASymbolIsFound) {
  EXPECT_FALSE(rtt_.Find(kRamAddress, 0x4000));
  Put(kBlock - 0x401, std::string_view("SEGGER RTT\0\0\0\0\0\0", 16));
  EXPECT_FALSE(rtt_.Find(kRamAddress, 0x4000)) << "not at a word";
  MakeBlock();
  EXPECT_FALSE(rtt_.Find(kBlock + 4, 0x100)) << "elsewhere";
  EXPECT_FALSE(rtt_.Find(kRamAddress, 0xFFFFFFFF));
  EXPECT_TRUE(rtt_.Find(kRamAddress, 0x4000));
  Put(kUpBuffer, "late");
  memory_.SetWord(kUp + kWrite, 4);
  EXPECT_TRUE(rtt_.Empty());
  EXPECT_EQ(console_.TakeOutput(), "late");
}

TEST_F(RttTest, OffsetsAndCountsHaveLimits) {
  const struct {
    uint32_t ups, downs, size, write, read;
    bool sound;
  } kRows[] = {{1, 1, 8, 7, 0, true},  {1, 1, 8, 8, 0, false},  {1, 1, 8, 3, 7, true},
               {1, 1, 8, 3, 8, false}, {16, 1, 8, 3, 0, true},  {17, 1, 8, 3, 0, false},
               {1, 16, 8, 3, 0, true}, {1, 17, 8, 3, 0, false}, {0, 1, 8, 3, 0, false},
               {1, 0, 8, 3, 0, true},  {1, 1, 1, 0, 0, true},   {1, 1, 0, 0, 0, false},
               {1, 1, 4, 3, 0, true}};
  for (const auto& row : kRows) {
    MakeBlock();
    memory_.SetWord(kBlock + 16, row.ups);
    memory_.SetWord(kBlock + 20, row.downs);
    memory_.SetWord(kUp + 8, row.size);
    memory_.SetWord(kUp + kWrite, row.write);
    memory_.SetWord(kUp + kRead, row.read);
    EXPECT_EQ(rtt_.Find(kBlock, 0x1000), row.sound)
        << row.ups << " " << row.downs << " " << row.size << " " << row.write << " " << row.read;
  }
  // A buffer up to the end of RAM.
  const uint32_t end = kRamAddress + memory_.map().ram().bytes;
  for (const uint32_t begin : {end - 8, end - 7}) {
    MakeBlock();
    for (const uint32_t at : {kUp + kWrite, kUp + kRead}) memory_.SetWord(at, 0);
    memory_.SetWord(kUp + 4, begin);
    EXPECT_EQ(rtt_.Find(kBlock, 0x1000), begin == end - 8);
  }
  MakeBlock();
  rtt_.SetBlock(kBlock);
  for (const uint32_t value : {8u, 9u}) {
    EXPECT_TRUE(rtt_.OnStore(kUp + kWrite, value));
    EXPECT_EQ(memory_.Word(kUp + kRead), 0u) << "outside of its ring: " << value;
  }
  EXPECT_TRUE(rtt_.OnStore(kUp + kWrite, 7));
  EXPECT_EQ(memory_.Word(kUp + kRead), 7u);
}

TEST_F(RttTest, ThereMayBeNoRoomForOutput) {
  MakeBlock();
  rtt_.SetBlock(kBlock);
  ASSERT_TRUE(console_.Print(kRttConsole, std::string(kOutputLimitBytes - 3, 'x')));
  EXPECT_TRUE(rtt_.OnStore(kUp + kWrite, 3)) << "exactly what there is room for";
  EXPECT_FALSE(rtt_.OnStore(kUp + kWrite, 4));
  EXPECT_EQ(console_.TakeOutput().size(), kOutputLimitBytes);
}

TEST_F(RttTest, NothingInTheBlockIsTrusted) {
  MakeBlock();
  rtt_.SetBlock(kBlock);
  const auto tries = [&](uint32_t address, uint32_t value) {
    const uint32_t before = memory_.Word(address).value_or(0);
    memory_.SetWord(address, value);
    EXPECT_TRUE(rtt_.OnStore(kUp + kWrite, 4));
    EXPECT_TRUE(rtt_.OnStore(kUp + kWrite, 0xFFFFFFFF));
    EXPECT_TRUE(rtt_.Empty());
    rtt_.OnLoad(kDown + kWrite);
    memory_.SetWord(address, before);
  };
  for (const uint32_t ring : {kUp, kDown}) {
    for (const uint32_t buffer :
         {0x90000000u, 0xFFFFFFFFu, kRamAddress + memory_.map().ram().bytes - 2, kBlock})
      tries(ring + 4, buffer);
    for (const uint32_t value : {0u, 1u, 0x80000000u, 0xFFFFFFFFu}) {
      tries(ring + 8, value);
      tries(ring + kRead, value);
      tries(ring + kWrite, value);
    }
  }
  for (const uint32_t count : {0u, 17u, 0xFFFFFFFFu}) {
    tries(kBlock + 16, count);
    tries(kBlock + 20, count);
  }
  for (const uint32_t block : {0u, 0xFFFFFFF0u, kRamAddress + memory_.map().ram().bytes - 16}) {
    Rtt elsewhere(memory_, console_);
    elsewhere.SetBlock(block);
    EXPECT_TRUE(elsewhere.OnStore(block + 36, 4));
    elsewhere.OnLoad(block + 36);
    EXPECT_TRUE(elsewhere.Empty());
  }
}

}  // namespace
}  // namespace atome::emulation
