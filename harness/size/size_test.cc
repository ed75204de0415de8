#include "harness/size/size.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/text.h"
#include "harness/run/firmware_runner.h"
#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using ::testing::HasSubstr;
using testing::TinyModel;

TEST(SizeTargets, AreCoresWithTheirBoards) {
  const auto all = SizeTargets({}, {});
  ASSERT_TRUE(all.ok());
  EXPECT_EQ(all->size(), emulation::Cores().size());
  size_t boards = 0;
  for (const SizeTarget& target : *all) {
    EXPECT_FALSE(target.must_fit);
    for (const emulation::Board* board : target.boards) EXPECT_EQ(board->core, target.core->name);
    boards += target.boards.size();
  }
  EXPECT_EQ(boards, emulation::Boards().size());
}

TEST(SizeTargets, NamedBoardsMustFit) {
  const auto two = SizeTargets({}, {"bluepill", "mps2-an385"});
  ASSERT_TRUE(two.ok());
  ASSERT_EQ(two->size(), 1u);
  EXPECT_EQ(two->front().core->name, "m3");
  EXPECT_EQ(two->front().boards.size(), 2u);
  EXPECT_TRUE(two->front().must_fit);
  EXPECT_THAT(SizeTargets({}, {"toaster"}).error().message, HasSubstr("unknown board \"toaster\""));
  EXPECT_THAT(SizeTargets({"m9"}, {}).error().message, HasSubstr("unknown core \"m9\""));
}

// The answer is right when the board itself agrees: it runs at that length and faults at the next.
TEST(MeasureSizes, TheLongestSequenceIsTheLongest) {
  Model model = TinyModel("tiny_odd", 2);
  struct Case {
    const char* board;
    Variant variant;
  };
  for (const auto& [name, variant] : {Case{"microbit", Variant::kF32}, Case{"bluepill", Variant::kF32},
                                      Case{"microbit", Variant::kQ15}, Case{"bluepill", Variant::kQ15Kv8}}) {
    const auto targets = SizeTargets({}, {name});
    model.config.max_seq = 9;  // no firmware is built for it, so that one is both measured and run
    const report::Cell cell =
        MeasureSizes({model}, *targets, {.variants = {variant}, .progress = {}}).front();
    if (cell.outcome == Outcome::kMissing) GTEST_SKIP() << cell.message;
    EXPECT_EQ(cell.key.Describe(), StrCat("size elf ", targets->front().core->name, " ", model.Name(), " ",
                                          VariantName(variant), " speed"));
    ASSERT_EQ(cell.outcome, Outcome::kPass) << cell.message;
    EXPECT_EQ(cell.Count(report::Quantity::kMaxSeq), 9u);
    const std::optional<uint64_t> known =
        cell.Count(report::Quantity::kLongestMaxSeq, {report::PartKind::kBoard, name});
    ASSERT_TRUE(known.has_value());
    const auto longest = static_cast<uint32_t>(*known);
    EXPECT_GT(longest, 9u);
    const auto run_at = [&](uint32_t max_seq) {
      model.config.max_seq = static_cast<uint16_t>(max_seq);
      const Result<Firmware> firmware = FindFirmware(model, targets->front().core->name, false, variant);
      return RunFirmware(emulation::UnicornMachine(), *targets->front().core, *firmware, model,
                         {.prompts = {{1}}, .generate = 2, .taps = false, .variant = variant},
                         {.board = targets->front().boards.front(), .profile = {}});
    };
    EXPECT_EQ(run_at(longest).execution.outcome, Outcome::kPass) << name << " " << longest;
    const FirmwareRun over = run_at(longest + 1);
    EXPECT_EQ(over.execution.outcome, Outcome::kCrashed) << name << " " << longest + 1;
    ASSERT_TRUE(over.machine.fault.has_value());
    EXPECT_THAT(over.machine.fault->kind, HasSubstr("unmapped"));
  }
}

// A named board that the model does not fit makes the cell too large, with all figures there.
TEST(MeasureSizes, WhatMustFitAndDoesNotIsTooLarge) {
  Model model = TinyModel("tiny_odd", 2);
  model.config.max_seq = 60'000;
  const auto named = SizeTargets({}, {"bluepill"}), all = SizeTargets({"m3"}, {});
  const report::Cell cell =
      MeasureSizes({model}, *named, {.variants = {}, .symbols = 2, .progress = {}}).front();
  if (cell.outcome == Outcome::kMissing) GTEST_SKIP() << cell.message;
  EXPECT_EQ(cell.outcome, Outcome::kTooLarge);
  EXPECT_THAT(cell.message, HasSubstr("does not fit"));
  EXPECT_GT(cell.Count(report::Quantity::kStateBytes), 60'000u);
  EXPECT_EQ(cell.Count(report::Quantity::kFits, {report::PartKind::kBoard, "bluepill"}), 0u);
  EXPECT_EQ(cell.Parts(report::PartKind::kSymbol, report::Quantity::kSymbolSection).size(), 2u);
  EXPECT_EQ(ExitCodeOf(report::WorstOf({cell})), kFailed);

  model.config.max_seq = 1000;  // the emulated core has the room for it
  const report::Cell told = MeasureSizes({model}, *all, {.variants = {}, .progress = {}}).front();
  EXPECT_EQ(told.outcome, Outcome::kPass) << told.message;
  EXPECT_EQ(told.Count(report::Quantity::kFits, {report::PartKind::kBoard, "bluepill"}), 0u);
}

}  // namespace
}  // namespace atome::harness
