#include "harness/report/print.h"

#include <gmock/gmock.h>

#include "harness/base/text.h"
#include "harness/report/parity_summary.h"
#include "harness/report/report_json.h"

namespace atome::harness::report {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

Cell CellOf(Kind kind, const std::string& runner, const std::string& core) {
  Cell cell;
  cell.key.kind = kind;
  cell.key.runner = runner;
  cell.key.core = core;
  cell.key.model = "a.atome03";
  cell.key.variant = "f32";
  cell.outcome = Outcome::kPass;
  return cell;
}

Report ReportOf(std::vector<Cell> cells) {
  Report report;
  report.cells = std::move(cells);
  return report;
}

// In Markdown, whose fields are not padded.
std::string Markdown(std::vector<Cell> cells) {
  return Print(ReportOf(std::move(cells)), OutputFormat::kMarkdown);
}

Cell Parity(const char* core) {
  Cell cell = CellOf(Kind::kParity, "unicorn", core);
  cell.Add(Quantity::kTokensMatched, 46u);
  cell.Add(Quantity::kTokensTotal, 48u);
  cell.Add(Quantity::kMaxUlp, 0u);
  cell.Add(Quantity::kMaxAbsError, 1.9e-6);
  cell.Add(Quantity::kCyclesPerToken, 228878.4);
  return cell;
}

TEST(Print, ParityIsOneTableWithoutEmptyColumns) {
  Cell failed = CellOf(Kind::kParity, "qemu", "m0");
  failed.Fail(Outcome::kMissing, "no qemu-system-arm");
  failed.unavailable[Quantity::kMaxUlp] = "it did not run";
  EXPECT_EQ(
      Markdown({Parity("m3"), failed}),
      "| model | variant | runner | core | outcome | tokens | logits | max\\|d\\| oracle | cycles/token |\n"
      "| --- | --- | --- | --- | --- | ---: | ---: | ---: | ---: |\n"
      "| a.atome03 | f32 | unicorn | m3 | pass | 46/48 | 0 ULP | 1.9e-06 | 228 878 |\n"
      "| a.atome03 | f32 | qemu | m0 | missing | - | - | - | - |\n"
      "\nmissing: parity qemu m0 a.atome03 f32: no qemu-system-arm\n"
      "\n1 of 2 cells pass\n");
  EXPECT_THAT(Markdown({Parity("m3")}), Not(HasSubstr("state bytes"))) << "no cell has it";
  Cell noted = Parity("m0plus");
  noted.note = "runs on a Cortex-M0";
  EXPECT_THAT(Markdown({Parity("m3"), noted}), HasSubstr("| note |"));
}

TEST(Print, ATotalThatIsAbsentIsADash) {
  Cell cell = CellOf(Kind::kParity, "native", "host");
  cell.Add(Quantity::kTokensMatched, 5u);
  EXPECT_THAT(Markdown({cell}), HasSubstr("| 5/- |"));
}

std::string Narrow(std::vector<Cell> cells, size_t width = 80) {
  return Print(ReportOf(std::move(cells)), OutputFormat::kTable, {.width = width});
}

TEST(ParitySummary, IsGreenWhereAllPass) {
  const Cell one = Parity("m3");
  Cell other = one;
  other.key.model = "b.atome03";
  const Table table = ParitySummary({&one, &other});
  ASSERT_EQ(table.rows.size(), 2u);
  ASSERT_EQ(table.columns[2].title, "cells pass");
  ASSERT_EQ(table.rows[0][2], "1 of 1");
  for (const auto& [text, colour] : {std::pair{"1 of 1", Colour::kGreen},
                                     {"16 of 16", Colour::kGreen},
                                     {"15 of 16", Colour::kRed},
                                     {"0 of 1", Colour::kRed},
                                     {"1 of 11", Colour::kRed}})
    EXPECT_EQ(table.columns[2].colour(text), colour) << text;
}

TEST(PrintNarrow, OnlyParityIsSummedUp) {
  Cell one = CellOf(Kind::kCycles, "unicorn", "m3"), other = one;
  other.key.model = "b.atome03";
  for (Cell* cell : {&one, &other}) cell->Add(Quantity::kCyclesPerToken, 228878.4);
  const std::string text = Narrow({one, other});
  EXPECT_THAT(text, AllOf(HasSubstr("a.atome03"), HasSubstr("b.atome03"), HasSubstr("228 878")));
}

TEST(PrintNarrow, NotesStandBelowAndSayOfHowMany) {
  Cell noted = Parity("m3");
  noted.key.runner = "qemu";
  noted.note = "runs on " + std::string(50, 'x') + " as there is no other";
  EXPECT_THAT(
      Narrow({Parity("m3"), noted}),
      AllOf(HasSubstr("\nm3 (1 of 2): runs on " + std::string(50, 'x') + " as there\n  is no other\n"),
            Not(HasSubstr("  note\n"))));
  EXPECT_THAT(Narrow({noted}), HasSubstr("\nm3: runs on"));
}

TEST(PrintNarrow, LeavesOutWhatTheCatalogueSays) {
  Cell cell = Parity("m3");
  cell.Add(Quantity::kInstructionsPerToken, 163579.0);
  cell.Add(Quantity::kStateBytes, 99840u);
  const std::string text = Narrow({cell, cell}, 70);
  EXPECT_THAT(text, HasSubstr("in all rows: model a.atome03, variant f32"));
  EXPECT_THAT(text, HasSubstr("left out: state bytes; --wide shows all")) << "the first of \"least\"";
  EXPECT_THAT(Narrow({cell, cell}, TextStyle::kUnbounded), Not(HasSubstr("left out")));
}

TEST(PrintNarrow, SeveralModelsHaveALineEachAndTheRowsOfWhatFails) {
  Cell other = Parity("m0"), failed = Parity("m7");
  other.key.model = failed.key.model = "b.atome03";
  failed.Fail(Outcome::kMismatch, "logit 3");
  const std::string text = Narrow({Parity("m3"), Parity("m4"), other, failed});
  EXPECT_THAT(text, HasSubstr("model      variant  cells pass  cores  runners  max|d| oracle\n"));
  EXPECT_THAT(text, HasSubstr("a.atome03  f32          2 of 2      2  unicorn        1.9e-06\n"));
  EXPECT_THAT(text, HasSubstr("b.atome03  f32          1 of 2      2  unicorn        1.9e-06\n"));
  EXPECT_THAT(text, HasSubstr("  m7    mismatch  "));
  EXPECT_THAT(text, Not(HasSubstr("  m4    pass  "))) << "folded";
  EXPECT_THAT(text, EndsWith("\n3 of 4 cells pass\n"));
}

TEST(PrintNarrow, TellsOfTheFirstThatFailAndHowManyMore) {
  std::vector<Cell> cells;
  for (int i = 0; i < 12; ++i) {
    cells.push_back(Parity("m3"));
    cells.back().Fail(Outcome::kMismatch, StrCat("logit ", i));
  }
  const std::string text = Narrow(cells);
  EXPECT_THAT(text, HasSubstr(": logit 9\n\n2 more do not pass; --wide shows all of them\n"));
  EXPECT_THAT(text, Not(HasSubstr("logit 10")));
  cells.resize(10);
  EXPECT_THAT(Narrow(cells), Not(HasSubstr(" more do not pass")));
}

TEST(PrintNarrow, OfPartsTheSmallestGoFirst) {
  Cell cell = CellOf(Kind::kCycles, "unicorn", "m3");
  cell.Add(Quantity::kCyclesPerToken, 1000.0);
  for (const auto& [op, value] : {std::pair{"sparse", 700.0}, {"mix", 100.0}, {"unembed", 200.0}})
    cell.Add(Quantity::kCyclesPerToken, value, {PartKind::kOp, op});
  EXPECT_THAT(Narrow({cell}, 18), HasSubstr("\nsparse  unembed\n")) << Narrow({cell}, 18);
}

TEST(PrintNarrow, ColoursOutcomes) {
  Cell failed = Parity("m0"), within = Parity("m4");
  failed.Fail(Outcome::kMissing, "no firmware");
  within.outcome = Outcome::kWithin;
  const std::string text =
      Print(ReportOf({Parity("m3"), failed, within}), OutputFormat::kTable, {.width = 100, .colour = true});
  EXPECT_THAT(text,
              AllOf(HasSubstr("\x1b[32mpass\x1b[0m"), HasSubstr("\x1b[33mwithin\x1b[0m"),
                    HasSubstr("\x1b[31mmissing\x1b[0m: parity"), HasSubstr("\x1b[31m2 of 3 cells pass")));
}

TEST(Print, CyclesHaveAColumnAnOpAndTheRestComesLast) {
  const auto cycles = [](const char* core, std::vector<std::pair<std::string, double>> ops) {
    Cell cell = CellOf(Kind::kCycles, "unicorn", core);
    cell.key.board = "bluepill";
    cell.Add(Quantity::kCyclesPerToken, 1000.0);
    for (const auto& [op, value] : ops) cell.Add(Quantity::kCyclesPerToken, value, {PartKind::kOp, op});
    return cell;
  };
  const std::string text =
      Markdown({cycles("m0", {{"sparse", 500}, {"other", 9}}), cycles("m3", {{"state", 2500.4}})});
  EXPECT_THAT(text, StartsWith("Modelled cycles a token, mean over the positions\n\n| model |"));
  EXPECT_THAT(text, HasSubstr("\n\nCycles a token by op\n\n"
                              "| model | variant | core | board | sparse | state | other |\n"
                              "| --- | --- | --- | --- | ---: | ---: | ---: |\n"
                              "| a.atome03 | f32 | m0 | bluepill | 500 | - | 9 |\n"
                              "| a.atome03 | f32 | m3 | bluepill | - | 2 500 | - |\n"));
  EXPECT_THAT(text, EndsWith("\n2 of 2 cells pass\n"));
}

Cell Size() {
  Cell cell = CellOf(Kind::kSize, "elf", "m3");
  cell.key.build_kind = "speed";
  cell.Add(Quantity::kFirmwareBytes, 15232u);
  cell.Add(Quantity::kRamBytes, 103872u);
  cell.Add(Quantity::kSectionBytes, 700u, {PartKind::kSection, ".text"});
  for (const auto& [name, bytes] : {std::pair{"small", 40u}, {"large", 5000u}, {"mid", 700u}}) {
    cell.Add(Quantity::kSymbolBytes, bytes, {PartKind::kSymbol, name});
    cell.Add(Quantity::kSymbolSection, ".text", {PartKind::kSymbol, name});
  }
  cell.Add(Quantity::kSymbolBytes, 9000u, {PartKind::kSymbol, "of no section"});
  cell.Add(Quantity::kFlashBytesNeeded, 20000u, {PartKind::kBoard, "bluepill"});
  cell.Add(Quantity::kBoardFlashBytes, 65536u, {PartKind::kBoard, "bluepill"});
  cell.Add(Quantity::kFits, 1u, {PartKind::kBoard, "bluepill"});
  cell.Add(Quantity::kFits, 0u, {PartKind::kBoard, "nucleo"});
  return cell;
}

TEST(Print, SizesHaveATableABoardAndASymbolTheLargestFirst) {
  const std::string text = Markdown({Size()});
  EXPECT_THAT(text, HasSubstr("Flash, bytes\n\n| model | core | variant | build | firmware |\n"));
  EXPECT_THAT(text, HasSubstr("| a.atome03 | m3 | f32 | speed | 15 232 |\n"));
  EXPECT_THAT(text, HasSubstr("\nRAM, bytes\n\n"));
  EXPECT_THAT(text, HasSubstr("| a.atome03 | bluepill | m3 | f32 | speed | 20 000 | 65 536 | yes |\n"
                              "| a.atome03 | nucleo | m3 | f32 | speed | - | - | no |\n"));
  EXPECT_THAT(text,
              HasSubstr("| .text | 5 000 | large |\n| a.atome03 | m3 | f32 | speed | .text | 700 | mid |\n"
                        "| a.atome03 | m3 | f32 | speed | .text | 40 | small |\n"));
  EXPECT_THAT(text, Not(HasSubstr("of no section"))) << "listed are those with a section";
}

TEST(Print, PerplexityHasItsIntervalAndATableOfComparisons) {
  Cell cell = CellOf(Kind::kPerplexity, "native", "host");
  cell.Add({.id = {{}, Quantity::kPerplexity}, .value = 7.38125, .low = 7.2, .high = 7.6});
  cell.Add(Quantity::kTokens, 12345u);
  const Part against{PartKind::kAgainst, "b.atome03 f32"};
  cell.Add({.id = {against, Quantity::kPerplexityRatio}, .value = 1.01, .low = 1.005, .high = 1.02});
  cell.Add(Quantity::kSameTopShare, 0.98765, against);
  const std::string text = Markdown({cell});
  EXPECT_THAT(text, HasSubstr("| perplexity | 95 % interval | tokens |\n"));
  EXPECT_THAT(text, HasSubstr("| 7.3812 | 7.2000 - 7.6000 | 12 345 |\n"));
  EXPECT_THAT(text,
              HasSubstr("| a.atome03 | f32 | b.atome03 f32 | 1.010000 | 1.005000 - 1.020000 | 98.77 % |\n"));
}

TEST(Print, BenchmarksSayTheFirstOfTheirGroupAndTheSpread) {
  Cell cell;
  cell.key.kind = Kind::kBenchmark;
  cell.key.detail = "step/2";
  cell.outcome = Outcome::kPass;
  cell.Add({.id = {{}, Quantity::kSeconds}, .value = 0.0025, .samples = {0.002, 0.0025, 0.003}});
  cell.Add(Quantity::kTimeRatio, 0.5, {PartKind::kAgainst, "step/1"});
  EXPECT_THAT(Markdown({cell}),
              AllOf(HasSubstr("| detail | median | spread | of the first | the first | outcome |\n"),
                    HasSubstr("| step/2 | 2.500 ms | 40.0 % | 0.500 | step/1 | pass |\n")));
}

TEST(Print, AnAbHasChangesSpreadsAndColumnsACore) {
  Cell cell;
  cell.key.kind = Kind::kAb;
  cell.key.detail = "small";
  cell.outcome = Outcome::kPass;
  cell.Add({.id = {{}, Quantity::kFileBytes}, .value = 1000.0, .samples = {900, 1000, 1100}});
  cell.Add(Quantity::kFp32Bytes, 16000u);
  cell.Add({.id = {{PartKind::kAgainst, "base"}, Quantity::kPerplexityRatio},
            .value = 0.98,
            .low = 0.97,
            .high = 0.99});
  cell.Add(Quantity::kRamBytesNeeded, 4096u, {PartKind::kCore, "m3"});
  cell.Add(Quantity::kFlashBytesNeeded, 8192u, {PartKind::kCore, "m3"});
  const std::string text = Markdown({cell});
  EXPECT_THAT(text, HasSubstr("| disk bytes | of FP32 | vs baseline | m3 flash needed | m3 RAM needed |\n"));
  EXPECT_THAT(
      text,
      HasSubstr("| small | 1 000 (900..1 100) | 1/16.0 | -2.000 % [-3.000 %, -1.000 %] | 8 192 | 4 096 |\n"));
}

TEST(Print, EachKindHasItsTablesInTheKindsOrder) {
  const std::string text = Markdown({Size(), Parity("m3")});
  EXPECT_LT(text.find("46/48"), text.find("Flash, bytes"));
}

TEST(Print, NothingIsSaidToPass) { EXPECT_EQ(Markdown({}), "\n0 of 0 cells pass\n"); }

TEST(Print, CsvHasEveryFigureWithAllDigitsAndEveryReason) {
  Cell cell = Parity("m3");
  cell.unavailable[Quantity::kStateBytes] = "not \"asked\", for";
  cell.Add({.id = {{}, Quantity::kPerplexity}, .value = 0.1, .low = 0.05, .high = 1.0 / 3});
  cell.Add(Quantity::kCyclesPerToken, 2.5, {PartKind::kOp, "sparse"});
  Cell crashed = CellOf(Kind::kCycles, "unicorn", "m0");
  crashed.Fail(Outcome::kTooLarge, "does not fit");
  const std::string csv = Print(ReportOf({cell, crashed}), OutputFormat::kCsv);
  const std::string key = "parity,unicorn,m3,,a.atome03,f32,,,,pass,";
  EXPECT_THAT(
      csv,
      StartsWith("kind,runner,core,board,model,variant,build_kind,text,detail,outcome,part_kind,part,figure,"
                 "value,unit,low,high,message\n" +
                 key + ",,tokens_matched,46,tokens,,,\n"));
  EXPECT_THAT(csv, HasSubstr(key + ",,cycles_per_token,228878.4,cycles,,,\n"));
  EXPECT_THAT(csv, HasSubstr(key + ",,perplexity,0.1,,0.05,0.3333333333333333,\n"));
  EXPECT_THAT(csv, HasSubstr(key + "op,sparse,cycles_per_token,2.5,cycles,,,\n"));
  EXPECT_THAT(csv, HasSubstr(key + ",,state_bytes,,bytes,,,\"not \"\"asked\"\", for\"\n"));
  EXPECT_THAT(csv, EndsWith("cycles,unicorn,m0,,a.atome03,f32,,,,too_large,,,,,,,,does not fit\n"));
}

TEST(Print, APassWithinAToleranceIsNotAPassToTheBit) {
  Cell within = CellOf(Kind::kParity, "unicorn", "m3");
  within.Fail(Outcome::kWithin, "within relative 1e-05 (reached 3.2e-07), 48/48 tokens");
  within.Add(Quantity::kAccepted, "relative:1e-05");
  within.Add(Quantity::kReached, "relative 3.2e-07");
  const std::string text = Markdown({Parity("m0"), within});
  EXPECT_THAT(text, HasSubstr("| m3 | within | relative:1e-05 | relative 3.2e-07 |"));
  EXPECT_THAT(text, EndsWith("|\n\n2 of 2 cells pass, 1 of them within a tolerance and not to the bit\n"));
}

TEST(Print, JsonIsTheFilesForm) {
  const Report report = ReportOf({Parity("m3")});
  EXPECT_EQ(Print(report, OutputFormat::kJson), JsonOf(report));
}

}  // namespace
}  // namespace atome::harness::report
