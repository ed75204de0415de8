#include "harness/run/firmware_cell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulation/boards/core.h"

namespace atome::harness {
namespace {

using report::PartKind;
using report::Quantity;
using ::testing::HasSubstr;

class FirmwareCellTest : public ::testing::Test {
 protected:
  FirmwareCellTest() {
    request_.elf_name = "some/folder/blink.elf";
    request_.core = emulation::FindCore("m3");
    result_.outcome = emulation::Outcome::kExited;
    result_.instructions = emulation::Instructions{100};
    result_.cycles = emulation::Cycles{150};
    result_.stack_bytes = 0;
  }
  report::Cell Measured() const {
    return CellOfRun(emulation::UnicornMachine(), request_, result_, "args x");
  }

  emulation::RunRequest request_;
  emulation::RunResult result_;
};

TEST_F(FirmwareCellTest, HasWhatWasMeasuredAndNoMore) {
  const report::Cell cell = Measured();
  EXPECT_EQ(cell.key.Describe(), "run unicorn m3 blink.elf, args x");
  EXPECT_TRUE(cell.passed());
  EXPECT_EQ(cell.Count(Quantity::kExitCode), 0u);
  EXPECT_EQ(cell.Count(Quantity::kInstructionsTotal), 100u);
  EXPECT_EQ(cell.Count(Quantity::kCyclesTotal), 150u);
  EXPECT_EQ(cell.Count(Quantity::kStackBytes), 0u) << "measured, and none";
  EXPECT_EQ(cell.Count(Quantity::kProcessStackBytes), std::nullopt);
  EXPECT_THAT(cell.unavailable.at(Quantity::kProcessStackBytes), HasSubstr("PSP"));
}

TEST_F(FirmwareCellTest, TheExitCodeIsWhole) {
  result_.exit_code = 256;
  EXPECT_EQ(Measured().outcome, Outcome::kMismatch);
  EXPECT_EQ(Measured().Count(Quantity::kExitCode), 256u);
  EXPECT_THAT(Measured().message, HasSubstr("256"));
  result_.exit_code = -1;
  EXPECT_EQ(Measured().Count(Quantity::kExitCode), 0xFFFFFFFFu);
}

TEST_F(FirmwareCellTest, WhatDidNotRunHasNoFigure) {
  result_ = {};
  result_.outcome = emulation::Outcome::kRejected;
  result_.message = "blink.elf: not an ELF file";
  const report::Cell cell = Measured();
  EXPECT_EQ(cell.outcome, Outcome::kError);
  EXPECT_EQ(cell.message, result_.message);
  EXPECT_TRUE(cell.figures.empty());
  EXPECT_EQ(cell.unavailable.size(), 5u);
  result_.outcome = emulation::Outcome::kTimeLimit;
  EXPECT_EQ(Measured().outcome, Outcome::kCrashed);
  result_.outcome = emulation::Outcome::kToolMissing;
  EXPECT_EQ(Measured().outcome, Outcome::kMissing);
}

TEST_F(FirmwareCellTest, MarksAndWhatLiesBetween) {
  request_.from_symbol = "a";
  request_.to_symbol = "b";
  result_.between = {.times = 4, .cycles = 10, .least = 2, .most = 3};
  result_.marks.assign(1000, {.instructions = emulation::Instructions{5}, .cycles = emulation::Cycles{6}});
  report::Cell cell = Measured();
  EXPECT_EQ(cell.Number(Quantity::kCyclesMean, {PartKind::kMark, "a to b"}), 2.5);
  EXPECT_EQ(cell.Count(Quantity::kCyclesLeast, {PartKind::kMark, "a to b"}), 2u);
  EXPECT_EQ(cell.Parts(PartKind::kMark, Quantity::kCyclesBefore).size(), 256u);
  EXPECT_THAT(cell.note, HasSubstr("of 1000 arrivals"));
  result_.between = emulation::RunResult::Between{};
  cell = Measured();
  EXPECT_EQ(cell.Count(Quantity::kTimes, {PartKind::kMark, "a to b"}), 0u);
  EXPECT_EQ(cell.Number(Quantity::kCyclesMean, {PartKind::kMark, "a to b"}), std::nullopt) << "not 0";
}

}  // namespace
}  // namespace atome::harness
