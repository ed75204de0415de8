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

// Rule 2 in its own words: the products of halves that are not 0, high by low counted apart from low by high.
// One row a pair of operands, the halves of the first and the second.
TEST(LongMultiplyCycles, CountEachProductOfHalves) {
  const struct {
    bool a_high, a_low, b_high, b_low;
    int product, sum;
  } kRows[] = {
      {0, 0, 0, 0, 3, 3}, {0, 0, 0, 1, 3, 3}, {0, 0, 1, 0, 3, 3}, {0, 0, 1, 1, 3, 3},
      {0, 1, 0, 0, 3, 3}, {0, 1, 0, 1, 3, 3}, {0, 1, 1, 0, 4, 5}, {0, 1, 1, 1, 4, 5},
      {1, 0, 0, 0, 3, 3}, {1, 0, 0, 1, 4, 5}, {1, 0, 1, 0, 3, 5}, {1, 0, 1, 1, 4, 6},
      {1, 1, 0, 0, 3, 3}, {1, 1, 0, 1, 4, 5}, {1, 1, 1, 0, 4, 6}, {1, 1, 1, 1, 5, 7},
  };
  for (const auto& row : kRows) {
    // Halves at both ends of what is not 0; of signed operands none is negative.
    for (const uint32_t half : {1u, 0x7FFFu}) {
      const uint32_t a = (row.a_high ? half << 16 : 0) | (row.a_low ? half : 0);
      const uint32_t b = (row.b_high ? half << 16 : 0) | (row.b_low ? half : 0);
      for (const bool is_signed : {false, true}) {
        EXPECT_EQ(LongMultiplyCycles(false, a, b, is_signed), row.product) << std::hex << a << " " << b;
        EXPECT_EQ(LongMultiplyCycles(true, a, b, is_signed), row.sum) << std::hex << a << " " << b;
      }
    }
    // A negative operand counts as the first one's high half by the second one's low, unless a factor is 0.
    const uint32_t a = (row.a_high ? 0x80000000 : 0) | (row.a_low ? 1 : 0);
    const uint32_t b = (row.b_high ? 0x10000 : 0) | (row.b_low ? 1 : 0);
    const bool negative = row.a_high && b != 0;
    const int first = 3 + (row.a_low && row.b_high) + (negative || (row.a_high && row.b_low));
    const int second = 3 + (row.b_low && row.a_high) + (negative || (row.b_high && row.a_low));
    EXPECT_EQ(LongMultiplyCycles(false, a, b, true), first) << std::hex << a << " " << b;
    EXPECT_EQ(LongMultiplyCycles(false, b, a, true), second) << std::hex << b << " " << a;
    EXPECT_EQ(LongMultiplyCycles(false, a, b, false), row.product) << std::hex << a << " " << b;
  }
}

TEST(DivideCycles, ChangeAtEachBit) {
  // Of a dividend of so many bits by a divisor of 8 bits: 3 below, then 1 more for every four bits.
  const int cycles[] = {3, 3, 3, 3, 3, 3, 3, 5, 5, 5, 5, 6,  6,  6,  6,  7,
                        7, 7, 7, 8, 8, 8, 8, 9, 9, 9, 9, 10, 10, 10, 10, 11};
  for (int bits = 1; bits <= 32; ++bits) {
    for (const uint32_t divisor : {0x80u, 0xFFu}) {
      const uint32_t least = 1u << (bits - 1), most = 0xFFFFFFFFu >> (32 - bits);
      EXPECT_EQ(DivideCycles(least, divisor, false), cycles[bits - 1]) << least << " " << divisor;
      EXPECT_EQ(DivideCycles(most, divisor, false), cycles[bits - 1]) << most << " " << divisor;
      if (bits == 32) continue;
      EXPECT_EQ(DivideCycles(most, divisor, true), cycles[bits - 1]) << most << " " << divisor;
      EXPECT_EQ(DivideCycles(0u - most, divisor, true), cycles[bits - 1]) << "-" << most << " " << divisor;
      // ~divisor: of -129 to -256 it has 8 bits.
      EXPECT_EQ(DivideCycles(most, 0u - (divisor + 1), true), cycles[bits - 1]) << most << " -" << divisor;
    }
  }
}

