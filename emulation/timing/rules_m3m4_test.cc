// One routine a rule on Cortex-M3 and Cortex-M4. Counts are of the routine's text: see testing/routine.h.
#include <gtest/gtest.h>

#include "emulation/timing/testing/routine.h"

namespace atome::timing {
namespace {

struct Rule {
  const char* name;
  Routine routine;
  uint64_t m3;
  uint64_t m4;
};

class M3M4 : public testing::TestWithParam<Rule> {};

TEST_P(M3M4, CostsWhatItsSourceSays) {
  if (!CanAssemble()) GTEST_SKIP() << "arm-none-eabi-as not found (package binutils-arm-none-eabi)";
  EXPECT_EQ(Measure("m3", GetParam().routine), GetParam().m3) << "m3";
  EXPECT_EQ(Measure("m4", GetParam().routine), GetParam().m4) << "m4";
}

// MRS, MSR and barriers have their own tests where the source leaves them open. TRM: the Technical Reference
// Manuals of Cortex-M3 (DDI 0337) and M4 (DDI 0439), instruction timings. jnk0le: cortex_m3m4.md.
const Rule kRules[] = {
    // TRM: data-processing 1 each.
    {"Alu", {"adds r0, r1, r2\n lsls r0, r0, #3\n sxtb r1, r0\n movs r2, #1", {}, {}, {}}, 4, 4},
    {"WideAluAligned",
     {"add.w r0, r1, r2\n ubfx r3, r4, #1, #2\n movw r5, #1234\n clz r6, r7", {}, {}, {}},
     4,
     4},
    {"Nop", {"nop\n nop\n nop", {}, {}, {}}, 3, 3},
    // TRM: MUL 1; MLA, MLS 2 on M3, 1 on M4.
    {"Multiply", {"muls r0, r1, r0\n mul r3, r4, r5", {}, {}, {}}, 2, 2},
    {"MultiplyAccumulate", {"mla r0, r1, r2, r3\n mls r4, r5, r6, r7", {}, {}, {}}, 4, 2},
    // TRM: LDR 2 (the next instruction neither loads nor stores).
    {"Load", {"ldr r0, [r1]\n adds r2, r2, #1", {}, {}, {}}, 3, 3},
    {"LoadUsedAtOnce", {"ldr r0, [r1]\n adds r2, r0, #1", {}, {}, {}}, 3, 3},
    // TRM: n loads take n + 1.
    {"TwoLoads", {"ldr r0, [r1]\n ldr r2, [r3]\n adds r4, r4, #1", {}, {}, {}}, 4, 4},
    {"FourLoads",
     {"ldr r0, [r1]\n ldrb r2, [r1, #4]\n ldrh r3, [r1, #8]\n ldr r4, [r1, r5]\n movs r6, #1", {}, {}, {}},
     6,
     6},
    // TRM: no overlap when the first gives the second's address: 2 + 2.
    {"LoadFeedsAddress", {"ldr r0, [r1]\n ldr r2, [r0]\n movs r4, #1", {}, {}, {}}, 5, 5},
    {"LoadFeedsIndex", {"ldr r0, [r1]\n ldr r2, [r3, r0]\n movs r4, #1", {}, {}, {}}, 5, 5},
    // jnk0le: a store behind a load removes its stall: 2 together. The data may be the load's.
    {"LoadStore", {"ldr r0, [r1]\n str r0, [r2, #4]\n movs r4, #1", {}, {}, {}}, 3, 3},
    // jnk0le: stores with immediate offset 1 each; 2 with a register offset.
    {"Store", {"str r0, [r1]\n movs r4, #1", {}, {}, {}}, 2, 2},
    {"TwoStores", {"str r0, [r1]\n strb r2, [r1, #4]\n movs r4, #1", {}, {}, {}}, 3, 3},
    {"StoreRegisterOffset", {"str r0, [r1, r2]\n movs r4, #1", {}, {}, {}}, 3, 3},
    {"LoadStoreRegisterOffset", {"ldr r0, [r1]\n str r0, [r3, r2]\n movs r4, #1", {}, {}, {}}, 4, 4},
    // jnk0le: a load behind a store waits: 1 + 1 + 2; so does LDM, 1 + 1 + 3; STM does not, 1 + 3.
    {"StoreLoad", {"str r0, [r1]\n ldr r2, [r3]\n movs r4, #1", {}, {}, {}}, 5, 5},
    {"StoreLoadMultiple", {"str r0, [r1]\n ldm r3!, {r4, r5}\n movs r4, #1", {}, {}, {}}, 6, 6},
    {"StoreLoadDual", {"str r0, [r1]\n ldrd r4, r5, [r3]\n movs r4, #1", {}, {}, {}}, 6, 6},
    {"StoreLoadPc", {"str r0, [r1]\n ldr pc, [r3]\nend:", {}, {}, {}}, 7, 7},
    {"StorePopPc", {"str r0, [r1]\n pop {r3, pc}\nend:", {}, {}, {}}, 8, 8},
    {"StoreTableBranch", {"str r0, [r1]\n tbb [r0, r1]\nend:", {}, {}, {}}, 8, 8},
    // jnk0le: only pre- and post-indexed stores to one base do not follow each other at once.
    {"StoreThenWriteBackStore", {"str r0, [r1]\n str r2, [r1], #4\n movs r4, #1"}, 3, 3},
    // TRM: LDR pc 5, which overlaps nothing.
    {"LoadLoadPc", {"ldr r0, [r1]\n ldr pc, [r2]\nend:"}, 7, 7},
    // Recorded: the last register of LDRD with write-back reaches an address late; without it does not, nor
    // does
    // the first.
    {"LoadDualFeedsAddress", {"ldrd r4, r5, [r6]\n ldr r0, [r5]\n movs r4, #1"}, 6, 6},
    {"LoadDualWriteBackFeedsAddress", {"ldrd r4, r5, [r6], #8\n ldr r0, [r5]\n movs r4, #1"}, 7, 7},
    {"LoadDualWriteBackFirst", {"ldrd r4, r5, [r6], #8\n ldr r0, [r4]\n movs r4, #1"}, 6, 6},
    {"StoreStoreMultiple", {"str r0, [r1]\n stm r3!, {r4, r5}\n movs r4, #1", {}, {}, {}}, 5, 5},
    // jnk0le: NOP behind a load or register-offset store is absorbed; CMP is not.
    {"LoadNop", {"ldr r0, [r1]\n nop\n movs r4, #1", {}, {}, {}}, 3, 3},
    {"LoadCompare", {"ldr r0, [r1]\n cmp r2, r3\n movs r4, #1", {}, {}, {}}, 4, 4},
    {"StoreRegisterOffsetNop", {"str r0, [r1, r2]\n nop\n movs r4, #1", {}, {}, {}}, 3, 3},
    {"StoreNop", {"str r0, [r1]\n nop\n movs r4, #1", {}, {}, {}}, 3, 3},
    // TRM: an address from the data-processing instruction before stalls 1: 1 + 1 + 2. Not one further back,
    // not
    // data to store.
    {"AddressInterlock", {"adds r1, #4\n ldr r0, [r1]\n movs r4, #1", {}, {}, {}}, 5, 5},
    {"IndexInterlock", {"adds r2, #4\n ldr r0, [r1, r2]\n movs r4, #1", {}, {}, {}}, 5, 5},
    {"StoreAddressInterlock", {"adds r1, #4\n str r0, [r1]\n movs r4, #1", {}, {}, {}}, 4, 4},
    {"NoInterlockBehindAnother",
     {"adds r1, #4\n movs r5, #1\n ldr r0, [r1]\n movs r4, #1", {}, {}, {}},
     5,
     5},
    {"NoInterlockForData", {"adds r0, #4\n str r0, [r1]\n movs r4, #1", {}, {}, {}}, 3, 3},
    // TRM: LDRD, STRD 1 + 2, LDM, STM 1 + N, not overlapped: 2 + 3, 2 + 3 + 2.
    {"LoadLoadDual", {"ldr r0, [r1]\n nop\n ldrd r2, r3, [r4]\n movs r5, #1", {}, {}, {}}, 6, 6},
    {"LoadThenLoadMultiple",
     {"ldr r0, [r1]\n ldm r4!, {r2, r3}\n ldr r5, [r1]\n movs r5, #1", {}, {}, {}},
     8,
     8},
    {"PushPop", {"push {r0-r3}\n pop {r0-r3}\n movs r5, #1", {}, {}, {}}, 11, 11},
    {"StoreDual", {"strd r2, r3, [r4]\n movs r5, #1\n movs r6, #1", {}, {}, {}}, 5, 5},
    // jnk0le: on M3 write-back loads do not chain, so 2 + 2; on M4 they do, 3, unless the base is the same.
    {"WriteBackLoads", {"ldr r0, [r1], #4\n ldr r2, [r3], #4\n movs r5, #1\n movs r6, #1", {}, {}, {}}, 6, 5},
    {"WriteBackLoadsOneBase",
     {"ldr r0, [r1], #4\n ldr r2, [r1], #4\n movs r5, #1\n movs r6, #1", {}, {}, {}},
     6,
     6},
    {"WriteBackLoadFirst", {"ldr r0, [r1], #4\n ldr r2, [r3]\n movs r5, #1\n movs r6, #1", {}, {}, {}}, 5, 5},
    {"LoadWriteBackStore",
     {"ldr r0, [r1]\n nop\n ldr r0, [r1]\n str r2, [r3], #4\n movs r5, #1", {}, {}, {}},
     6,
     5},
    {"WriteBackStoresOneBase",
     {"str r0, [r1], #4\n str r2, [r1], #4\n movs r5, #1\n movs r6, #1", {}, {}, {}},
     5,
     5},
    {"WriteBackStores",
     {"str r0, [r1], #4\n str r2, [r3], #4\n movs r5, #1\n movs r6, #1", {}, {}, {}},
     4,
     4},
    // jnk0le: overlap within one memory: a literal in flash and the stack in RAM do not.
    {"LiteralThenStack", {"ldr r0, [pc, #4]\n ldr r1, [sp]\n movs r4, #1", {}, {}, {}}, 5, 5},
    // TRM: B 1 + 1 taken, 1 not; BL 2; BX LR 2, BX and BLX 3; MOV pc 3 (refill of 1 or 2).
    {"BranchTaken", {"b end\n .balign 4\n movs r0, #1\n .balign 4\nend:", {}, {}, {}}, 2, 2},
    // Nothing is left behind a branch for the target's address to wait for.
    {"BranchToLoad", {"b 1f\n movs r1, #1\n1: ldr r3, [r0]\n movs r4, #1\nend:"}, 5, 5},
    {"BranchNotTaken", {"beq end\n movs r0, #1\n movs r1, #1\nend:", "N", {}, {}}, 3, 3},
    {"ConditionalTaken", {"beq end\n movs r0, #1\n movs r1, #1\n movs r2, #2\nend:", "T", {}, {}}, 2, 2},
    {"CompareAndBranch",
     {"cbz r0, 1f\n movs r0, #1\n1: cbnz r1, end\n .balign 4\n movs r1, #1\n movs r2, #2\nend:",
      "NT",
      {},
      {}},
     5,
     5},
    {"Call", {"bl end\n movs r0, #1\n movs r1, #1\nend:", {}, {}, {}}, 2, 2},
    {"Return", {"bx lr\n movs r1, #1\nend:", {}, {}, {}}, 2, 2},
    {"Indirect", {"bx r0\n movs r1, #1\nend:", {}, {}, {}}, 3, 3},
    {"IndirectCall", {"blx r0\n movs r1, #1\nend:", {}, {}, {}}, 3, 3},
    {"MovePc", {"mov pc, r0\n movs r1, #1\nend:", {}, {}, {}}, 3, 3},
    // Loop of SUBS, BNE: 3 a turn, 1 less in the last.
    {"Loop", {"1: subs r0, #1\n bne 1b\n", "TTTN", {}, {}}, 11, 11},
    // TRM: LDR pc 2 + 3; TBB 6. POP with pc 1 + N + 3, recorded.
    {"LoadPc", {"ldr pc, [r0]\nend:", {}, {}, {}}, 5, 5},
    {"PopPc", {"pop {r0, r1, pc}\n movs r1, #1\nend:", {}, {}, {}}, 7, 7},
    {"TableBranch", {"tbb [r0, r1]\nend:", {}, {}, {}}, 6, 6},
    {"TableBranchHalf", {"tbh [r0, r1, lsl #1]\nend:", {}, {}, {}}, 6, 6},
    // compendium.i-0.nl: a branch to a wide instruction that straddles a word costs 1 more: 2 + 1, then the
    // wide
    // instruction 1.
    {"BranchToStraddling", {"b 1f\n movs r1, #1\n movs r2, #1\n1: add.w r0, r1, r2\nend:", {}, {}, {}}, 4, 4},
    {"BranchToAlignedWide", {"b 1f\n movs r1, #1\n1: add.w r0, r1, r2\nend:", {}, {}, {}}, 3, 3},
    // Straddling wide instructions run at 1 a cycle from a full buffer; behind a multi-cycle instruction the
    // third
    // costs 1 more, a fourth nothing.
    {"Straddling",
     {"movs r7, #1\n add.w r0, r1, r2\n add.w r0, r1, r2\n add.w r0, r1, r2\n movs r6, #1", {}, {}, {}},
     5,
     5},
    {"LoadTwoStraddling",
     {"ldr r7, [r1]\n add.w r0, r1, r2\n add.w r0, r1, r2\n movs r6, #1", {}, {}, {}},
     5,
     5},
    {"LoadThreeStraddling",
     {"ldr r7, [r1]\n add.w r0, r1, r2\n add.w r0, r1, r2\n add.w r0, r1, r2\n movs r6, #1", {}, {}, {}},
     7,
     7},
    {"LoadFourStraddling",
     {"ldr r7, [r1]\n add.w r0, r1, r2\n add.w r0, r1, r2\n add.w r0, r1, r2\n add.w r0, r1, r2\n movs r6, "
      "#1",
      {},
      {},
      {}},
     8,
     8},
    // TRM, IT folding: IT 0 behind a 16-bit instruction, 1 behind a wide one; a skipped instruction 1.
    {"ItFolded", {"cmp r0, r1\n it eq\n moveq r2, r3\n movs r4, #1", {}, "E", {}}, 3, 3},
    // Behind a narrow branch that is not taken too; and what it hides has not written LR.
    {"ItBehindBranch", {"beq end\n it eq\n moveq r2, r3\n movs r4, #1\nend:", "N", "E"}, 3, 3},
    {"ItReturn", {"cmp r0, r1\n it eq\n bxeq lr\n movs r1, #1\nend:", "T"}, 3, 3},
    {"ItNotFolded", {"cmp.w r0, r1\n it eq\n moveq r2, r3\n movs r4, #1\n movs r5, #1", {}, "E", {}}, 5, 5},
    {"Skipped", {"cmp r0, r1\n it eq\n ldreq r2, [r3]\n movs r4, #1", {}, "S", {}}, 3, 3},
    {"NotSkipped", {"cmp r0, r1\n it eq\n ldreq r2, [r3]\n movs r4, #1", {}, "E", {}}, 4, 4},
    // Recorded: a skipped instruction disappears in the second cycle of a load, as NOP does.
    {"ThenElse", {"cmp r0, r1\n ite eq\n ldreq r2, [r3]\n ldrne r2, [r4]\n movs r4, #1", {}, "ES", {}}, 4, 4},
    {"SkippedReturn", {"cmp r0, r1\n it eq\n bxeq lr\n movs r4, #1", "N", {}, {}}, 3, 3},
    {"SkippedPop", {"cmp r0, r1\n it eq\n popeq {r4, pc}\n movs r4, #1", "N", {}, {}}, 3, 3},
    // A skipped data-processing instruction writes no address: 1 + 1 + 2, not + 1.
    {"SkippedInterlock",
     {"cmp r0, r1\n it eq\n addeq r3, r2\n ldr r4, [r3]\n movs r5, #1", {}, "S", {}},
     5,
     5},
    {"ExecutedInterlock",
     {"cmp r0, r1\n it eq\n addeq r3, r2\n ldr r4, [r3]\n movs r5, #1", {}, "E", {}},
     6,
     6},
    // Recorded: a skipped load waits for its base where an ALU instruction has just written it, not where a
    // multiplication has.
    {"SkippedLoadBehindAlu", {"adds r3, r2, r3\n it eq\n ldreq r0, [r3]\n movs r4, #1", {}, "S"}, 4, 4},
    {"SkippedLoadBehindMultiply", {"muls r3, r2, r3\n it eq\n ldreq r0, [r3]\n movs r4, #1", {}, "S"}, 3, 3},
    // Recorded: behind a load a branch has requested its target in time, straddling or not; behind a division
    // it has not.
    {"LoadBranchToStraddling", {"ldr r0, [r1]\n b 1f\n movs r1, #1\n1: add.w r0, r1, r2\nend:"}, 5, 5},
    {"DivideBranchToStraddling",
     {"udiv r0, r1, r2\n b 1f\n movs r1, #1\n movs r1, #1\n1: add.w r0, r1, r2\nend:", {}, {}, {{0, 1}}},
     6,
     6},
    // ISB: 1 and a refill of 2.
    {"InstructionBarrier", {"isb\n movs r0, #1", {}, {}, {}}, 4, 4},
    {"Barriers", {"dmb\n dsb", {}, {}, {}}, 2, 2},
    {"SpecialRegisters", {"mrs r0, primask\n msr primask, r0\n movs r0, #1\n cpsid i", {}, {}, {}}, 4, 4},
};

// Recorded: code in RAM at 0x20000000 and its data come over one bus, so loads do not overlap. A literal is
// such data, and nothing has to tell that.
TEST(M3M4InRam, LiteralsComeOverTheBusOfTheirCode) {
  if (!CanAssemble()) GTEST_SKIP() << "arm-none-eabi-as not found (package binutils-arm-none-eabi)";
  const auto cycles = [](const char* core, const char* second, DataMemory memory) {
    return Measure(core, {.text = std::string("ldr r1, [r2]\n ") + second + "\n movs r4, #1\n movs r5, #1",
                          .start = 0x20000000,
                          .memory = memory})
        .value_or(0);
  };
  for (const char* core : {"m3", "m4"}) {
    const uint64_t literal = cycles(core, "ldr r0, [pc, #4]", DataMemory::kUnknown);
    EXPECT_EQ(literal, cycles(core, "ldr r0, [r3, #4]", DataMemory::kSystemBus)) << core;
    EXPECT_EQ(literal, cycles(core, "ldr r0, [r3, #4]", DataMemory::kUnknown) + 1) << core << ": an overlap";
  }
}

// Operands of the tests above that have data-dependent instructions.
std::vector<Rule> Rules() {
  std::vector<Rule> rules(std::begin(kRules), std::end(kRules));
  rules.push_back({"DivideZeroQuotient", {"udiv r0, r1, r2", {}, {}, {{3, 4}}}, 3, 3});
  rules.push_back({"DivideByZero", {"udiv r0, r1, r2", {}, {}, {{3, 0}}}, 2, 2});
  // 5 and one for every four bits that the dividend has more.
  rules.push_back({"DivideOneBit", {"udiv r0, r1, r2", {}, {}, {{7, 5}}}, 5, 5});
  rules.push_back({"DivideFourBits", {"sdiv r0, r1, r2", {}, {}, {{static_cast<uint32_t>(-15), 1}}}, 5, 5});
  rules.push_back({"DivideEightBits", {"udiv r0, r1, r2", {}, {}, {{200, 1}}}, 6, 6});
  rules.push_back({"DivideLongest", {"udiv r0, r1, r2", {}, {}, {{0xFFFFFFFF, 1}}}, 12, 12});
  rules.push_back({"SkippedDivide", {"cmp r0, r1\n it eq\n udiveq r0, r1, r2", {}, "S", {}}, 2, 2});
  return rules;
}

INSTANTIATE_TEST_SUITE_P(Rules, M3M4, testing::ValuesIn(Rules()),
                         [](const testing::TestParamInfo<Rule>& rule) {
                           return std::string(rule.param.name);
                         });

// Operands matter on Cortex-M3 only, so they are given for it alone.
TEST(M3, LongMultiplyDependsOnItsOperands) {
  if (!CanAssemble()) GTEST_SKIP() << "arm-none-eabi-as not found (package binutils-arm-none-eabi)";
  constexpr uint32_t kLong = 0x12345678;
  const auto cycles = [](const char* text, uint32_t a, uint32_t b) {
    return Measure("m3", {text, {}, {}, {{a, b}}});
  };
  EXPECT_EQ(cycles("umull r0, r1, r2, r3", 1, 1), 3u);
  EXPECT_EQ(cycles("umull r0, r1, r2, r3", kLong, 1), 4u);
  EXPECT_EQ(cycles("smull r0, r1, r2, r3", 0xFFFFFFFF, kLong), 5u);
  EXPECT_EQ(cycles("umull r0, r1, r2, r3", kLong, kLong), 5u);
  EXPECT_EQ(cycles("umlal r0, r1, r2, r3", 1, 1), 3u);
  EXPECT_EQ(cycles("umlal r0, r1, r2, r3", kLong, 1), 5u);
  EXPECT_EQ(cycles("smlal r0, r1, r2, r3", kLong, kLong), 7u);
  // Recorded: RdHi reaches an address a cycle late, RdLo does not.
  EXPECT_EQ(cycles("umull r0, r1, r2, r3\n ldr r4, [r1]\n movs r5, #1", 1, 1), 3u + 1 + 2 + 1);
  EXPECT_EQ(cycles("umull r0, r1, r2, r3\n ldr r4, [r0]\n movs r5, #1", 1, 1), 3u + 2 + 1);
  // An MLA that adds RdHi begins a cycle early; no other use of it does, and no other instruction.
  EXPECT_EQ(cycles("umull r0, r1, r2, r3\n mla r4, r5, r6, r1", 1, 1), 3u + 2 - 1);
  EXPECT_EQ(cycles("umull r0, r1, r2, r3\n mla r4, r5, r6, r0", 1, 1), 3u + 2);
  EXPECT_EQ(cycles("umull r0, r1, r2, r3\n mla r4, r1, r6, r1", 1, 1), 3u + 2);
  EXPECT_EQ(cycles("umull r0, r1, r2, r3\n mla r4, r5, r1, r1", 1, 1), 3u + 2);
  EXPECT_EQ(cycles("umull r0, r1, r2, r3\n mls r4, r5, r6, r1", 1, 1), 3u + 2);
  EXPECT_EQ(cycles("umull r0, r1, r2, r3\n str r1, [r4]\n movs r5, #1", 1, 1), 3u + 1 + 1);
  EXPECT_EQ(cycles("umlal r0, r1, r2, r3\n mla r4, r5, r6, r1", 1, 1), 3u + 2);
}

// The system bus begins at 0x20000000: code there costs what it costs further on, and less just below.
TEST(M3M4InRam, BeginsWithTheSystemBus) {
  const uint16_t wide[] = {0xEB01, 0x0002, 0xEB01, 0x0002, 0xEB01, 0x0002, 0xEB01, 0x0002};  // add.w, four
  const auto cycles = [&wide](const char* core, uint32_t address) {
    CycleModel model(*FindTimingCore(core));
    model.Enter(model.Prepare(address, wide));
    return Count(model.CyclesAtEnd());
  };
  for (const char* core : {"m3", "m4"}) {
    EXPECT_EQ(cycles(core, 0x20000000), cycles(core, 0x20000100)) << core;
    EXPECT_EQ(cycles(core, 0x1FFFFFF0), cycles(core, 0x1000)) << core;
    EXPECT_EQ(cycles(core, 0x1000), 4u) << core;
    EXPECT_EQ(cycles(core, 0x20000000), 7u) << core << ": a word every two cycles";
  }
}

TEST(M4, DspIsOneCycle) {
  if (!CanAssemble()) GTEST_SKIP() << "arm-none-eabi-as not found (package binutils-arm-none-eabi)";
  const Routine routine = {
      "smlad r0, r1, r2, r0\n umaal r0, r1, r2, r3\n smmul r0, r1, r2\n uadd8 r0, r1, r2\n"
      "ssat r0, #8, r1\n smulbb r0, r1, r2\n smlald r0, r1, r2, r3\n qadd r0, r1, r2",
      {},
      {},
      {}};
  EXPECT_EQ(Measure("m4", routine), 8u);
}

}  // namespace
}  // namespace atome::timing
