#include "harness/cycles/cycle_figures.h"

#include <gtest/gtest.h>

namespace atome::harness::report {
namespace {

TEST(CycleFigures, AreOfTheTokenAndItsOps) {
  CycleCell cell;
  cell.core = "m3";
  cell.board = "bluepill";
  cell.model = "a.atome03";
  cell.variant = "q15";
  cell.positions = {2, 9};
  cell.status = CellStatus::kPass;
  cell.cycles_per_token = 3.5;
  cell.instructions_per_token = 2.0;
  cell.tokens_per_second = 10.0;
  cell.ops = {{"embed", 1.5, 1}, {"other", 2, 1}};
  const ReportCell out = ToReport(cell);
  EXPECT_EQ(out.key.Describe(), "cycles unicorn m3 bluepill a.atome03 q15 speed positions 2:9");
  ASSERT_EQ(out.figures.size(), 7u);
  EXPECT_EQ(out.figures[3].name, "cycles_per_token");
  EXPECT_EQ(out.figures[3].part_kind, "op");
  EXPECT_EQ(out.figures[3].part, "embed");
  EXPECT_EQ(std::get<double>(out.figures[3].value), 1.5);
  EXPECT_TRUE(out.unavailable.empty());
}

TEST(CycleFigures, SayHowAccurateTheyAre) {
  CycleCell cell;
  cell.note = "runs on a Cortex-M0";
  EXPECT_EQ(ToReport(cell).note, "runs on a Cortex-M0");
  cell.accuracy = {4.5, 9, "compared with a board"};
  EXPECT_EQ(ToReport(cell).note,
            "cycles within 4.5% mean, 9% worst: compared with a board; runs on a Cortex-M0");
}

TEST(CycleFigures, ThatAreAbsentSayWhy) {
  CycleCell cell;
  cell.status = CellStatus::kCrashed;
  cell.message = "a fault";
  const ReportCell out = ToReport(cell);
  EXPECT_TRUE(out.figures.empty());
  EXPECT_EQ(out.unavailable.at("cycles_per_token"), "a fault");
  EXPECT_NE(out.unavailable.at("tokens_per_second"), "");
}

}  // namespace
}  // namespace atome::harness::report
