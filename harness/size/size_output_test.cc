#include "harness/size/size_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace atome::harness {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

SizeCell Measured() {
  SizeCell cell;
  cell.core = "m3";
  cell.model = "model.atome02";
  cell.variant = Variant::kQ15;
  cell.build = FirmwareBuild::kSize;
  cell.max_seq = 64;
  cell.status = CellStatus::kTooLarge;
  cell.message = "does not fit Blue Pill";
  Footprint footprint;
  footprint.sections = {{".text.engine", Part::kEngine, SectionKind::kText, 4000},
                        {".text.library", Part::kLibrary, SectionKind::kText, 500},
                        {".text.firmware", Part::kStartup, SectionKind::kText, 60},
                        {".vectors", Part::kStartup, SectionKind::kRodata, 64},
                        {".data", Part::kStartup, SectionKind::kData, 8},
                        {".bss", Part::kStartup, SectionKind::kBss, 1000},
                        {".stack", Part::kStartup, SectionKind::kStack, 2048},
                        {".model_image", Part::kModel, SectionKind::kRodata, 17653}};
  footprint.symbols = {{"atome_step", ".text.engine", Part::kEngine, SectionKind::kText, 3000},
                       {"__addsf3", ".text.library", Part::kLibrary, SectionKind::kText, 300}};
  cell.footprint = footprint;
  cell.ram = RamUse{.state_bytes = 89864, .stack_bytes = 500, .logits_bytes = 1024};
  cell.boards = {{emulation::FindBoard("bluepill"), false, 22285, 93936, std::nullopt},
                 {emulation::FindBoard("mps2-an385"), true, 22285, 93936, 3242}};
  return cell;
}

SizeCell Absent() {
  SizeCell cell;
  cell.core = "m7";
  cell.model = "model.atome02";
  cell.status = CellStatus::kMissing;
  cell.message = "no firmware";
  return cell;
}

TEST(FormatSizes, TablesShowFlashRamAndBoards) {
  const std::string text = FormatSizes({Measured(), Absent()}, OutputFormat::kTable, 1);
  for (const char* part :
       {"4 560", "4 632", "17 653", "89 864", "92 396", "bluepill", "22 285", "131 072", "3 242",
        "atome_step", "too large: model.atome02 q15 on m3: does not fit Blue Pill",
        "missing: model.atome02 f32 on m7: no firmware"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, Not(HasSubstr("__addsf3"))) << "one symbol was asked for";
  EXPECT_THAT(FormatSizes({Measured()}, OutputFormat::kTable, 0), Not(HasSubstr("symbol")));
}

TEST(FormatSizes, JsonHasEveryFigure) {
  const auto json = nlohmann::json::parse(FormatSizes({Measured(), Absent()}, OutputFormat::kJson, 2));
  EXPECT_EQ(json["verdict"], "fail");
  const auto& cell = json["cells"][0];
  EXPECT_EQ(cell["variant"], "q15");
  EXPECT_EQ(cell["build"], "size");
  EXPECT_EQ(cell["engine_text_bytes"], 4000);
  EXPECT_EQ(cell["code_bytes"], 4560);
  EXPECT_EQ(cell["firmware_bytes"], 4560 + 64 + 8);
  EXPECT_EQ(cell["model_bytes"], 17653);
  EXPECT_EQ(cell["ram_bytes"], 89864 + 500 + 1024 + 8 + 1000);
  EXPECT_EQ(cell["sections"].size(), 8u);
  EXPECT_EQ(cell["symbols"][1]["symbol"], "__addsf3");
  EXPECT_EQ(cell["boards"][0]["board"], "bluepill");
  EXPECT_EQ(cell["boards"][0]["fits"], false);
  EXPECT_TRUE(cell["boards"][0]["longest_max_seq"].is_null());
  EXPECT_EQ(cell["boards"][1]["longest_max_seq"], 3242);
  const auto& absent = json["cells"][1];
  for (const char* key : {"engine_text_bytes", "firmware_bytes", "state_bytes", "ram_bytes"})
    EXPECT_TRUE(absent[key].is_null()) << key << ": never 0 for what was not measured";
}

TEST(FormatSizes, CsvHasARowABoard) {
  const std::string csv = FormatSizes({Measured(), Absent()}, OutputFormat::kCsv, 0);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 2 + 1);
  EXPECT_THAT(csv,
              HasSubstr("m3,model.atome02,q15,size,64,too large,4000,500,60,4560,64,4632,17653,8,1000,2048,"
                        "89864,500,1024,92396,bluepill,false,22285,93936,,"));
  EXPECT_THAT(csv, HasSubstr("m7,model.atome02,f32,speed,0,missing,,,,"));
}

}  // namespace
}  // namespace atome::harness
