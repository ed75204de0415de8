#include "harness/parity/parity_figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atome::harness::report {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Names(const ReportCell& cell) {
  std::vector<std::string> names;
  for (const Figure& figure : cell.figures) {
    EXPECT_EQ(figure.figure_class, FigureClass::kExact);
    names.push_back(figure.name + figure.part_kind + figure.part);
  }
  return names;
}

TEST(ParityFigures, AreThoseThatWereMeasured) {
  Cell cell;
  cell.runner = "unicorn";
  cell.core = "m3";
  cell.model = "a.atome03";
  cell.variant = "q15";
  cell.build_kind = "size";
  cell.status = CellStatus::kMismatch;
  cell.max_ulp = 0;
  cell.cycles_per_token = 1.5;
  cell.cycles_basis = "blocks";
  cell.logits_sha256 = "ab";
  cell.step_digests = {"00000001", "00000002"};
  cell.unavailable["state_bytes"] = "why";
  const ReportCell out = ToReport(cell);
  EXPECT_EQ(out.key.Describe(), "parity unicorn m3 a.atome03 q15 size");
  EXPECT_EQ(out.status, CellStatus::kMismatch);
  EXPECT_EQ(out.unavailable, cell.unavailable);
  EXPECT_THAT(Names(out), ElementsAre("max_ulp", "cycles_per_token", "cycles_basis", "logits_sha256",
                                      "step_digestscase0", "step_digestscase1"));
  EXPECT_EQ(std::get<uint64_t>(out.figures[0].value), 0u);
  EXPECT_EQ(std::get<double>(out.figures[1].value), 1.5);
  EXPECT_EQ(std::get<std::string>(out.figures[2].value), "blocks");
}

TEST(ParityFigures, TapsAreAnotherCell) {
  Cell cell;
  const Key without = ToReport(cell).key;
  cell.taps = true;
  EXPECT_NE(ToReport(cell).key, without);
}

}  // namespace
}  // namespace atome::harness::report
