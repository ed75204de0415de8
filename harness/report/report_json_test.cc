#include "harness/report/report_json.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <random>

#include "harness/base/text.h"
#include "harness/report/report_file.h"
#include "harness/testing/random_report.h"
#include "harness/testing/repository.h"

namespace atome::harness::report {
namespace {

using ::testing::AllOf;
using testing::Dump;
using testing::ErrorOf;
using ::testing::HasSubstr;
using testing::RandomReport;
using ::testing::StartsWith;
using testing::TemporaryFolder;

Report Small() {
  Report report;
  report.command = "atome size \"a\"";
  report.environment = {"1", "abc", "here", "now", {{"gcc", "12"}}};
  Cell& cell = report.cells.emplace_back();
  cell.key.kind = Kind::kCycles;
  cell.key.runner = "unicorn";
  cell.key.core = "m3";
  cell.key.model = "a.atome03";
  cell.key.variant = "f32";
  cell.outcome = Outcome::kPass;
  cell.note = "n";
  cell.unavailable[Quantity::kMaxUlp] = "no trace";
  cell.Add(Quantity::kCyclesPerToken, 236625.0);
  cell.Add({.id = {{}, Quantity::kPerplexity},
            .value = 7.5,
            .low = 7.0,
            .high = 8.25,
            .samples = {1.5, 2},
            .sample_counts = {3, 4}});
  cell.Add(Quantity::kCyclesPerToken, 126105.5, {PartKind::kOp, "sparse"});
  cell.Add(Quantity::kInstructionsPerToken, 7u, {PartKind::kOp, "sparse"});
  cell.Add(Quantity::kCyclesPerToken, 1.0, {PartKind::kOp, "state"});
  cell.Add(Quantity::kFits, 1u, {PartKind::kBoard, "bluepill"});
  return report;
}

TEST(ReportJson, IsAFigureALineAndNumbersAreNumbers) {
  EXPECT_EQ(JsonOf(Small()), R"({
 "schema": "atome.report/2",
 "command": "atome size \"a\"",
 "environment": {"harness_version":"1","commit":"abc","host":"here","date":"now","tools":{"gcc":"12"}},
 "sources": [],
 "cells": [
  {"kind": "cycles", "runner": "unicorn", "core": "m3", "board": "", "model": "a.atome03", "variant": "f32", "build_kind": "", "text": "", "detail": "",
   "outcome": "pass",
   "note": "n",
   "unavailable": {"max_ulp":"no trace"},
   "figures": {
    "cycles_per_token": 236625.0,
    "perplexity": {"value":7.5,"low":7.0,"high":8.25,"samples":[1.5,2.0],"sample_counts":[3,4]}},
   "parts": {
    "op": {
     "sparse": {"cycles_per_token": 126105.5, "instructions_per_token": 7},
     "state": {"cycles_per_token": 1.0}},
    "board": {
     "bluepill": {"fits": 1}}}}
 ]
}
)");
  EXPECT_EQ(JsonOf({}), R"({
 "schema": "atome.report/2",
 "command": "",
 "environment": {"harness_version":"","commit":"","host":"","date":"","tools":{}},
 "sources": [],
 "cells": []
}
)");
}

TEST(ReportJson, ACellWithoutFiguresIsOneToo) {
  Report report;
  report.cells.emplace_back().Fail(Outcome::kCrashed, "fault");
  const Result<Report> read = ReportOfJson(JsonOf(report));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(Dump(*read), Dump(report));
  EXPECT_TRUE(nlohmann::json::parse(JsonOf(report))["cells"][0]["figures"].empty());
  // Parts alone.
  report.cells[0].Add(Quantity::kFits, 1u, {PartKind::kBoard, "b"});
  EXPECT_EQ(Dump(*ReportOfJson(JsonOf(report))), Dump(report));
}

TEST(ReportJson, PartsKeepTheCellsOrderAndEachStandsOnce) {
  Report report;
  Cell& cell = report.cells.emplace_back();
  for (const Quantity quantity : {Quantity::kCyclesPerToken, Quantity::kInstructionsPerToken}) {
    for (const char* op : {"state", "embed"}) cell.Add(quantity, 1u, {PartKind::kOp, op});
  }
  EXPECT_THAT(JsonOf(report), HasSubstr(R"(
     "state": {"cycles_per_token": 1, "instructions_per_token": 1},
     "embed": {"cycles_per_token": 1, "instructions_per_token": 1}}})"));
  EXPECT_EQ(JsonOf(*ReportOfJson(JsonOf(report))), JsonOf(report));
}

