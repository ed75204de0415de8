#include "harness/size/size_cell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/report/print.h"

namespace atome::harness {
namespace {

using report::PartKind;
using report::Quantity;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

report::Cell Named(std::string core, std::string variant, std::string build) {
  report::Cell cell;
  cell.key.kind = report::Kind::kSize;
  cell.key.runner = "elf";
  cell.key.core = std::move(core);
  cell.key.model = "model.atome02";
  cell.key.variant = std::move(variant);
  cell.key.build_kind = std::move(build);
  return cell;
}

Sizes AFirmwares() {
  Sizes sizes;
  sizes.footprint =
      Footprint{.sections = {{".text.engine", Part::kEngine, SectionKind::kText, 4000},
                             {".text.library", Part::kLibrary, SectionKind::kText, 500},
                             {".text.firmware", Part::kStartup, SectionKind::kText, 60},
                             {".vectors", Part::kStartup, SectionKind::kRodata, 64},
                             {".data", Part::kStartup, SectionKind::kData, 8},
                             {".bss", Part::kStartup, SectionKind::kBss, 1000},
                             {".stack", Part::kStartup, SectionKind::kStack, 2048},
                             {".model_image", Part::kModel, SectionKind::kRodata, 17653}},
                .symbols = {{"atome_step<4ul>(int)", ".text.engine", Part::kEngine, SectionKind::kText, 3000},
                            {"__addsf3", ".text.library", Part::kLibrary, SectionKind::kText, 300},
                            {"table", ".text.engine", Part::kEngine, SectionKind::kText, 200},
                            {"table", ".vectors", Part::kStartup, SectionKind::kRodata, 101}}};
  sizes.ram = RamUse{.state_bytes = 89864, .stack_bytes = 500, .logits_bytes = 1024};
  sizes.flash_bytes_needed = 22290;
  sizes.ram_bytes_needed = 93936;
  sizes.boards = {{emulation::FindBoard("bluepill"), false, 22285, 93936, std::nullopt},
                  {emulation::FindBoard("mps2-an385"), true, 22285, 93936, 3242}};
  return sizes;
}

report::Cell Measured(size_t symbols = 0) {
  report::Cell cell = Named("m3", "q15", "size");
  cell.Fail(Outcome::kTooLarge, "does not fit Blue Pill");
  AddSizes(AFirmwares(), symbols, &cell);
  return cell;
}

report::Cell Absent() {
  report::Cell cell = Named("m7", "f32", "speed");
  cell.Fail(Outcome::kMissing, "no firmware");
  AddSizes({}, 3, &cell);
  return cell;
}

std::string Printed(std::vector<report::Cell> cells, OutputFormat format) {
  report::Report report;
  report.cells = std::move(cells);
  return report::Print(report, format);
}

TEST(AddSizes, FirmwareOfOthersHasItsFlashWhereItHoldsTheModel) {
  for (const bool holds : {true, false}) {
    Sizes sizes = AFirmwares();
    sizes.footprint->is_given = true;
    if (!holds) sizes.footprint->sections.pop_back();
    report::Cell cell = Named("m3", "f32", "");
    cell.outcome = Outcome::kPass;
    AddSizes(sizes, 0, &cell);
    for (const Quantity quantity : {Quantity::kFirmwareBytes, Quantity::kModelBytes}) {
      EXPECT_EQ(cell.Find(quantity) != nullptr, holds) << report::NameOf(quantity);
      EXPECT_EQ(cell.unavailable.contains(quantity), !holds) << report::NameOf(quantity);
    }
    EXPECT_FALSE(cell.Count(Quantity::kEngineTextBytes));
    EXPECT_FALSE(cell.Count(Quantity::kStackReservedBytes));
  }
}

TEST(AddSizes, AddsEveryFigure) {
  const report::Cell cell = Measured();
  const auto of = [&](Quantity quantity) { return cell.Count(quantity); };
  EXPECT_EQ(of(Quantity::kEngineTextBytes), 4000u);
  EXPECT_EQ(of(Quantity::kLibraryTextBytes), 500u);
  EXPECT_EQ(of(Quantity::kStartupTextBytes), 60u);
  EXPECT_EQ(of(Quantity::kCodeBytes), 4560u);
  EXPECT_EQ(of(Quantity::kRodataBytes), 64u);
  EXPECT_EQ(of(Quantity::kDataBytes), 8u);
  EXPECT_EQ(of(Quantity::kFirmwareBytes), 4560u + 64 + 8);
  EXPECT_EQ(of(Quantity::kModelBytes), 17653u);
  EXPECT_EQ(of(Quantity::kFlashBytes), 4560u + 64 + 8 + 17653);
  EXPECT_EQ(of(Quantity::kBssBytes), 1000u);
  EXPECT_EQ(of(Quantity::kStackReservedBytes), 2048u);
  EXPECT_EQ(of(Quantity::kStateBytes), 89864u);
  EXPECT_EQ(of(Quantity::kStackBytes), 500u);
  EXPECT_EQ(of(Quantity::kLogitsBytes), 1024u);
  EXPECT_EQ(of(Quantity::kRamBytes), 89864u + 500 + 1024 + 8 + 1000);
  EXPECT_EQ(of(Quantity::kFlashBytesNeeded), 22290u);
  EXPECT_EQ(of(Quantity::kRamBytesNeeded), 93936u);
  EXPECT_TRUE(cell.unavailable.empty());
}

TEST(AddSizes, AddsPartsThoseOfOneNameTogether) {
  const report::Cell cell = Measured();
  EXPECT_EQ(cell.Parts(PartKind::kSection, Quantity::kSectionBytes).size(), 8u);
  EXPECT_EQ(cell.Count(Quantity::kSectionBytes, {PartKind::kSection, ".text.engine"}), 4000u);
  EXPECT_THAT(cell.Parts(PartKind::kSymbol, Quantity::kSymbolBytes),
              ElementsAre("__addsf3", "atome_step<4ul>(int)", "table"));
  EXPECT_EQ(cell.Count(Quantity::kSymbolBytes, {PartKind::kSymbol, "table"}), 301u);
  const report::Part bluepill{PartKind::kBoard, "bluepill"}, mps2{PartKind::kBoard, "mps2-an385"};
  EXPECT_EQ(cell.Count(Quantity::kFits, bluepill), 0u);
  EXPECT_EQ(cell.Count(Quantity::kFlashBytesNeeded, bluepill), 22285u);
  EXPECT_EQ(cell.Count(Quantity::kBoardFlashBytes, bluepill), 131072u);
  EXPECT_EQ(cell.Count(Quantity::kRamBytesNeeded, bluepill), 93936u);
  EXPECT_EQ(cell.Count(Quantity::kBoardRamBytes, bluepill), 20480u);
  EXPECT_EQ(cell.Find(Quantity::kLongestMaxSeq, bluepill), nullptr);
  EXPECT_EQ(cell.Count(Quantity::kFits, mps2), 1u);
  EXPECT_EQ(cell.Count(Quantity::kLongestMaxSeq, mps2), 3242u);
}

TEST(AddSizes, TellsTheSectionOfTheLargestSymbols) {
  EXPECT_TRUE(Measured().Parts(PartKind::kSymbol, Quantity::kSymbolSection).empty());
  const report::Cell two = Measured(2);
  EXPECT_THAT(two.Parts(PartKind::kSymbol, Quantity::kSymbolSection),
              ElementsAre("atome_step<4ul>(int)", "table"));
  EXPECT_EQ(two.Text(Quantity::kSymbolSection, {PartKind::kSymbol, "table"}), ".text.engine");
  EXPECT_EQ(Measured(99).Parts(PartKind::kSymbol, Quantity::kSymbolSection).size(), 3u);
}

TEST(AddSizes, SaysWhyFiguresAreAbsent) {
  const report::Cell cell = Absent();
  EXPECT_TRUE(cell.figures.empty()) << "never 0 for what was not measured";
  for (const Quantity quantity : {Quantity::kEngineTextBytes, Quantity::kCodeBytes, Quantity::kFlashBytes,
                                  Quantity::kStateBytes, Quantity::kRamBytes})
    EXPECT_EQ(cell.unavailable.at(quantity), "no firmware");

  report::Cell unrun = Named("m3", "f32", "speed");
  unrun.Fail(Outcome::kTooLarge, "does not fit the emulated core");
  Sizes sizes = AFirmwares();
  sizes.ram->stack_bytes.reset();
  AddSizes(sizes, 0, &unrun);
  EXPECT_EQ(unrun.Count(Quantity::kStateBytes), 89864u);
  EXPECT_EQ(unrun.unavailable.at(Quantity::kStackBytes), "does not fit the emulated core");
  EXPECT_EQ(unrun.unavailable.at(Quantity::kRamBytes), "does not fit the emulated core");
}

TEST(PrintedSizes, TablesShowFlashRamAndBoards) {
  const std::string text = Printed({Measured(1), Absent()}, OutputFormat::kTable);
  for (const char* part :
       {"4 560", "4 632", "17 653", "89 864", "92 396", "bluepill", "22 285", "131 072", "3 242",
        "atome_step<>(int)", "too large: size elf m3 model.atome02 q15 size: does not fit Blue Pill",
        "missing: size elf m7 model.atome02 f32 speed: no firmware", "0 of 2 cells pass"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, Not(HasSubstr("__addsf3"))) << "one symbol was asked for";
  EXPECT_THAT(Printed({Measured()}, OutputFormat::kTable), Not(HasSubstr("ymbol")));
}

TEST(PrintedSizes, CsvHasARowAFigure) {
  const std::string csv = Printed({Measured(), Absent()}, OutputFormat::kCsv);
  EXPECT_THAT(csv,
              HasSubstr("size,elf,m3,,model.atome02,q15,size,,,too_large,,,engine_text_bytes,4000,bytes,,,"));
  EXPECT_THAT(csv, HasSubstr("size,elf,m3,,model.atome02,q15,size,,,too_large,board,bluepill,fits,0,,,,"));
  EXPECT_THAT(csv,
              HasSubstr("size,elf,m7,,model.atome02,f32,speed,,,missing,,,ram_bytes,,bytes,,,no firmware"));
}

}  // namespace
}  // namespace atome::harness
