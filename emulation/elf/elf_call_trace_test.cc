#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "emulation/testing/frames.h"

namespace atome::emulation {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

class CallTraceTest : public FramesTest {};

TEST_F(CallTraceTest, GoesThroughFramesOfEveryKind) {
  EXPECT_THAT(Trace(), ElementsAre("leaf", "guessed", "framed", "outer", "reset"));
}

TEST_F(CallTraceTest, PlacesAreThoseOfTheCalls) {
  const std::vector<CallFrame> trace = image_->CallTrace(registers_, Reader());
  ASSERT_THAT(trace, SizeIs(5));
  EXPECT_THAT(trace[0].place, MatchesRegex("leaf\\+0x0 \\(call_frames\\.S:[0-9]+\\)"));
  EXPECT_EQ(trace[1].pc, At("guessed_return") - 4);  // BL
  EXPECT_THAT(trace[1].place, MatchesRegex("guessed\\+0x4 \\(call_frames\\.S:[0-9]+\\)"));
  EXPECT_EQ(trace[3].pc, At("outer_return") - 2);  // BLX
  EXPECT_EQ(trace[4].pc, At("reset"));
}

TEST_F(CallTraceTest, StartsAnywhereInAFunction) {
  registers_[13] = kSp;
  registers_[14] = 0;
  for (const char* here : {"guessed_return", "guessed_second_return"}) {  // the second behind an early return
    registers_[15] = At(here);
    EXPECT_THAT(Trace(), ElementsAre("guessed", "framed", "outer", "reset")) << here;
  }
  // In front of the first instruction nothing is pushed yet.
  registers_[13] = kSp + 20;
  registers_[14] = At("framed_return") | 1;
  registers_[15] = At("guessed");
  EXPECT_THAT(Trace(), ElementsAre("guessed", "framed", "outer", "reset"));
  registers_[13] = kSp + 20 + 24;
  registers_[14] = At("outer_return") | 1;
  registers_[15] = At("framed");
  EXPECT_THAT(Trace(), ElementsAre("framed", "outer", "reset"));
}

// DW_CFA_register (DWARF 5, 6.4.2.3): a register's value is in another one.
TEST_F(CallTraceTest, TheReturnAddressMayBeInARegister) {
  const uint32_t sp = kFramedSlot + 4 - 8;  // outer's frame is above
  registers_[6] = At("outer_return") | 1;
  registers_[13] = sp;
  registers_[14] = 0;
  registers_[15] = At("kept_call");
  EXPECT_THAT(Trace(), ElementsAre("kept", "outer", "reset"));
}

TEST_F(CallTraceTest, AFrameMayBeFoundByTheFirstRegister) {
  registers_[0] = 0xDEADBEEF;
  registers_[13] = kSp;
  registers_[14] = 0;
  registers_[15] = At("keeps_first_call");
  ram_[kSp] = kSp + 32;  // r0 of by_first
  ram_[kSp + 4] = At("by_first_return") | 1;
  ram_[kSp + 36] = (At("reset") + 4) | 1;
  EXPECT_THAT(Trace(), ElementsAre("keeps_first", "by_first", "reset"));
}

TEST_F(CallTraceTest, EndsWhereTheStackIsDamaged) {
  const uint32_t good = ram_[kFramedSlot];
  for (const uint32_t bad : {0xDEADBEEFu, good & ~1u, good + 2, 0x20000F01u, 0x00000041u}) {
    ram_[kFramedSlot] = bad;
    const std::vector<CallFrame> trace = image_->CallTrace(registers_, Reader());
    ASSERT_THAT(trace, SizeIs(4)) << bad;
    EXPECT_THAT(trace[3].place, HasSubstr(", no return address: the stack is damaged"));
    EXPECT_EQ(trace[3].pc, bad);
  }
  ram_.erase(kFramedSlot);
  EXPECT_THAT(Trace(), ElementsAre("leaf", "guessed", "framed"));
  registers_[7] = 0x20000F29;  // odd
  EXPECT_THAT(Trace(), ElementsAre("leaf", "guessed", "framed"));
  registers_[7] = kSp - 64;  // a caller below its callee
  ram_[kSp - 60] = At("outer_return") | 1;
  EXPECT_THAT(Trace(), ElementsAre("leaf", "guessed", "framed"));
}

TEST_F(CallTraceTest, NothingFromNowhere) {
  registers_[15] = 0x20000000;
  EXPECT_THAT(Trace(), ElementsAre("0x20000000"));
  registers_[15] = At("leaf");
  registers_[14] = 0xFFFFFFFF;
  EXPECT_THAT(Trace(), ElementsAre("leaf"));
}

TEST_F(CallTraceTest, DoesNotTrustAStaleLinkRegister) {
  // reset has called before and pushed nothing: it has no caller.
  registers_[15] = At("reset") + 4;
  registers_[14] = (At("reset") + 4) | 1;
  EXPECT_THAT(Trace(), ElementsAre("reset"));
  registers_[15] = At("reset");  // in the call itself
  EXPECT_THAT(Trace(), ElementsAre("reset"));
}

TEST_F(CallTraceTest, FoldsRecursion) {
  registers_[15] = At("recursive");
  registers_[14] = At("recursive_return") | 1;
  const uint32_t top = kSp + 8 * 20;
  for (uint32_t sp = kSp; sp < top; sp += 8) ram_[sp + 4] = At("recursive_return") | 1;
  ram_[top - 4] = (At("reset") + 4) | 1;
  const std::vector<CallFrame> trace = image_->CallTrace(registers_, Reader());
  ASSERT_THAT(trace, SizeIs(3));  // where it ends, the calls, reset
  EXPECT_EQ(trace[1].pc, At("recursive_return") - 4);
  EXPECT_EQ(trace[1].repeats, 19u);
  EXPECT_EQ(trace[1].repeat_frames, 1u);
  EXPECT_THAT(trace[2].place, HasSubstr("reset"));
}

TEST_F(CallTraceTest, IsBounded) {
  // Memory everywhere, each word a return address.
  const uint32_t back = At("recursive_return") | 1;
  registers_[13] = 0x20000000;
  registers_[14] = back;
  registers_[15] = At("recursive");
  const MemoryReader endless = [&](uint32_t address) -> std::optional<uint32_t> {
    return address >= 0x20000000 ? std::optional<uint32_t>(back) : image_->WordAt(address);
  };
  const std::vector<CallFrame> trace = image_->CallTrace(registers_, endless);
  ASSERT_THAT(trace, SizeIs(3));
  EXPECT_EQ(trace[2].place, "further callers, left out");
}

TEST_F(CallTraceTest, SurvivesNoise) {
  std::mt19937 random(1);
  const uint32_t returns[] = {At("outer_return") | 1, At("framed_return") | 1, At("guessed_return") | 1,
                              At("recursive_return") | 1, (At("reset") + 4) | 1};
  for (int i = 0; i < 300; ++i) {
    for (auto& [address, word] : ram_) {
      word = random() % 3 == 0 ? static_cast<uint32_t>(random()) : returns[random() % 5];
    }
    for (uint32_t& value : registers_) {
      value = random() % 2 == 0 ? static_cast<uint32_t>(random()) : 0x20000F00 + random() % 256;
    }
    if (i % 2 == 0) registers_[15] = At("reset") + random() % 128;
    EXPECT_LE(image_->CallTrace(registers_, Reader()).size(), 70u);
  }
}

TEST_F(CallTraceTest, SurvivesADamagedElf) {
  std::mt19937 random(1);
  const std::string good = GuestElf("crash_flash_m3");
  const uint32_t crash = GuestSymbol("crash_flash_m3", "Crash");
  for (int i = 0; i < 2000; ++i) {
    std::string damaged = good;
    const int flips = 1 + static_cast<int>(random() % 8);
    for (int j = 0; j < flips; ++j) damaged[random() % damaged.size()] = static_cast<char>(random());
    std::string error;
    const auto image = ElfImage::Read(damaged, "damaged.elf", error);
    if (image == nullptr) continue;
    for (uint32_t pc = crash; pc < crash + 80; pc += 16) {
      std::array<uint32_t, 16> registers{};
      registers.fill(0x20000F00);
      registers[14] = 0x51;
      registers[15] = pc;
      image->CallTrace(registers, [&](uint32_t address) -> std::optional<uint32_t> {
        return address >= 0x20000000 ? std::optional<uint32_t>(0x51 + (address & 30))
                                     : image->WordAt(address);
      });
    }
  }
}

TEST(CallTrace, ShowsInlinedFunctions) {
  ATOME_REQUIRE_GUESTS();
  const auto image = GuestImage("crash_undefined_m3");
  ASSERT_NE(image, nullptr);
  std::array<uint32_t, 16> registers{};
  registers[13] = 0x20001000;
  // UDF #42
  uint32_t pc = image->FindSymbol("Crash").value();
  while (image->HalfwordAt(pc) != 0xDE2A) pc += 2;
  registers[15] = pc;
  const auto trace = image->CallTrace(registers, [&](uint32_t address) { return image->WordAt(address); });
  ASSERT_THAT(trace, SizeIs(2));
  EXPECT_TRUE(trace[0].inlined);
  EXPECT_THAT(trace[0].place, MatchesRegex("Abort \\(crash_undefined\\.c:[0-9]+\\)"));
  EXPECT_FALSE(trace[1].inlined);
  EXPECT_THAT(trace[1].place, MatchesRegex("Crash\\+0x[0-9a-f]+ \\(crash_undefined\\.c:[0-9]+\\)"));
  EXPECT_EQ(trace[1].pc, trace[0].pc);
}

}  // namespace
}  // namespace atome::emulation