TEST(ReportJson, AnyReportComesBackAndHasTheSameBytesAgain) {
  std::mt19937 random(11);
  const TemporaryFolder folder;
  const std::string binary = (folder.path() / "r.binpb").string();
  for (int round = 0; round < 300; ++round) {
    const Report report = RandomReport(random, 4);
    const std::string json = JsonOf(report);
    ASSERT_TRUE(IsReportJson(json));
    const Result<Report> read = ReportOfJson(json);
    ASSERT_TRUE(read.ok()) << read.error().message << "\n" << json;
    ASSERT_EQ(Dump(*read), Dump(report));
    ASSERT_EQ(JsonOf(*read), json);
    ASSERT_EQ(WriteReport(report, binary), "");
    const Result<Report> back = ReadReport(binary);
    ASSERT_TRUE(back.ok()) << back.error().message;
    ASSERT_EQ(JsonOf(*back), json) << "by way of the binary form";
  }
}

TEST(ReportJson, TheLayoutDoesNotMatterToTheReader) {
  const std::string json = JsonOf(Small());
  // As `jq -S` writes it: keys sorted, other spaces.
  const std::string sorted = nlohmann::json::parse(json).dump(4);
  EXPECT_TRUE(IsReportJson(sorted));
  const Result<Report> read = ReportOfJson(sorted);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->cells[0].Number(Quantity::kCyclesPerToken, {PartKind::kOp, "sparse"}), 126105.5);
}

TEST(ReportJson, OldFormsDoNotPassForIt) {
  EXPECT_FALSE(IsReportJson(R"({"cells": []})"));
  EXPECT_FALSE(IsReportJson(R"({"schema": 2, "cells": []})")) << "protobuf's own";
  EXPECT_FALSE(IsReportJson(R"({"command": "\"schema\": \"atome.report/2\"", "cells": []})"))
      << "in a string";
  EXPECT_TRUE(IsReportJson(R"({"cells": [], "schema" : "atome.report/3"})")) << "to be refused by its name";
}

// The error of a report with one cell that has this beside what it must have.
std::string Refused(const std::string& fields, const std::string& top = "") {
  return ErrorOf(ReportOfJson(StrCat(R"({"schema": "atome.report/2", )", top,
                                     R"("cells": [{"kind": "size", "outcome": "pass")", fields, "}]}")));
}
std::string RefusedFigures(const std::string& figures) { return Refused(R"(, "figures": )" + figures); }
std::string RefusedParts(const std::string& parts) { return Refused(R"(, "parts": )" + parts); }
std::string RefusedDivergence(const std::string& divergence) {
  return Refused(R"(, "divergence": )" + divergence);
}

TEST(ReportJson, RefusesOtherFormsAndWhatIsNotAReport) {
  const auto error = [](std::string_view text) { return ErrorOf(ReportOfJson(text)); };
  EXPECT_THAT(error(""), HasSubstr("is not JSON"));
  EXPECT_THAT(error("[]"), HasSubstr("/schema: is not \"atome.report/2\""));
  EXPECT_THAT(error("3"), HasSubstr("/schema"));
  EXPECT_THAT(error(R"({"cells": []})"), HasSubstr("/schema"));
  EXPECT_THAT(error(R"({"schema": "atome.report/3", "cells": []})"), HasSubstr("/schema"));
  EXPECT_THAT(error(R"({"schema": 2, "cells": []})"), HasSubstr("/schema"));
  EXPECT_THAT(error(R"({"schema": "atome.report/2"})"), HasSubstr("has no cells"));
  EXPECT_THAT(error(R"({"schema": "atome.report/2", "cells": {}})"), HasSubstr("/cells: is not an array"));
  EXPECT_THAT(error(R"({"schema": "atome.report/2", "cells": [3]})"),
              HasSubstr("/cells/0: is not an object"));
}

TEST(ReportJson, RefusesUnknownFieldsEverywhere) {
  EXPECT_THAT(Refused("", R"("x": 1, )"), HasSubstr("/x: is not known to this atome"));
  EXPECT_THAT(Refused("", R"("environment": {"x": ""}, )"), HasSubstr("/environment/x: is not known"));
  EXPECT_THAT(Refused(R"(, "x": 1)"), HasSubstr("/cells/0/x: is not known"));
  EXPECT_THAT(RefusedDivergence(R"({"x": 1})"), HasSubstr("/cells/0/divergence/x: is not known"));
  EXPECT_THAT(RefusedFigures(R"({"ram_bytes": {"value": 1, "x": 1}})"),
              HasSubstr("/cells/0/figures/ram_bytes/x: is not known"));
}

