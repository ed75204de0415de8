#include "harness/parity/cell_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace atome::harness {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

Cell PassedCell() {
  Cell cell;
  cell.runner = "unicorn";
  cell.core = "m0";
  cell.model = "tiny.atome02";
  cell.status = CellStatus::kPass;
  cell.build = "m0/tiny-f32.elf";
  cell.tokens_matched = 48;
  cell.tokens_total = 48;
  cell.max_ulp = 0;
  cell.max_abs_error = 1.5e-7;
  cell.max_relative_error = 2.5e-8;
  cell.instructions_per_token = 1234567.5;
  cell.instructions_total = 98765432;
  cell.cycles_per_token = 2345678.25;
  cell.cycles_total = 198765432;
  cell.cycles_basis = "operands";
  cell.state_bytes = 4096;
  return cell;
}

Cell MissingCell() {
  Cell cell;
  cell.runner = "qemu";
  cell.core = "m7";
  cell.model = "tiny.atome02";
  cell.status = CellStatus::kMissing;
  cell.message = "qemu-system-arm not found";
  for (const char* figure :
       {"tokens_matched", "tokens_total", "max_ulp", "max_abs_error", "max_relative_error",
        "instructions_per_token", "instructions_total", "cycles_per_token", "cycles_total", "state_bytes"}) {
    cell.unavailable[figure] = cell.message;
  }
  return cell;
}

Cell MismatchedCell() {
  Cell cell = PassedCell();
  cell.status = CellStatus::kMismatch;
  cell.max_ulp = 1;
  cell.divergence = Divergence{.case_index = 1,
                               .step = 2,
                               .op = ATOME_OP_LOCAL,
                               .layer = 3,
                               .index = 4,
                               .expected = 1.0f,
                               .actual = -0.0f,
                               .note = {}};
  cell.message = cell.divergence->Describe();
  return cell;
}

Json Parsed(const std::vector<Cell>& cells) { return Json::parse(FormatCells(cells, OutputFormat::kJson)); }

TEST(FormatCellsJson, HasEveryKeyWhateverTheStatus) {
  for (const Cell& cell : {PassedCell(), MissingCell(), MismatchedCell(), Cell{}}) {
    const Json json = Parsed({cell})["cells"][0];
    for (const char* key : {"runner", "core", "model", "variant", "status", "tokens_matched", "tokens_total",
                            "max_ulp", "max_abs_error", "max_relative_error", "instructions_per_token",
                            "instructions_total", "state_bytes", "build", "note", "message", "unavailable"}) {
      EXPECT_TRUE(json.contains(key)) << key;
    }
  }
}

TEST(FormatCellsJson, Figures) {
  const Json json = Parsed({PassedCell()});
  EXPECT_EQ(json["verdict"], "pass");
  ASSERT_EQ(json["cells"].size(), 1u);
  const Json& cell = json["cells"][0];
  EXPECT_EQ(cell["runner"], "unicorn");
  EXPECT_EQ(cell["core"], "m0");
  EXPECT_EQ(cell["model"], "tiny.atome02");
  EXPECT_EQ(cell["variant"], "f32");
  EXPECT_EQ(cell["status"], "pass");
  EXPECT_EQ(cell["tokens_matched"], 48);
  EXPECT_EQ(cell["tokens_total"], 48);
  EXPECT_EQ(cell["max_ulp"], 0);
  EXPECT_EQ(cell["max_abs_error"], 1.5e-7);
  EXPECT_EQ(cell["max_relative_error"], 2.5e-8);
  EXPECT_EQ(cell["instructions_per_token"], 1234567.5);
  EXPECT_EQ(cell["instructions_total"], 98765432);
  EXPECT_EQ(cell["cycles_per_token"], 2345678.25);
  EXPECT_EQ(cell["cycles_total"], 198765432);
  EXPECT_EQ(cell["cycles_basis"], "operands");
  EXPECT_EQ(cell["state_bytes"], 4096);
  EXPECT_EQ(cell["unavailable"], Json::object());
  EXPECT_FALSE(cell.contains("divergence"));
}

TEST(FormatCellsJson, AbsentFiguresAreNullWithAReason) {
  const Json json = Parsed({MissingCell()});
  EXPECT_EQ(json["verdict"], "fail");
  const Json& cell = json["cells"][0];
  EXPECT_EQ(cell["status"], "missing");
  for (const auto& [figure, reason] : MissingCell().unavailable) {
    EXPECT_TRUE(cell[figure].is_null()) << figure;
    EXPECT_EQ(cell["unavailable"][figure], "qemu-system-arm not found") << figure;
  }
}