// In front of a handler, behind it, from one to the next, the FPU's registers, and how late a store that
// pends is seen. Arm, A Beginner's Guide on Interrupt Latency (12 in on Cortex-M3, M4 and M7, 16 on M0, 15 on
// M0+); Arm application note 298 (29 instead of 12 with the FPU's registers); out, to the next and late:
// recorded on a CC2650, of M0 and M0+ the model's own.
TEST(ExceptionCosts, AreThoseOfTheirCore) {
  const struct {
    const char* core;
    int entry, exit, tail_chain, floats, pend;
  } kRows[] = {{"m0", 16, 13, 11, 17, 1}, {"m0plus", 15, 12, 10, 17, 1}, {"m3", 12, 10, 8, 17, 3},
               {"m4", 12, 10, 8, 17, 3},  {"m4f", 12, 10, 8, 17, 3},     {"m7", 12, 10, 8, 17, 3}};
  for (const auto& row : kRows) {
    const ExceptionCosts& costs = FindTimingCore(row.core)->exceptions;
    EXPECT_EQ(costs.entry, row.entry) << row.core;
    EXPECT_EQ(costs.exit, row.exit) << row.core;
    EXPECT_EQ(costs.tail_chain, row.tail_chain) << row.core;
    EXPECT_EQ(costs.floats, row.floats) << row.core;
    EXPECT_EQ(costs.pend, row.pend) << row.core;
  }
  const ExceptionCosts& steps = InstructionClock().exceptions;
  EXPECT_EQ(steps.entry, 1);
  EXPECT_EQ(steps.exit + steps.tail_chain + steps.floats + steps.pend, 0);
}

TEST(TimingCores, SayWhatDecidesTheirCosts) {
  const struct {
    const char* core;
    bool data, multiplier, floats, long_multiply;
  } kRows[] = {{"m0", false, true, false, false}, {"m0plus", false, true, false, false},
               {"m3", true, false, false, true},  {"m4", true, false, false, false},
               {"m4f", true, false, true, false}, {"m7", true, false, true, false}};
  for (const auto& row : kRows) {
    const TimingCore& core = *FindTimingCore(row.core);
    EXPECT_EQ(CostsDependOnData(core), row.data) << row.core;
    EXPECT_EQ(HasChosenMultiplier(core), row.multiplier) << row.core;
    EXPECT_EQ(core.has_float, row.floats) << row.core;
    using thumb::Class;
    EXPECT_EQ(HasVariableCost(core, Class::kDivide), row.data) << row.core;
    EXPECT_EQ(HasVariableCost(core, Class::kLongMultiply), row.long_multiply) << row.core;
    EXPECT_EQ(HasVariableCost(core, Class::kLongMultiplyAccumulate), row.long_multiply) << row.core;
    EXPECT_FALSE(HasVariableCost(core, Class::kMultiply)) << row.core;
    EXPECT_FALSE(HasVariableCost(core, Class::kDspMultiply)) << row.core;
  }
}

TEST(UnalignedStall, CountsBusAccesses) {
  // Of a byte, halfword and word at 0 to 3. Cores without unaligned accesses fault.
  const struct {
    const char* core;
    bool load;
    int halfword[4], word[4];
  } kRows[] = {
      {"m0", true, {0, 0, 0, 0}, {0, 0, 0, 0}}, {"m0plus", false, {0, 0, 0, 0}, {0, 0, 0, 0}},
      {"m3", true, {0, 1, 0, 1}, {0, 2, 1, 2}}, {"m3", false, {0, 1, 0, 1}, {0, 2, 1, 2}},
      {"m4", true, {0, 1, 0, 1}, {0, 2, 1, 2}}, {"m4f", false, {0, 1, 0, 1}, {0, 2, 1, 2}},
      {"m7", true, {0, 3, 0, 3}, {0, 3, 3, 3}}, {"m7", false, {0, 0, 0, 0}, {0, 0, 0, 0}},
  };
  for (const auto& row : kRows) {
    const TimingCore& core = *FindTimingCore(row.core);
    for (uint32_t at = 0; at < 4; ++at) {
      EXPECT_EQ(UnalignedStall(core, at, 1, row.load), 0) << row.core;
      EXPECT_EQ(UnalignedStall(core, at, 2, row.load), row.halfword[at]) << row.core << " " << at;
      EXPECT_EQ(UnalignedStall(core, at, 4, row.load), row.word[at]) << row.core << " " << at;
    }
  }
  EXPECT_EQ(UnalignedStall(InstructionClock(), 1, 4, true), 0);
}

}  // namespace
}  // namespace atome::timing