TEST(ReportJson, RefusesWrongTypes) {
  EXPECT_THAT(Refused("", R"("command": 1, )"), HasSubstr("/command: is not text"));
  EXPECT_THAT(Refused("", R"("environment": [], )"), HasSubstr("/environment: is not an object"));
  EXPECT_THAT(Refused("", R"("environment": {"tools": {"gcc": 12}}, )"),
              HasSubstr("/environment/tools/gcc: is not text"));
  EXPECT_THAT(Refused("", R"("sources": [1], )"), HasSubstr("/sources/0: is not text"));
  EXPECT_THAT(Refused(R"(, "core": null)"), HasSubstr("/cells/0/core: is not text"));
  EXPECT_THAT(Refused(R"(, "unavailable": {"max_ulp": 1})"), HasSubstr("/unavailable/max_ulp: is not text"));
  EXPECT_THAT(RefusedFigures("[]"), HasSubstr("/figures: is not an object"));
  EXPECT_THAT(RefusedFigures(R"({"ram_bytes": null})"), HasSubstr("is not a number or text"));
  EXPECT_THAT(RefusedFigures(R"({"ram_bytes": true})"), HasSubstr("is not a number or text"));
  EXPECT_THAT(RefusedFigures(R"({"ram_bytes": [1]})"), HasSubstr("is not a number or text"));
  EXPECT_THAT(RefusedFigures(R"({"ram_bytes": {"value": {"value": 1}}})"),
              HasSubstr("is not a number or text"));
  EXPECT_THAT(RefusedFigures(R"({"seconds": {"value": 1, "samples": ["1"]}})"),
              HasSubstr("/samples/0: is not a number"));
  EXPECT_THAT(RefusedFigures(R"({"seconds": {"value": 1, "samples": [1], "sample_counts": [-1]}})"),
              HasSubstr("/sample_counts/0: is not a whole number"));
  EXPECT_THAT(RefusedParts(R"({"op": []})"), HasSubstr("/parts/op: is not an object"));
  EXPECT_THAT(RefusedParts(R"({"op": {"sparse": 1}})"), HasSubstr("/parts/op/sparse: is not an object"));
}

TEST(ReportJson, RefusesUnknownNames) {
  const auto cell = [](const char* text) {
    return ErrorOf(ReportOfJson(StrCat(R"({"schema": "atome.report/2", "cells": [)", text, "]}")));
  };
  EXPECT_THAT(cell(R"({"outcome": "pass"})"), HasSubstr("/cells/0: has no kind"));
  EXPECT_THAT(cell(R"({"kind": "size"})"), HasSubstr("/cells/0: has no outcome"));
  EXPECT_THAT(cell(R"({"kind": "sizes", "outcome": "pass"})"),
              HasSubstr("/cells/0/kind: is not a kind of cell"));
  EXPECT_THAT(cell(R"({"kind": "size", "outcome": "passed"})"),
              HasSubstr("/cells/0/outcome: is not an outcome"));
  EXPECT_THAT(Refused(R"(, "variant": "q7")"), HasSubstr("/cells/0/variant: \"q7\" is not a variant"));
  EXPECT_THAT(RefusedFigures(R"({"bpb": 1})"), HasSubstr("/figures/bpb: is not in the catalogue"))
      << "an old name";
  EXPECT_THAT(Refused(R"(, "unavailable": {"bpb": "x"})"),
              HasSubstr("/unavailable/bpb: is not in the catalogue"));
  EXPECT_THAT(RefusedParts(R"({"thing": {"a": {}}})"), HasSubstr("/parts/thing: is not a kind of part"));
  EXPECT_THAT(RefusedParts(R"({"": {"a": {}}})"), HasSubstr("is not a kind of part"));
  EXPECT_THAT(RefusedParts(R"({"op": {"sparse": {"ram_bytes": 1}}})"),
              HasSubstr("cannot be of a part of kind op"));
}