TEST(FormatCellsJson, Divergence) {
  const Json divergence = Parsed({MismatchedCell()})["cells"][0]["divergence"];
  EXPECT_EQ(divergence["case"], 1);
  EXPECT_EQ(divergence["step"], 2);
  EXPECT_EQ(divergence["layer"], 3);
  EXPECT_EQ(divergence["op"], "local");
  EXPECT_EQ(divergence["index"], 4);
  EXPECT_EQ(divergence["expected"], 1.0);
  EXPECT_EQ(divergence["expected_bits"], "0x3f800000");
  EXPECT_EQ(divergence["actual_bits"], "0x80000000");
  EXPECT_EQ(divergence["ulp"], 0x3f800001);
}

TEST(FormatCellsJson, DivergenceWithoutIndexAndLayer) {
  Cell cell = MismatchedCell();
  cell.divergence = Divergence{};
  cell.divergence->note = "only the hash";
  const Json divergence = Parsed({cell})["cells"][0]["divergence"];
  EXPECT_TRUE(divergence["layer"].is_null());
  EXPECT_TRUE(divergence["index"].is_null());
  EXPECT_FALSE(divergence.contains("ulp"));
  EXPECT_EQ(divergence["note"], "only the hash");
}

TEST(FormatCellsJson, NonFiniteValuesAreText) {
  Cell cell = MismatchedCell();
  cell.divergence->actual = std::nanf("");
  cell.divergence->expected = -INFINITY;
  const Json divergence = Parsed({cell})["cells"][0]["divergence"];
  EXPECT_EQ(divergence["actual"], "nan");
  EXPECT_EQ(divergence["expected"], "-inf");
  EXPECT_EQ(divergence["actual_bits"], "0x7fc00000");
}

TEST(FormatCellsJson, SurvivesTextThatIsNoUtf8) {
  Cell cell = MissingCell();
  cell.message = "firmware said \xff\xfe";
  EXPECT_THAT(std::string(Parsed({cell})["cells"][0]["message"]), HasSubstr("firmware said"));
}

TEST(FormatCellsJson, NoCells) { EXPECT_EQ(Parsed({})["cells"], Json::array()); }

TEST(FormatCellsTable, AbsentFiguresAreDashes) {
  const std::string text = FormatCells({PassedCell(), MissingCell()}, OutputFormat::kTable);
  EXPECT_THAT(text, AllOf(HasSubstr("48/48"), HasSubstr("0 ULP"), HasSubstr("1 234 568"), HasSubstr("4 096"),
                          HasSubstr("1.5e-07"), HasSubstr("1 of 2 cells pass"),
                          HasSubstr("missing: tiny.atome02 on qemu m7: qemu-system-arm not found")));
  const size_t row = text.find("qemu     m7");
  ASSERT_NE(row, std::string::npos);
  EXPECT_THAT(text.substr(row, text.find('\n', row) - row), AllOf(HasSubstr("-"), Not(HasSubstr(" 0 "))));
}

TEST(FormatCellsTable, SaysWhereItDiverges) {
  EXPECT_THAT(
      FormatCells({MismatchedCell()}, OutputFormat::kTable),
      HasSubstr("mismatch: tiny.atome02 on unicorn m0: case 1, step 2, layer 3, local, index 4: expected 1 "
                "(0x3f800000), actual -0 (0x80000000), 1065353217 ULP"));
}

TEST(FormatCellsMarkdown, HasTheSameRows) {
  EXPECT_THAT(FormatCells({PassedCell()}, OutputFormat::kMarkdown),
              AllOf(HasSubstr("| tiny.atome02 | f32 | unicorn | m0 | pass | 48/48 |"),
                    HasSubstr("1 of 1 cells pass")));
}

TEST(FormatCellsCsv, FiguresInFullAndAbsentOnesEmpty) {
  EXPECT_EQ(
      FormatCells({PassedCell(), MissingCell()}, OutputFormat::kCsv),
      "runner,core,model,variant,status,tokens_matched,tokens_total,max_ulp,max_abs_error,max_relative_error,"
      "instructions_per_token,instructions_total,cycles_per_token,cycles_total,cycles_basis,state_bytes,"
      "build,note,message\n"
      "unicorn,m0,tiny.atome02,f32,pass,48,48,0,1.5e-07,2.5e-08,1234567.5,98765432,2345678.25,198765432,"
      "operands,4096,m0/tiny-f32.elf,,\n"
      "qemu,m7,tiny.atome02,f32,missing,,,,,,,,,,,,,,qemu-system-arm not found\n");
}

TEST(FormatCellsCsv, SurvivesTextThatIsNoUtf8) {
  Cell cell = MissingCell();
  cell.message = "firmware said \xff";
  EXPECT_THAT(FormatCells({cell}, OutputFormat::kCsv), HasSubstr("firmware said \xff"));
}

}  // namespace
}  // namespace atome::harness
