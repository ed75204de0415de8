// What flips.S adds up when a bit of it flips; the sums are worked out by hand.
#include <gtest/gtest.h>

#include "emulation/machine/machine.h"
#include "emulation/testing/guest.h"

namespace atome::emulation {
namespace {

using Target = Flip::Target;

constexpr int kSum = 4 * (1 + 8);
constexpr uint64_t kLoop = 8, kAround = 7, kBehind = 36;  // instructions
constexpr uint64_t kAll = 42;                             // the last is the exit

class FlipsTest : public ::testing::Test {
 protected:
  void SetUp() override { ATOME_REQUIRE_GUESTS(); }

  static RunResult Run(std::vector<Flip> flips, std::string_view guest = "flips") {
    RunRequest request = GuestRequest(guest, "m3");
    request.flips = std::move(flips);
    request.instruction_limit = Instructions{10'000};
    return UnicornMachine().Run(request);
  }
  // The sum that comes out.
  static int Sum(std::vector<Flip> flips) {
    const RunResult result = Run(std::move(flips));
    EXPECT_EQ(result.outcome, Outcome::kExited) << result.message;
    return result.exit_code;
  }
  static Flip Memory(std::string_view symbol, uint32_t offset, uint8_t bit, uint64_t at) {
    return {.target = Target::kMemory,
            .address = GuestSymbol("flips", symbol) + offset,
            .bit = bit,
            .at = Instructions{at}};
  }
  static Flip Register(unsigned number, uint8_t bit, uint64_t at) {
    return {.target = Target::kRegister,
            .number = static_cast<DebugRegister>(number),
            .bit = bit,
            .at = Instructions{at}};
  }
};

TEST_F(FlipsTest, ABitOfRamStaysChanged) {
  EXPECT_EQ(Sum({}), kSum);
  EXPECT_EQ(Sum({Memory("cell", 0, 4, kLoop)}), kSum + 4 * 16);
  EXPECT_EQ(Sum({Memory("cell", 0, 4, kLoop + kAround)}), kSum + 3 * 16);
  // The load is the loop's fourth instruction.
  EXPECT_EQ(Sum({Memory("cell", 0, 4, kLoop + 3)}), kSum + 4 * 16) << "in front of the load";
  EXPECT_EQ(Sum({Memory("cell", 0, 4, kLoop + 4)}), kSum + 3 * 16) << "behind it";
  EXPECT_EQ(Sum({Memory("cell", 0, 4, 3)}), kSum) << "written over";
  EXPECT_EQ(Sum({Memory("cell", 0, 4, kLoop), Memory("cell", 0, 4, kLoop + 2 * kAround)}), kSum + 2 * 16)
      << "and back";
}

TEST_F(FlipsTest, SoDoesOneOfFlash) {
  EXPECT_EQ(Sum({Memory("constant", 0, 1, 0)}), kSum + 4 * 2);
  EXPECT_EQ(Sum({Memory("constant", 0, 1, kLoop + kAround)}), kSum + 3 * 2);
  Flip three = Memory("constant", 0, 6, 0);
  three.bits = 3;  // 64, 128 and the next byte's 256
  EXPECT_EQ(Sum({three}), kSum + 4 * (64 + 128 + 256));
}

TEST_F(FlipsTest, AndOneOfCode) {
  // ADDS r4, r4, r0 is 0x1824; with bit 9 it is SUBS (Armv7-M Architecture Reference Manual, A5.2.1).
  const Flip subtracts = Memory("loop", 9, 1, 0);
  EXPECT_EQ(Sum({subtracts}), 4 * (1 - 8));
  Flip later = subtracts;
  later.at = Instructions{kLoop + 2 * kAround};
  EXPECT_EQ(Sum({later}), 2 * (1 + 8) + 2 * (1 - 8)) << "the loop has run already";
  later.at = Instructions{kLoop + 4};
  EXPECT_EQ(Sum({later}), 4 * (1 - 8)) << "right in front of it";
  later.at = Instructions{kLoop + 5};
  EXPECT_EQ(Sum({later}), (1 + 8) + 3 * (1 - 8)) << "right behind it";
}

TEST_F(FlipsTest, AnInstructionIsAnotherOnce) {
  const Flip once{.target = Target::kInstruction, .bit = 9, .at = Instructions{kLoop + kAround + 4}};
  const RunResult result = Run({once});
  EXPECT_EQ(result.exit_code, 3 * (1 + 8) + (1 - 8));
  EXPECT_EQ(Count(*result.instructions), kAll);
  ASSERT_EQ(result.flipped.size(), 1u);
  const Flipped wanted{
      .at = once.at, .pc = GuestSymbol("flips", "loop") + 8, .before = 0x1824, .after = 0x1A24, .done = true};
  EXPECT_EQ(result.flipped[0], wanted);
  // Bits are counted modulo those of the instruction.
  Flip same = once;
  same.bit = 25;
  EXPECT_EQ(Run({same}).flipped[0], wanted);
  // B<c> with NE, 0xD1F8, and with EQ, 0xD0F8 (A7.7.12): the loop ends.
  EXPECT_EQ(Sum({{.target = Target::kInstruction, .bit = 8, .at = Instructions{kLoop + 6}}}), 1 + 8);
}

TEST_F(FlipsTest, RegistersFlip) {
  EXPECT_EQ(Sum({Register(4, 3, kBehind)}), kSum ^ 8);
  // Three times are left, and then seven.
  EXPECT_EQ(Sum({Register(5, 2, kLoop + kAround)}), 8 * (1 + 8));
  // PC from the loop's sixth instruction, at 10, to its fifth, at 8.
  const RunResult again = Run({Register(15, 1, kLoop + 5)});
  EXPECT_EQ(again.exit_code, kSum + 8);
  EXPECT_EQ(Count(*again.instructions), kAll + 1);
  // Z in front of BNE.
  EXPECT_EQ(Sum({Register(16, 30, kLoop + 6)}), 1 + 8);
}

TEST_F(FlipsTest, WhatDoesNotExistDoesNotFlip) {
  const RunResult result = Run({Register(15, 0, kLoop),  // addresses of code are even
                                Register(13, 1, kLoop),  // SP's low bits are 0
                                Register(32, 0, kLoop),  // a Cortex-M3 has no FPU
                                {.address = 0x60000000, .at = Instructions{kLoop}},
                                Memory("cell", 0, 0, 1000)});
  EXPECT_EQ(result.exit_code, kSum);
  ASSERT_EQ(result.flipped.size(), 5u);
  for (const Flipped& flipped : result.flipped) EXPECT_FALSE(flipped.done);
}

TEST_F(FlipsTest, FaultsAndEndlessLoopsAreTold) {
  const RunResult fault = Run({Register(6, 30, kLoop)});
  EXPECT_EQ(fault.outcome, Outcome::kFault);
  ASSERT_TRUE(fault.fault);
  EXPECT_EQ(fault.fault->code, FaultKind::kUnmappedRead);
  EXPECT_EQ(fault.fault->pc, GuestSymbol("flips", "loop") + 6);
  // SUBS r5, #1 as SUBS r5, #0, for good.
  EXPECT_EQ(Run({Memory("loop", 10, 0, 0)}).outcome, Outcome::kInstructionLimit);
}

TEST_F(FlipsTest, AnItBlockIsNotEntered) {
  // 0 and 1, and in the loop TST, ITE, ADDEQ, ADDNE, TST.
  for (const uint64_t at : {4, 5, 6}) {
    const RunResult result = Run({Register(12, 0, at)}, "it_blocks");
    EXPECT_EQ(result.flipped.at(0).at, Instructions{6}) << at;
  }
}

// Wherever the program is stopped for it, a flip that changes nothing changes nothing.
TEST_F(FlipsTest, AFlipThereAndBackIsNone) {
  for (const std::string_view guest : {"flips", "it_blocks", "marks"}) {
    const RunResult clean = Run({}, guest);
    for (uint64_t at = 0; at < Count(*clean.instructions) && at < 120; ++at) {
      const RunResult same = Run({Register(11, 7, at), Register(11, 7, at)}, guest);
      ASSERT_EQ(same.outcome, clean.outcome) << guest << " " << at;
      ASSERT_EQ(same.instructions, clean.instructions) << guest << " " << at;
      ASSERT_EQ(same.exit_code, clean.exit_code) << guest << " " << at;
      ASSERT_EQ(same.output, clean.output) << guest << " " << at;
      ASSERT_EQ(same.marks.size(), clean.marks.size()) << guest << " " << at;
    }
  }
}

TEST_F(FlipsTest, ARunOfBitsIsToldAcrossBytes) {
  Flip three = Memory("constant", 0, 6, 0);
  three.bits = 3;
  const RunResult result = Run({three});
  ASSERT_EQ(result.flipped.size(), 1u);
  // The constant is 1: its first two bytes.
  EXPECT_EQ(result.flipped[0].before, 0x0001u);
  EXPECT_EQ(result.flipped[0].after, 0x01C1u);
  EXPECT_TRUE(result.flipped[0].done);
  Flip back = three;
  back.at = Instructions{kLoop};
  const RunResult both = Run({three, back});
  ASSERT_EQ(both.flipped.size(), 2u);
  EXPECT_EQ(both.flipped[1].before, 0x01C1u);
  EXPECT_EQ(both.flipped[1].after, 0x0001u);
}

}  // namespace
}  // namespace atome::emulation