TEST(ReportJson, RefusesFiguresThatAreNone) {
  EXPECT_THAT(RefusedFigures(R"({"ram_bytes": NaN})"), HasSubstr("is not JSON"));
  EXPECT_THAT(RefusedFigures(R"({"ram_bytes": 1e999})"), HasSubstr("is not JSON"));
  EXPECT_THAT(RefusedFigures(R"({"perplexity": {"low": 1, "high": 2}})"), HasSubstr("has no value"));
  EXPECT_THAT(RefusedFigures(R"({"perplexity": {"value": 1, "low": 1}})"), HasSubstr("one end"));
  EXPECT_THAT(RefusedFigures(R"({"perplexity": {"value": 1, "low": 2, "high": 1}})"),
              HasSubstr("ends before"));
  EXPECT_THAT(RefusedFigures(R"({"perplexity": {"value": 1, "samples": [1], "sample_counts": [1, 2]}})"),
              HasSubstr("1 samples have 2 counts"));
}

TEST(ReportJson, RefusesWhatIsThereTwice) {
  EXPECT_THAT(RefusedFigures(R"({"ram_bytes": 1, "ram_bytes": 2})"),
              HasSubstr("an object has \"ram_bytes\" twice"));
  EXPECT_THAT(RefusedParts(R"({"op": {"a": {}, "a": {}}})"), HasSubstr("\"a\" twice"));
  EXPECT_THAT(Refused(R"(, "kind": "size")"), HasSubstr("\"kind\" twice"));
  EXPECT_THAT(ErrorOf(ReportOfJson(R"({"schema": "atome.report/2", "cells": [
      {"kind": "size", "outcome": "pass"}, {"outcome": "error", "core": "", "kind": "size"}]})")),
              HasSubstr("/cells: \"size\" is there twice"));
}

TEST(ReportJson, RefusesDivergencesThatSayTooLittle) {
  const auto with = [](const std::string& fields) {
    return RefusedDivergence(R"({"case": 0, "step": 1, "op": "logits")" + fields + "}");
  };
  EXPECT_THAT(RefusedDivergence(R"({"case": 0, "op": "logits"})"),
              HasSubstr("/divergence: has no case or no step"));
  EXPECT_THAT(RefusedDivergence(R"({"case": 0, "step": 1})"), HasSubstr("\"\" is not an op"));
  EXPECT_THAT(RefusedDivergence(R"({"case": 0, "step": 1, "op": "jump"})"),
              HasSubstr("\"jump\" is not an op"));
  EXPECT_THAT(with(R"(, "layer": 65536)"), HasSubstr("/layer: is more than"));
  EXPECT_THAT(with(R"(, "index": 1)"), HasSubstr("has not all of index"));
  EXPECT_THAT(with(R"(, "expected_bits": "0x0", "actual_bits": "0x0")"), HasSubstr("has not all of index"));
  for (const char* bits : {"1.5", "0x", "0x123456789", "0x1g", "-0x1", "3f800000", ""})
    EXPECT_THAT(with(StrCat(R"(, "index": 1, "expected_bits": ")", bits, R"(", "actual_bits": "0x0")")),
                HasSubstr("/expected_bits: is not 32 bits"))
        << bits;
}

TEST(ReportJson, RefusesEveryPrefixOfAReport) {
  const std::string json = JsonOf(Small());
  for (size_t length = 0; length + 2 < json.size(); ++length)  // "}\n" ends it
    ASSERT_THAT(ErrorOf(ReportOfJson(json.substr(0, length))), StartsWith("is not JSON")) << length;
}

TEST(ReportJson, HostileNestingIsRefusedBeforeItTakesMemory) {
  const auto nested = [](std::string_view open, size_t times) {
    std::string text =
        R"({"schema": "atome.report/2", "cells": [{"kind": "size", "outcome": "pass", "unavailable": )";
    for (size_t i = 0; i < times; ++i) text += open;
    return text;
  };
  for (const char* open : {"[", R"({"a":)", R"([{"a":)"}) {
    EXPECT_THAT(ErrorOf(ReportOfJson(nested(open, 5'000'000))), HasSubstr("nested too deep")) << open;
    EXPECT_THAT(ErrorOf(ReportOfJson(nested(open, 3))), HasSubstr("is not JSON")) << open;
  }
}

TEST(ReportJson, TextThatIsNotUtf8IsRefused) {
  EXPECT_THAT(Refused(", \"message\": \"\xff\""), AllOf(HasSubstr("is not JSON"), HasSubstr("UTF-8")));
}

}  // namespace
}  // namespace atome::harness::report
