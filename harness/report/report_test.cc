#include "harness/report/report.h"

#include <gtest/gtest.h>

namespace atome::harness::report {
namespace {

TEST(Key, DescribesWhatIsNotEmpty) {
  Key key;
  key.kind = Kind::kCycles;
  key.runner = "unicorn";
  key.core = "m3";
  key.board = "bluepill";
  key.model = "atome_60k.atome03";
  key.variant = "f32";
  key.detail = "positions 16:64";
  EXPECT_EQ(key.Describe(), "cycles unicorn m3 bluepill atome_60k.atome03 f32 positions 16:64");
  EXPECT_EQ(Key{}.Describe(), "parity");
}

TEST(KindName, NamesAll) {
  EXPECT_EQ(KindName(Kind::kParity), "parity");
  EXPECT_EQ(KindName(Kind::kBenchmark), "benchmark");
  EXPECT_EQ(KindName(Kind::kAb), "ab");
}

TEST(SortCells, IsByKeyWhateverTheOrder) {
  Report report;
  for (const char* core : {"m7", "m0", "m3"}) report.cells.emplace_back().key.core = core;
  report.cells.emplace_back().key.kind = Kind::kAb;
  report.cells.emplace_back().key.kind = Kind::kCycles;
  SortCells(&report);
  std::string order;
  for (const ReportCell& cell : report.cells) order += cell.key.Describe() + ";";
  EXPECT_EQ(order, "parity m0;parity m3;parity m7;cycles;ab;");
}

}  // namespace
}  // namespace atome::harness::report
