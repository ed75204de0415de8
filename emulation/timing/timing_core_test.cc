#include "emulation/timing/timing_core.h"

#include <gtest/gtest.h>

#include <set>
#include <span>
#include <string_view>

#include "emulation/thumb/decode.h"
#include "emulation/timing/cycle_model.h"
#include "emulation/timing/sites.h"

namespace atome::timing {
namespace {

TEST(TimingCores, EveryEntryIsComplete) {
  std::set<std::string_view> names;
  for (const TimingCore& core : TimingCores()) {
    EXPECT_TRUE(names.insert(core.name).second) << core.name;
    EXPECT_FALSE(core.title.empty());
    EXPECT_EQ(FindTimingCore(core.name), &core);
    EXPECT_FALSE(core.rules.empty());
    for (const std::span<const Rule> rules : {core.shared_rules, core.rules}) {
      for (const Rule& rule : rules) {
        EXPECT_FALSE(rule.rule.empty());
        EXPECT_FALSE(rule.source.empty()) << rule.rule;
      }
    }
  }
  EXPECT_EQ(names, (std::set<std::string_view>{"m0", "m0plus", "m3", "m4", "m4f", "m7"}));
  EXPECT_EQ(FindTimingCore("z80"), nullptr);
}

TEST(InstructionClock, TakesAStepForEveryInstruction) {
  EXPECT_EQ(&ClockOf("m33"), &InstructionClock());
  EXPECT_EQ(&ClockOf("m3"), FindTimingCore("m3"));
  EXPECT_FALSE(CostsDependOnData(InstructionClock()));
  // ldr r0, [r1]; udiv r0, r0, r1; it eq; addeq r0, r0, r1 (skipped or not); vdiv.f32 s0, s1, s2; bx lr
  const uint16_t code[] = {0x6808, 0xFBB0, 0xF0F1, 0xBF08, 0x1840, 0xEE80, 0x0A81, 0x4770};
  CycleModel model(InstructionClock());
  const BlockId block = model.Prepare(0x100, code);
  for (uint64_t round = 0; round < 3; ++round) {
    model.Enter(block);
    EXPECT_EQ(Count(model.cycles()), 6 * round);
    EXPECT_EQ(Count(model.CyclesAt(0x10E)), 6 * round + 5) << "the branch";
  }
  EXPECT_EQ(Count(model.CyclesAtEnd()), 18u);
  EXPECT_TRUE(Sites(InstructionClock(), thumb::DecodeRun(0x100, code)).empty());
}

// Recorded on an STM32F100: silicon-facts, rule 1, and the operands of its examples.
TEST(DivideCycles, FollowsTheBitsOfItsOperands) {
  EXPECT_EQ(DivideCycles(0, 5, false), 2);
  EXPECT_EQ(DivideCycles(5, 0, false), 2);
  EXPECT_EQ(DivideCycles(0, 0, true), 2);
  EXPECT_EQ(DivideCycles(1, 2, false), 3);
  EXPECT_EQ(DivideCycles(2, 2, false), 5);
  EXPECT_EQ(DivideCycles(2, 3, false), 5) << "as many bits, though the quotient is 0";
  EXPECT_EQ(DivideCycles(3, 4, false), 3) << "one bit less";
  for (int bits = 1; bits <= 32; ++bits)
    EXPECT_EQ(DivideCycles(0xFFFFFFFFu >> (32 - bits), 1, false), 5 + (bits - 1) / 4) << bits;
  EXPECT_EQ(DivideCycles(0xFFFFFFFF, 1, false), kLongestDivide);
}

TEST(DivideCycles, SignedOnesCountMagnitudes) {
  const auto minus = [](uint32_t v) { return 0u - v; };
  EXPECT_EQ(DivideCycles(minus(9), 3, true), DivideCycles(9, 3, true));
  EXPECT_EQ(DivideCycles(minus(9), 3, false), 12) << "a large number without its sign";
  // ~divisor has a bit less than the magnitude of a negative power of two.
  EXPECT_EQ(DivideCycles(8, 8, true), 5);
  EXPECT_EQ(DivideCycles(8 << 3, minus(8), true), 5 + (7 - 3) / 4);
  EXPECT_EQ(DivideCycles(8 << 3, 8, true), 5);
  EXPECT_EQ(DivideCycles(0x80000000, 0xFFFFFFFF, true), 5 + (31 - 0) / 4);
  EXPECT_EQ(DivideCycles(0x80000000, 1, true), 5 + (32 - 1) / 4);
  EXPECT_EQ(DivideCycles(0x80000000, 0xF1614D3A, true), 5) << "recorded on an M4";
}

// Rule 2: which halves are 0 decides.
TEST(LongMultiplyCycles, FollowTheHalvesOfTheirOperands) {
  EXPECT_EQ(LongMultiplyCycles(false, 0xFFFF, 0xFFFF, false), 3);
  EXPECT_EQ(LongMultiplyCycles(false, 0x10000, 0x10000, false), 3) << "high halves alone do not cross";
  EXPECT_EQ(LongMultiplyCycles(false, 0xFFFF, 0x10000, false), 4);
  EXPECT_EQ(LongMultiplyCycles(false, 0x10001, 0x10001, false), 5);
  EXPECT_EQ(LongMultiplyCycles(true, 1, 1, false), 3);
  EXPECT_EQ(LongMultiplyCycles(true, 0x10000, 0x10000, false), 5);
  EXPECT_EQ(LongMultiplyCycles(true, 0xFFFF, 0x10000, false), 5);
  EXPECT_EQ(LongMultiplyCycles(true, 0x10001, 0x10001, false), 7);
  EXPECT_EQ(LongMultiplyCycles(false, 0xFFFF0000, 0x10000, true), 4) << "negative";
  EXPECT_EQ(LongMultiplyCycles(false, 0xFFFF0000, 0, true), 3) << "but times 0";
  EXPECT_EQ(LongMultiplyCycles(true, 0, 0xFFFFFFFF, true), 3);
}

TEST(UnalignedStall, CountsBusAccesses) {
  const TimingCore& m4 = *FindTimingCore("m4");
  const uint8_t words[] = {0, 2, 1, 2};
  for (uint32_t at = 0; at < 4; ++at) EXPECT_EQ(UnalignedStall(m4, at, 4, true), words[at]) << at;
  EXPECT_EQ(UnalignedStall(m4, 2, 2, false), 0);
  EXPECT_EQ(UnalignedStall(m4, 3, 2, false), 1);
  EXPECT_EQ(UnalignedStall(m4, 3, 1, false), 0);
  EXPECT_EQ(UnalignedStall(*FindTimingCore("m7"), 2, 4, true), 3);
  EXPECT_EQ(UnalignedStall(*FindTimingCore("m7"), 2, 4, false), 0);
}

}  // namespace
}  // namespace atome::timing
