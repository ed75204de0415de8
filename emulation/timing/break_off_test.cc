// A flow that is broken off, by exceptions and their returns, and blocks that are left in the middle.
#include <gtest/gtest.h>

#include <vector>

#include "emulation/timing/cycle_model.h"

namespace atome::timing {
namespace {

constexpr uint32_t kBase = 0x1000;
constexpr uint32_t kHandler = 0x2000;
// Two MOVS, of a cycle each.
constexpr uint16_t kTwo[] = {0x2001, 0x2101};

class BreakOff : public testing::Test {
 protected:
  void Enter(uint32_t address, std::span<const uint16_t> code = kTwo) {
    model_.Enter(model_.Prepare(address, code));
  }
  uint64_t now() const { return Count(model_.cycles()); }
  // Cycles that an exception is said to have taken behind the instruction.
  uint64_t Exception(uint32_t address) const {
    for (const InstructionCycles& row : model_.Explain()) {
      if (row.address == address) return row.exception;
    }
    return 0;
  }

  CycleModel model_{*FindTimingCore("m3"), {.explain = true}};
};

TEST_F(BreakOff, TheNextBlockBeginsWhenItIsTold) {
  Enter(kBase);
  model_.BreakOff(Cycles{9}, false);
  EXPECT_EQ(now(), 9u) << "nothing is entered";
  EXPECT_EQ(Count(model_.CyclesAtEnd()), 9u);
  EXPECT_EQ(Count(model_.CyclesAt(kBase)), 9u);
  Enter(kHandler);
  EXPECT_EQ(now(), 9u);
  EXPECT_EQ(Count(model_.CyclesAt(kHandler + 2)), 10u);
  EXPECT_EQ(Count(model_.CyclesAtEnd()), 11u);
  EXPECT_EQ(Exception(kBase + 2), 7u) << "behind two cycles";
  EXPECT_EQ(Exception(kBase), 0u);
  for (const InstructionCycles& row : model_.Explain()) EXPECT_EQ(row.executions, 1u) << row.address;
  EXPECT_EQ(model_.Explain().size(), 4u);
}

TEST_F(BreakOff, NotBeforeTheLastInstructionIsDone) {
  Enter(kBase);
  model_.BreakOff(Cycles{1}, false);
  Enter(kHandler);
  EXPECT_EQ(now(), 2u);
  EXPECT_EQ(Exception(kBase + 2), 0u);
  const uint16_t load[] = {0x2001, 0x6811};  // movs; ldr r1, [r2], of two cycles
  Enter(kBase, load);
  const uint64_t begin = now();
  model_.BreakOff(Cycles{begin}, false);
  EXPECT_EQ(now(), begin + 3);
}

TEST_F(BreakOff, AWithdrawnBlockDidNotRun) {
  Enter(kBase);
  Enter(kBase + 4);
  EXPECT_EQ(now(), 2u);
  model_.BreakOff(Cycles{5}, true);
  Enter(kHandler);
  EXPECT_EQ(now(), 5u);
  EXPECT_EQ(Exception(kBase + 4), 3u);
  EXPECT_EQ(Count(model_.CyclesAtEnd()), 7u);
  for (const InstructionCycles& row : model_.Explain())
    EXPECT_EQ(row.executions, row.address < kBase + 4 || row.address >= kHandler ? 1u : 0u) << row.address;
}

TEST_F(BreakOff, AWithdrawnBlockBeginsNoEarlierThanItWould) {
  Enter(kBase);
  Enter(kBase + 4);
  model_.BreakOff(Cycles{1}, true);
  EXPECT_EQ(now(), 2u);
  model_.BreakOff(Cycles{6}, false);
  EXPECT_EQ(now(), 6u) << "broken off again";
  model_.BreakOff(Cycles{4}, true);
  EXPECT_EQ(now(), 6u) << "time does not go back";
}

// What a block has read from flash is waited for in front of what follows, unless it was withdrawn with it.
TEST(BreakOffInFlash, WaitsForWhatWasRead) {
  for (const bool withdraw : {false, true}) {
    CycleModel model(*FindTimingCore("m3"), {.flash = {.miss_cycles = 3, .line_bytes = 8},
                                             .flash_addresses = {0x08000000},
                                             .flash_bytes = 0x10000});
    model.Enter(model.Prepare(kBase, kTwo));
    model.ReadFlash(0x08000000, 4);
    model.BreakOff(Cycles{0}, withdraw);
    EXPECT_EQ(Count(model.cycles()), withdraw ? 3u : 5u);
    model.Enter(model.Prepare(kHandler, kTwo));
    EXPECT_EQ(Count(model.CyclesAtEnd()), withdraw ? 5u : 7u) << "once";
  }
}

// A block that is broken off has waited for its lines.
TEST(BreakOffInFlash, WaitsForItsLines) {
  CycleModel model(
      *FindTimingCore("m3"),
      {.flash = {.miss_cycles = 3, .line_bytes = 8}, .flash_addresses = {0}, .flash_bytes = 0x10000});
  const uint16_t code[] = {0x2001, 0x2001};  // the first in one line, the second in the next
  model.Enter(model.Prepare(kBase + 6, code));
  model.BreakOff(Cycles{0}, false);
  EXPECT_EQ(Count(model.cycles()), 2u + 2 * 3);
}

// A block cut at an instruction is the shorter block.
TEST(Cut, IsAShorterBlock) {
  // movs; udiv r0, r1, r2; ldr r1, [r2]; ldr r3, [r4]; movs
  const std::vector<uint16_t> code = {0x2001, 0xFBB1, 0xF0F2, 0x6811, 0x6823, 0x2001};
  const std::vector<DataAccess> accesses = {
      {}, {}, {DataMemory::kSystemBus, 1}, {DataMemory::kCodeBus, 0}, {}};
  const struct {
    uint32_t at;
    size_t halfwords, instructions;
  } kCuts[] = {{2, 1, 1}, {6, 3, 2}, {8, 4, 3}, {10, 5, 4}};
  for (const auto& cut : kCuts) {
    const auto run = [&](bool shorter) {
      CycleModel model(*FindTimingCore("m3"), {.explain = true});
      for (int turn = 0; turn < 3; ++turn) {
        const std::span<const uint16_t> all = code;
        const std::span<const DataAccess> data = accesses;
        model.Enter(shorter ? model.Prepare(kBase, all.first(cut.halfwords), data.first(cut.instructions))
                            : model.Prepare(kBase, all, data));
        if (cut.at > 2 || !shorter) model.NoteOperands(kBase + 2, 100 + static_cast<uint32_t>(turn), 3);
        if (!shorter) model.Cut(kBase + cut.at);
        model.Enter(model.Prepare(kHandler, kTwo));
      }
      uint64_t executions = 0;
      for (const InstructionCycles& row : model.Explain()) executions += row.executions;
      return std::pair(Count(model.CyclesAtEnd()), executions);
    };
    EXPECT_EQ(run(false), run(true)) << cut.at;
  }
}

TEST(Cut, GoesOnStraightBehindIt) {
  CycleModel model(*FindTimingCore("m3"));
  model.Enter(model.Prepare(kBase, kTwo));
  model.Cut(kBase + 2);
  model.Enter(model.Prepare(kBase + 2, kTwo));
  EXPECT_EQ(Count(model.cycles()), 1u) << "no branch";
  EXPECT_EQ(Count(model.CyclesAtEnd()), 3u);
}

// cmp r0, r1; ite eq; moveq r2, r3; ldrne r4, [r5]; movs: cut behind the conditional ones.
TEST(Cut, KeepsWhatWasNoted) {
  const uint16_t code[] = {0x4288, 0xBF0C, 0x461A, 0x682C, 0x2001};
  for (const bool executed : {false, true}) {
    CycleModel model(*FindTimingCore("m3"));
    const Site sites[] = {{.address = kBase + 6, .conditional = true}};
    model.ExpectNotes(sites);
    model.Enter(model.Prepare(kBase, code));
    if (executed) model.NoteExecuted(kBase + 6);
    model.Cut(kBase + 8);
    EXPECT_EQ(Count(model.CyclesAtEnd()), executed ? 4u : 3u) << "1, 0, 1 and 2 or 1";
  }
}

TEST(Cut, NeedsAnInstructionInside) {
  for (const uint32_t at : {kBase, kBase + 1, kBase + 4, kBase + 100, kBase - 2}) {
    CycleModel model(*FindTimingCore("m3"));
    model.Cut(at);
    model.Enter(model.Prepare(kBase, kTwo));
    model.Cut(at);
    EXPECT_EQ(Count(model.CyclesAtEnd()), 2u) << "as it was: " << at;
    model.Enter(model.Prepare(kBase + 4, kTwo));
    EXPECT_EQ(Count(model.cycles()), 2u) << "straight on: " << at;
    EXPECT_EQ(Count(model.CyclesAtEnd()), 4u) << at;
  }
}

}  // namespace
}  // namespace atome::timing
