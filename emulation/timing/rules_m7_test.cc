// One routine a rule on Cortex-M7: jnk0le/random, cortex_m7.md. Every routine stands between two barriers
// that are subtracted: see Cycles.
#include <gtest/gtest.h>

#include "emulation/timing/testing/routine.h"

namespace atome::timing {
namespace {

struct Rule {
  const char* name;
  const char* text;
  uint64_t cycles;
};

// DMB issues alone, so the routine begins in a new cycle and the end does not slip into its last
// one: DMB 1, the routine, DMB 1.
uint64_t Cycles(const std::string& text, const std::string& branches = {}) {
  return Measure("m7", {" dmb\n" + text + "\n dmb\n", branches, {}, {}}).value_or(0) - 2;
}

class M7 : public testing::TestWithParam<Rule> {};

TEST_P(M7, CostsWhatItsSourceSays) {
  if (!CanAssemble()) GTEST_SKIP() << "arm-none-eabi-as not found (package binutils-arm-none-eabi)";
  EXPECT_EQ(Cycles(GetParam().text), GetParam().cycles);
}

const Rule kRules[] = {
    // Two a cycle.
    {"Independent", "eor r0, r1, r2\n eor r3, r4, r5\n eor r6, r7, r8\n eor r9, r10, r11", 2},
    // ADD in the older slot is early: the younger may use it in the same cycle, late.
    {"EarlyToLate", "add r0, r1, r2\n eor r3, r0, r4", 1},
    // A late result reaches late + 1.
    {"LateToLate", "eor r0, r1, r2\n eor r3, r0, r4", 2},
    // ... and an address + 2.
    {"LateToAddress", "eor r0, r1, r2\n ldr r3, [r0]", 3},
    {"EarlyToAddress", "add r0, r1, r2\n ldr r3, [r0]", 2},
    // An inline-shifted register is an early operand, and so is UBFX's. Measured on an STM32H7 by the author
    // of
    // the routines that showed it.
    {"LateToShifted", "eor r0, r1, r2\n add r3, r4, r0, lsl #3", 3},
    {"LateToBitField", "eor r0, r1, r2\n ubfx r3, r0, #1, #4", 3},
    // ... but not the other register of the same instruction: chains on it run at one a cycle.
    {"ShiftedChain", "eor r0, r0, r1, ror #24\n eor r0, r0, r2, ror #24\n eor r0, r0, r3, ror #24", 3},
    {"InsertChain", "bfi r0, r1, #0, #4\n bfi r0, r2, #4, #4\n bfi r0, r3, #8, #4", 3},
    {"ExtendAddChain", "uxtab r0, r0, r1\n uxtab r0, r0, r2\n uxtab r0, r0, r3", 3},
    {"PackChain", "pkhbt r0, r0, r1\n pkhbt r0, r0, r2\n pkhbt r0, r0, r3", 3},
    {"PackTopTakesBothEarly", "pkhtb r0, r0, r1, asr #1\n pkhtb r0, r0, r2, asr #1", 3},
    // A word from memory reaches the other register of such an instruction late.
    {"LoadBesideShifted", "ldr r0, [r1]\n eor r2, r0, r3, ror #8", 3},
    {"ByteBesideShifted", "ldrb r0, [r1]\n eor r2, r0, r3, ror #8", 3},
    // REV is early: the younger may use it, an address not for another cycle.
    {"ReverseToLate", "rev r0, r1\n eor r2, r0, r3", 1},
    {"ReverseToAddress", "rev r0, r1\n ldr r2, [r0]", 3},
    {"ClzIsLate", "eor r0, r1, r2\n clz r3, r0", 2},
    {"LateToExtend", "eor r0, r1, r2\n uxtb r3, r0", 2},
    // LDR to late + 1, to early + 2; bytes and halfwords one more.
    {"LoadToLate", "ldr r0, [r1]\n eor r2, r0, r3", 2},
    {"LoadToAddress", "ldr r0, [r1]\n ldr r2, [r0]", 3},
    {"ByteToLate", "ldrb r0, [r1]\n eor r2, r0, r3", 3},
    {"HalfToAddress", "ldrh r0, [r1]\n ldr r2, [r0]", 4},
    // A multiplication does not take a load of the cycle before; its accumulator does.
    {"LoadToFactor", "ldr r0, [r1]\n mul r2, r0, r3", 3},
    {"LoadToAccumulator", "ldr r0, [r1]\n mla r2, r3, r4, r0", 2},
    // MUL 2; accumulators at 1 a cycle.
    {"MultiplyLatency", "mul r0, r1, r2\n eor r3, r0, r4", 3},
    {"AccumulatorChain", "mla r0, r1, r2, r0\n mla r0, r3, r4, r0\n mla r0, r5, r6, r0\n mla r0, r7, r8, r0",
     4},
    // Not together.
    {"TwoStores", "str r0, [r1]\n str r2, [r3]", 2},
    {"StoreAndLoad", "str r0, [r1]\n ldr r2, [r3]", 1},
    {"TwoMultiplications", "mul r0, r1, r2\n mul r3, r4, r5", 2},
    {"StoreAndMultiply", "str r3, [r4]\n mul r0, r1, r2", 2},
    {"MultiplyAndStore", "mul r0, r1, r2\n str r3, [r4]", 2},
    {"TwoShifted", "add r0, r1, r2, lsl #3\n add r3, r4, r5, lsl #3", 2},
    {"ShiftedAndShiftedConstant", "add r0, r1, r2, lsl #3\n eor r3, r4, #0x1fc0", 2},
    {"BitFieldYounger", "eor r3, r4, r5\n ubfx r0, r1, #1, #2", 2},
    {"BitFieldOlder", "ubfx r0, r1, #1, #2\n eor r3, r4, r5", 1},
    {"BitFieldAndShifted", "ubfx r0, r1, #1, #2\n eor r3, r4, r5, ror #8", 2},
    {"ParallelAndShifted", "uadd8 r0, r1, r2\n eor r3, r4, r5, ror #8", 1},
    {"ExtendOlder", "uxtb r0, r1\n eor r3, r4, r5", 1},
    {"ExtendYounger", "eor r3, r4, r5\n uxtb r0, r1", 2},
    {"TwoExtends", "uxtb r0, r1\n sxtb r2, r3", 2},
    {"LoadsOfOneBank", "ldr r0, [r1]\n ldr r2, [r1, #8]", 2},
    // The base that an access writes back is there for the next cycle's address.
    {"BaseOfALoad", "ldr r0, [r1], #4\n ldr r2, [r1]", 2},
    {"BaseOfANarrowLoad", "ldrb r0, [r1], #1\n ldr r2, [r1]", 2},
    {"BaseOfAStore", "str r0, [r1], #4\n ldr r2, [r1]", 2},
    {"LoadsOfOneBankWithOffsets", "ldr r0, [r1, #4]\n ldr r2, [r1, #12]", 2},
    {"LoadsOfBothBanksWithOffsets", "ldr r0, [r1, #4]\n ldr r2, [r1]", 1},
    // What register offsets, write-back, the FPU and 16-bit literals reach is not told apart.
    {"LoadsWithRegisterOffset", "ldr r0, [r1, r2]\n ldr r3, [r1]", 1},
    {"LoadsAlsoWithRegisterOffset", "ldr r3, [r1]\n ldr r0, [r1, r2]", 1},
    {"LoadAndFloatLoadOfOneBase", "ldr r0, [r1]\n vldr s0, [r1, #4]", 2},
    {"NarrowLiterals", "ldr.n r0, [pc, #4]\n ldr.n r2, [pc, #8]", 2},
    {"WideLiterals", "ldr.w r0, [pc, #4]\n ldr.w r2, [pc, #8]", 1},
    // What waits for an operand begins a cycle, which another may share.
    {"WaitBeginsACycle", "ldr r0, [r1]\n eor r2, r0, r3\n eor r4, r5, r6", 2},
    // A result that has come in time keeps nothing waiting.
    {"ProductInTime", "mul r0, r1, r2\n eor r4, r5, r6\n eor r7, r8, r9\n eor r4, r5, r6\n eor r3, r0, r5",
     3},
    {"FloatInTime",
     "vadd.f32 s0, s1, s2\n eor r4, r5, r6\n eor r7, r8, r9\n eor r4, r5, r6\n eor r7, r8, r9\n eor r4, r5, "
     "r6\n"
     "vmul.f32 s3, s0, s5",
     4},
    // Each register of the FPU is waited for.
    {"FloatLatencyOfTheLast", "vadd.f32 s31, s1, s2\n vmul.f32 s3, s31, s5", 4},
    {"FloatLatencyOfASecondHalf", "vldr s1, [r0]\n vcvt.f64.f32 d3, s1", 2},
    {"FloatLatencyOfADouble", "vadd.f64 d4, d1, d2\n vmul.f64 d5, d4, d2", 4},
    {"FloatLatencyOfAnother", "vadd.f32 s30, s1, s2\n vmul.f32 s3, s31, s5", 2},
    {"LoadsOfBothBanks", "ldr r0, [r1]\n ldr r2, [r1, #4]", 1},
    // Store data may come in the same cycle.
    {"StoreOfLoad", "ldr r0, [r1]\n str r0, [r2]", 1},
    // ceil(N / 2), alone.
    // Without 16-bit instructions since a branch, PUSH stalls: 1 + 2 + 1 + 1, as many as with two of them.
    {"PushBehindBranch", "b 1f\n1: push.w {r4-r7}\n eor.w r6, r7, r8", 5},
    {"PushBehindNarrow", "b 1f\n1: movs r0, #1\n movs r1, #1\n push.w {r4-r7}\n eor.w r6, r7, r8", 5},
    {"Push", "push.w {r4-r7}\n eor.w r6, r7, r8", 3},
    {"LoadMultiple", "ldm r0!, {r1-r5}\n eor r6, r7, r8", 4},
    {"StoreMultiple", "stm r0!, {r1-r4}\n eor r6, r7, r8", 3},
    // VADD, VMUL latency 3; not two at once.
    {"FloatPair", "vadd.f32 s0, s1, s2\n vmul.f32 s3, s4, s5", 2},
    {"FloatLatency", "vadd.f32 s0, s1, s2\n vmul.f32 s3, s0, s5", 4},
    {"FloatAndInteger", "vadd.f32 s0, s1, s2\n eor r0, r1, r2", 1},
    // VFMA latency 5, into an addend 3.
    {"FusedToFactor", "vfma.f32 s0, s1, s2\n vfma.f32 s3, s0, s4", 6},
    {"FusedToAddend", "vfma.f32 s0, s1, s2\n vfma.f32 s0, s3, s4", 4},
    {"DivideAndInteger", "vdiv.f32 s0, s1, s2\n eor r0, r1, r2", 16},
    // VDIV 16, VSQRT 14, double VDIV 30 (double VSQRT too: LLVM, ARMScheduleM7.td); one integer instruction
    // may issue beside.
    {"Divide", "vdiv.f32 s0, s1, s2\n vadd.f32 s3, s4, s5", 17},
    {"SquareRoot", "vsqrt.f32 s0, s1\n vadd.f32 s3, s4, s5", 15},
    {"DivideDouble", "vdiv.f64 d0, d1, d2\n vadd.f32 s30, s31, s29", 31},
    {"SquareRootDouble", "vsqrt.f64 d0, d1\n vadd.f32 s30, s31, s29", 31},
};

INSTANTIATE_TEST_SUITE_P(Rules, M7, testing::ValuesIn(kRules), [](const testing::TestParamInfo<Rule>& rule) {
  return std::string(rule.param.name);
});

// The wrong guesses of one branch that goes as told. A counter of two bits, one of them for "likely": a
// backward branch starts at 2, likely taken, a forward one at 1; each branch taken counts one up, at most to
// 3, each not taken one down, at least to 0.
TEST(M7Branches, TwoBitsGuess) {
  const struct {
    bool backward;
    const char* way;
    uint64_t wrong;
  } kRows[] = {
      {true, "T", 0},         {true, "N", 1},         {false, "T", 1},        {false, "N", 0},
      {true, "NT", 2},        {true, "NNT", 2},       {true, "TNT", 1},       {true, "TTNNT", 3},
      {false, "TT", 1},       {false, "TN", 2},       {false, "NTT", 2},      {false, "NTTT", 2},
      {true, "TTTTNT", 1},    {true, "TTTTNNT", 3},   {true, "NNNNTT", 3},    {true, "NNNNTTT", 3},
      {false, "TTTTTNNN", 3}, {false, "NNNNNTTT", 2}, {false, "TNTNTNTN", 8}, {true, "TNTNTNTN", 4},
  };
  for (const auto& row : kRows) {
    CycleModel model(*FindTimingCore("m7"), {.explain = true});
    const uint16_t branch[] = {row.backward ? uint16_t{0xD0FC} : uint16_t{0xD002}};  // beq .-4 or .+8
    const uint16_t nop[] = {0xBF00};
    const uint32_t target = row.backward ? 0x1000 - 4 : 0x1000 + 8;
    for (const char* way = row.way; *way != 0; ++way) {
      model.Enter(model.Prepare(0x1000, branch));
      model.Enter(model.Prepare(*way == 'T' ? target : 0x1002, nop));
    }
    uint64_t lost = 0;
    for (const InstructionCycles& each : model.Explain()) lost += each.guess;
    EXPECT_EQ(lost, 7 * row.wrong) << (row.backward ? "backward " : "forward ") << row.way;
  }
}

// Unaligned loads take 3 more, stores wait in their buffer; what was skipped reads nothing.
TEST(M7Unaligned, LoadsCostMore) {
  const struct {
    std::vector<uint16_t> code;
    uint8_t misaligned;
    uint64_t cycles;
  } kRows[] = {
      {{0xF8D1, 0x0000}, 0, 1},                                                      // ldr.w r0, [r1]
      {{0xF8D1, 0x0000}, 2, 4}, {{0xF8D1, 0x0000}, 3, 4}, {{0xF8B1, 0x0000}, 2, 1},  // ldrh.w
      {{0xF8B1, 0x0000}, 1, 4}, {{0xF891, 0x0000}, 1, 1},                            // ldrb.w
      {{0xF8C1, 0x0000}, 1, 1},                                                      // str.w
      {{0xE9D1, 0x0200}, 1, 1},  // ldrd, which would fault
  };
  for (const auto& row : kRows) {
    CycleModel model(*FindTimingCore("m7"));
    std::vector<uint16_t> code = {0xF3BF, 0x8F5F};  // dmb
    code.insert(code.end(), row.code.begin(), row.code.end());
    code.insert(code.end(), {0xF3BF, 0x8F5F});
    const DataAccess accesses[] = {{}, {DataMemory::kSystemBus, row.misaligned}, {}};
    model.Enter(model.Prepare(0x1000, code, accesses));
    EXPECT_EQ(Count(model.CyclesAt(0x1008)) - Count(model.CyclesAt(0x1004)), row.cycles)
        << std::hex << row.code[0] << " at " << int{row.misaligned};
  }
}

TEST(M7Branches, WrongGuessesCost) {
  if (!CanAssemble()) GTEST_SKIP() << "arm-none-eabi-as not found (package binutils-arm-none-eabi)";
  // Guessed taken, being backward; SUBS and BNE pair. The last turn is guessed wrong: + 7.
  EXPECT_EQ(Cycles("1: subs r0, #1\n bne 1b\n", "TTTTN"), 5u + 7);
  // The next instruction starts another cycle then: 1 + 1 + 7 + 1. Rightly guessed not taken it shares the
  // branch's.
  EXPECT_EQ(Cycles("1: eor r6, r7, r8\n eor r9, r10, r11\n beq 1b\n eor r3, r4, r5", "N"), 1u + 1 + 7 + 1);
  EXPECT_EQ(Cycles("beq 1f\n eor r3, r4, r5\n1:\n", "N"), 1u);
  // Guessed not taken, rightly.
  EXPECT_EQ(Cycles("eor r0, r1, r2\n beq 1f\n eor r3, r4, r5\n1:\n", "N"), 2u);
  // Guessed not taken, wrongly.
  EXPECT_EQ(Cycles("eor r0, r1, r2\n beq 1f\n eor r3, r4, r5\n1:\n", "T"), 1u + 7);
}

}  // namespace
}  // namespace atome::timing
