// One routine a rule on Cortex-M0 and Cortex-M0+, from table 3-1 of their Technical Reference Manuals.
#include <gtest/gtest.h>

#include "emulation/timing/testing/routine.h"

namespace atome::timing {
namespace {

struct Rule {
  const char* name;
  Routine routine;
  uint64_t m0;
  uint64_t m0plus;
};

class M0 : public testing::TestWithParam<Rule> {};

TEST_P(M0, CostsWhatItsTableSays) {
  if (!CanAssemble()) GTEST_SKIP() << "arm-none-eabi-as not found (package binutils-arm-none-eabi)";
  EXPECT_EQ(Measure("m0", GetParam().routine), GetParam().m0) << "m0";
  EXPECT_EQ(Measure("m0plus", GetParam().routine), GetParam().m0plus) << "m0plus";
}

const Rule kRules[] = {
    // 1 each.
    {"Alu",
     {"adds r0, r1, r2\n lsls r0, r0, #3\n sxtb r1, r0\n rev r2, r1\n nop\n cpsid i", {}, {}, {}},
     6,
     6},
    // The single-cycle multiplier.
    {"Multiply", {"muls r0, r1, r0", {}, {}, {}}, 1, 1},
    // 2 each, without overlap or interlock; a load's result may be used at once (jnk0le/random,
    // cortex_m0.md).
    {"Load",
     {"ldr r0, [r1]\n ldrb r0, [r0, r2]\n ldrsh r3, [r1, r2]\n ldr r4, [sp, #4]\n ldr r5, [pc, #4]\n adds "
      "r5, r5",
      {},
      {},
      {}},
     11,
     11},
    {"Store", {"str r0, [r1]\n strb r0, [r1, r2]\n strh r0, [r1, #2]", {}, {}, {}}, 6, 6},
    // 1 + N.
    {"Multiple", {"push {r0-r3, lr}\n ldm r4!, {r0-r2}\n stm r4!, {r0, r1}\n pop {r0}", {}, {}, {}}, 15, 15},
    // 4 + N and 3 + N.
    {"PopPc", {"pop {r0, r1, pc}\n nop\nend:", {}, {}, {}}, 7, 6},
    {"PopPcAlone", {"pop {pc}\n nop\nend:", {}, {}, {}}, 5, 4},
    {"PopAllAndPc", {"pop {r0-r7, pc}\n nop\nend:", {}, {}, {}}, 13, 12},
    // Taken 3 and 2, not taken 1.
    {"Branch", {"b end\n nop\n nop\nend:", {}, {}, {}}, 3, 2},
    {"ConditionalBranch", {"beq end\n bne end\n nop\n nop\nend:", "NT", {}, {}}, 4, 3},
    {"Loop", {"1: subs r0, #1\n bne 1b", "TTTN", {}, {}}, 14, 11},
    {"Call", {"bl end\n nop\n nop\nend:", {}, {}, {}}, 4, 3},
    {"Return", {"bx lr\n nop\nend:", {}, {}, {}}, 3, 2},
    {"IndirectCall", {"blx r0\n nop\nend:", {}, {}, {}}, 3, 2},
    {"MovePc", {"mov pc, r0\n nop\nend:", {}, {}, {}}, 3, 2},
    {"AddPc", {"add pc, r0\n nop\nend:", {}, {}, {}}, 3, 2},
    // 4 and 3 each.
    {"Status", {"mrs r0, primask\n msr primask, r0\n dmb\n dsb\n isb", {}, {}, {}}, 20, 15},
    {"Wait", {"wfi\n wfe\n sev", {}, {}, {}}, 5, 5},
};

INSTANTIATE_TEST_SUITE_P(Rules, M0, testing::ValuesIn(kRules), [](const testing::TestParamInfo<Rule>& rule) {
  return std::string(rule.param.name);
});

// An exception comes behind any instruction, which then costs what it costs.
TEST(M0Flow, MayGoElsewhereBehindAnyInstruction) {
  const struct {
    uint16_t instruction;
    uint64_t cycles;
  } kRows[] = {{0x2001, 1}, {0x6808, 2}, {0xC803, 3}, {0xE7FE, 3}, {0xD0FE, 3}, {0x4700, 3}};
  for (const auto& row : kRows) {
    CycleModel model(*FindTimingCore("m0"));
    const uint16_t code[] = {row.instruction};
    model.Enter(model.Prepare(0x1000, code));
    model.Enter(model.Prepare(0x2000, code));
    EXPECT_EQ(Count(model.cycles()), row.cycles) << std::hex << row.instruction;
  }
}

TEST(M0Multiplier, SmallOneTakes32) {
  TimingCore core = *FindTimingCore("m0");
  core.costs.multiply = 32;
  CycleModel model(core);
  const uint16_t code[] = {0x4348, 0x4348};  // muls r0, r1, r0
  model.Enter(model.Prepare(0x1000, code));
  EXPECT_EQ(Count(model.CyclesAt(0x1002)), 32u);
  EXPECT_EQ(Count(model.CyclesAtEnd()), 64u);
}

}  // namespace
}  // namespace atome::timing
