#include "harness/size/size.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(SizeVerdict, OnlyWhatMustFitFails) {
  SizeCell pass, large, missing;
  pass.status = CellStatus::kPass;
  large.status = CellStatus::kTooLarge;
  missing.status = CellStatus::kMissing;
  EXPECT_EQ(Verdict(std::vector<SizeCell>{pass}), kPass);
  EXPECT_EQ(Verdict(std::vector<SizeCell>{pass, large}), kFailed);
  EXPECT_EQ(Verdict(std::vector<SizeCell>{missing, pass}), kUsage);
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
    const SizeCell cell = MeasureSizes({model}, *targets, {.variants = {variant}, .progress = {}}).front();
    EXPECT_EQ(cell.variant, variant);
    if (cell.status == CellStatus::kMissing) GTEST_SKIP() << cell.message;
    ASSERT_EQ(cell.status, CellStatus::kPass) << cell.message;
    ASSERT_TRUE(cell.boards.front().longest_max_seq.has_value());
    const uint32_t longest = *cell.boards.front().longest_max_seq;
    EXPECT_GT(longest, 9u);
    const auto run_at = [&](uint32_t max_seq) {
      model.config.max_seq = static_cast<uint16_t>(max_seq);
      const Result<Firmware> firmware = FindFirmware(model, targets->front().core->name, false, variant);
      return RunFirmware(emulation::UnicornMachine(), *targets->front().core, *firmware, model,
                         {.prompts = {{1}}, .generate = 2, .taps = false, .variant = variant},
                         {.board = targets->front().boards.front(), .profile = {}});
    };
    EXPECT_EQ(run_at(longest).execution.status, ExecutionStatus::kComplete) << name << " " << longest;
    const FirmwareRun over = run_at(longest + 1);
    EXPECT_EQ(over.execution.status, ExecutionStatus::kCrashed) << name << " " << longest + 1;
    ASSERT_TRUE(over.machine.fault.has_value());
    EXPECT_THAT(over.machine.fault->kind, HasSubstr("unmapped"));
  }
}

}  // namespace
}  // namespace atome::harness
