#include "harness/cycles/cycle_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace atome::harness {
namespace {

using ::testing::HasSubstr;

CycleCell Measured() {
  CycleCell cell;
  cell.core = "m4f";
  cell.board = "nucleo-f411re";
  cell.model = "model.atome02";
  cell.status = CellStatus::kPass;
  cell.cycles_per_token = 1000000.5;
  cell.instructions_per_token = 900000;
  for (const std::string_view op : TraitsOf(Architecture::kTernary).ops)
    cell.ops.push_back({std::string(op), 125000, 112500});
  cell.ops.push_back({"other", 0.5, 0});
  cell.accuracy = {std::nullopt, 10, "not compared"};
  cell.clock_hz = 100'000'000;
  cell.tokens_per_second = 99.99995;
  return cell;
}

CycleCell TooLarge() {
  CycleCell cell;
  cell.core = "m3";
  cell.board = "bluepill";
  cell.model = "model.atome02";
  cell.status = CellStatus::kTooLarge;
  cell.message = "does not fit: 7 too many";
  return cell;
}

TEST(FormatCycles, TablesShowCostsAndOps) {
  const std::string text = FormatCycles({Measured(), TooLarge()}, OutputFormat::kTable);
  for (const char* part : {"1 000 001", "900 000", "100.0", "10% worst", "unembed", "125 000", "too large",
                           "too large: model.atome02 on bluepill: does not fit: 7 too many"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(FormatCycles, JsonHasEveryFigureInFull) {
  const auto json = nlohmann::json::parse(FormatCycles({Measured(), TooLarge()}, OutputFormat::kJson));
  EXPECT_EQ(json["verdict"], "fail");
  const auto& cell = json["cells"][0];
  EXPECT_EQ(cell["core"], "m4f");
  EXPECT_EQ(cell["board"], "nucleo-f411re");
  EXPECT_EQ(cell["positions"], "16:64");
  EXPECT_EQ(cell["cycles_per_token"], 1000000.5);
  EXPECT_EQ(cell["ops"]["norm"]["cycles_per_token"], 125000);
  EXPECT_EQ(cell["accuracy"]["worst_percent"], 10);
  EXPECT_TRUE(cell["accuracy"]["mean_percent"].is_null());
  EXPECT_TRUE(json["cells"][1]["cycles_per_token"].is_null()) << "never 0 for what was not measured";
}

TEST(FormatCycles, CsvHasARowAnOp) {
  const std::string csv = FormatCycles({Measured(), TooLarge()}, OutputFormat::kCsv);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 10 + 1);
  EXPECT_THAT(csv, HasSubstr("m4f,nucleo-f411re,model.atome02,f32,16:64,pass,all,1000000.5,900000,"));
  EXPECT_THAT(csv, HasSubstr("m3,bluepill,model.atome02,f32,16:64,too large,all,,,,"));
}

}  // namespace
}  // namespace atome::harness
