#include "harness/size/size_figures.h"

#include <gtest/gtest.h>

namespace atome::harness::report {
namespace {

// Of the figure, or -1.
int64_t Of(const ReportCell& cell, std::string_view name, std::string_view part = "") {
  for (const Figure& figure : cell.figures) {
    if (figure.name == name && figure.part == part)
      return static_cast<int64_t>(std::get<uint64_t>(figure.value));
  }
  return -1;
}

TEST(SizeFigures, AreOfTheWholeSectionsSymbolsAndBoards) {
  SizeCell cell;
  cell.core = "m3";
  cell.model = "a.atome03";
  cell.build = FirmwareBuild::kSize;
  cell.status = CellStatus::kPass;
  cell.max_seq = 64;
  cell.footprint = Footprint{{{".text.engine", Part::kEngine, SectionKind::kText, 100}},
                             {{"table", ".rodata", Part::kEngine, SectionKind::kRodata, 4},
                              {"f", ".text.engine", Part::kEngine, SectionKind::kText, 50},
                              {"table", ".rodata", Part::kLibrary, SectionKind::kRodata, 3}}};
  cell.ram = RamUse{1000, 200, 40};
  const emulation::Board& board = emulation::Boards().front();
  cell.boards = {{&board, true, 5000, 600, 70}, {&emulation::Boards()[1], false, 5000, 600, {}}};
  const ReportCell out = ToReport(cell);
  EXPECT_EQ(out.key.Describe(), "size elf m3 a.atome03 f32 size");
  EXPECT_EQ(Of(out, "engine_text_bytes"), 100);
  EXPECT_EQ(Of(out, "bss_bytes"), 0);  // a measurement
  EXPECT_EQ(Of(out, "ram_bytes"), 1240);
  EXPECT_EQ(Of(out, "max_seq"), 64);
  EXPECT_EQ(Of(out, "bytes", ".text.engine"), 100);
  EXPECT_EQ(Of(out, "bytes", "table"), 7);
  EXPECT_EQ(Of(out, "bytes", "f"), 50);
  EXPECT_EQ(Of(out, "fits", board.name), 1);
  EXPECT_EQ(Of(out, "flash_bytes_needed", board.name), 5000);
  EXPECT_EQ(Of(out, "longest_max_seq", board.name), 70);
  EXPECT_EQ(Of(out, "fits", emulation::Boards()[1].name), 0);
  EXPECT_EQ(Of(out, "longest_max_seq", emulation::Boards()[1].name), -1);
  EXPECT_TRUE(out.unavailable.empty());
}

TEST(SizeFigures, ThatAreAbsentSayWhy) {
  SizeCell cell;
  cell.status = CellStatus::kMissing;
  cell.message = "no firmware";
  const ReportCell out = ToReport(cell);
  EXPECT_EQ(Of(out, "ram_bytes"), -1);
  EXPECT_EQ(out.unavailable.at("ram_bytes"), "no firmware");
  EXPECT_EQ(out.unavailable.at("code_bytes"), "no firmware");
}

}  // namespace
}  // namespace atome::harness::report
