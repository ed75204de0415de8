#include "harness/baseline/accept.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "harness/base/compression.h"
#include "harness/base/file.h"
#include "harness/baseline/baseline.h"
#include "harness/report/report_file.h"
#include "harness/testing/repository.h"
#include "harness/testing/test_reports.h"

namespace atome::harness::report {
namespace {

using harness::testing::ErrorOf;
using testing::CellOf;
using testing::FigureOf;
using ::testing::HasSubstr;
using testing::SampledOf;
using Json = nlohmann::json;

class AcceptTest : public ::testing::Test {
 protected:
  Acceptance Wanted(const std::string& reason = "why") const {
    return {.baseline = Path("b/baseline.json"),
            .log = Path("b/log.jsonl"),
            .reason = reason,
            .who = "A <a@b>",
            .when = "2024-05-01T09:30:00Z"};
  }
  std::string Path(const std::string& name) const { return (folder_.path() / name).string(); }
  std::string Text(const std::string& name) const {
    const auto text = ReadFile(Path(name));
    return text.ok() ? *text : "";
  }
  std::vector<Json> Log() const {
    std::vector<Json> entries;
    const std::string text = Text("b/log.jsonl");
    for (const std::string_view line : Split(text, '\n'))
      if (!line.empty()) entries.push_back(Json::parse(line));
    return entries;
  }
  static Report ReportWith(int ram) {
    Report report = testing::ReportOf(
        {CellOf(Kind::kSize, "m3",
                {SampledOf(Quantity::kSeconds, 1, {1, 2}), FigureOf(Quantity::kRamBytes, ram),
                 FigureOf(Quantity::kSymbolBytes, 4, {PartKind::kSymbol, "f|\"\n"})}),
         CellOf(Kind::kPerplexity, "host", {SampledOf(Quantity::kPerplexity, 6.1, {1.5, 2.25}, {3, 4})})});
    report.environment = {
        .harness_version = "1", .commit = "abc", .host = "here", .date = "now", .tools = {{"gcc", "12"}}};
    report.cells[0].build_sha256 = "hash";
    return report;
  }
  harness::testing::TemporaryFolder folder_;
};

TEST_F(AcceptTest, KeepsWhoWhenWhyAndWhat) {
  ASSERT_TRUE(Accept(ReportWith(10), Wanted("first")).ok());
  const auto second = Accept(ReportWith(12), Wanted("larger ring"));
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->Count(Severity::kRegression), 1u);
  const std::vector<Json> log = Log();
  ASSERT_EQ(log.size(), 2u);
  EXPECT_TRUE(log[0]["changes"].empty()) << "a first baseline is its own list";
  EXPECT_EQ(log[1]["who"], "A <a@b>");
  EXPECT_EQ(log[1]["when"], "2024-05-01T09:30:00Z");
  EXPECT_EQ(log[1]["why"], "larger ring");
  EXPECT_EQ(log[1]["commit"], "abc");
  EXPECT_EQ(log[1]["baseline_sha256"], Sha256Hex(Text("b/baseline.json")));
  ASSERT_EQ(log[1]["changes"].size(), 1u);
  EXPECT_EQ(log[1]["changes"][0]["figure"], "ram_bytes");
  EXPECT_EQ(log[1]["changes"][0]["before"], "10");
  EXPECT_EQ(log[1]["changes"][0]["after"], "12");
}

TEST_F(AcceptTest, WhatNobodyCanMeasureAgainNeedsAReason) {
  for (const char* commit : {"", " ", "abc-dirty", "abc-dirty; def", "abc; def-dirty"}) {
    Report report = ReportWith(10);
    report.environment.commit = commit;
    EXPECT_THAT(ErrorOf(Accept(report, Wanted())), HasSubstr("--dirty")) << commit;
    Acceptance blank = Wanted();
    blank.dirty = " ";
    EXPECT_THAT(ErrorOf(Accept(report, blank)), HasSubstr("nobody could measure the report again")) << commit;
    EXPECT_FALSE(std::filesystem::exists(Path("b/log.jsonl"))) << commit;
  }
  Report report = ReportWith(10);
  report.environment.commit = "abc-dirty";
  Acceptance told = Wanted();
  told.dirty = "a trial";
  ASSERT_TRUE(Accept(report, told).ok());
  ASSERT_EQ(Log().size(), 1u);
  EXPECT_EQ(Log()[0]["dirty"], "a trial");
  EXPECT_EQ(Log()[0]["commit"], "abc-dirty");
  EXPECT_THAT(ErrorOf(Accept(ReportWith(11), told)), HasSubstr("leave it out"));
  ASSERT_TRUE(Accept(ReportWith(11), Wanted()).ok());
  EXPECT_FALSE(Log()[1].contains("dirty"));
}

TEST_F(AcceptTest, ListsNoMoreThanAPersonReads) {
  const auto with_many = [](double first) {
    Report report = ReportWith(10);
    for (int core = 0; core < 250; ++core) {
      report.cells.push_back(report.cells.front());
      report.cells.back().key.model = StrCat("model", core);
      report.cells.back().figures[1].value = first + core;  // bytes of RAM
    }
    return report;
  };
  ASSERT_TRUE(Accept(with_many(100), Wanted("first")).ok());
  ASSERT_TRUE(Accept(with_many(200), Wanted("all of them")).ok());
  const std::vector<Json> log = Log();
  EXPECT_EQ(log[1]["changes"].size(), 200u);
  EXPECT_EQ(log[1]["more_changes"], 50);
}

TEST_F(AcceptTest, TheBaselineIsTheReportWithoutWhatIsNotCompared) {
  ASSERT_TRUE(Accept(ReportWith(10), Wanted()).ok());
  const auto baseline = ReadReport(Path("b/baseline.json"));
  ASSERT_TRUE(baseline.ok()) << baseline.error().message;
  EXPECT_EQ(baseline->environment.host, "");
  EXPECT_EQ(baseline->environment.date, "");
  EXPECT_EQ(baseline->environment.commit, "abc");
  const Diff diff = Compare(*baseline, ReportWith(10));
  EXPECT_EQ(Compare(*baseline, BaselineOf(ReportWith(10))).changes.size(), 0u);
  EXPECT_EQ(diff.Count(Severity::kNote), 0u) << "wall time, which no baseline has, is not new";
  EXPECT_EQ(diff.Count(Severity::kRegression), 0u);
  const std::string text = Text("b/baseline.json");
  EXPECT_THAT(text, HasSubstr("\n    \"ram_bytes\": 10"));
  EXPECT_THAT(text, HasSubstr("\"samples\":[1.5,2.25],\"sample_counts\":[3,4]}"));
  const std::vector<std::string_view> lines = Split(text, '\n');
  for (const char* figure : {"\"ram_bytes\"", "\"symbol_bytes\"", "\"perplexity\": {"})
    EXPECT_EQ(std::ranges::count_if(lines, [&](auto line) { return line.find(figure) != line.npos; }), 1)
        << figure;
  EXPECT_EQ(text.find("seconds"), std::string::npos);
}

TEST_F(AcceptTest, NothingNewWritesNothing) {
  ASSERT_TRUE(Accept(ReportWith(10), Wanted()).ok());
  const std::string baseline = Text("b/baseline.json"), log = Text("b/log.jsonl");
  Report again = ReportWith(10);
  again.environment.date = "later";
  again.environment.commit = "def";
  again.cells[0].figures[0].samples = {7, 8};
  const auto accepted = Accept(again, Wanted("again"));
  ASSERT_TRUE(accepted.ok());
  EXPECT_EQ(accepted->changes.size(), 0u);
  EXPECT_EQ(Text("b/baseline.json"), baseline);
  EXPECT_EQ(Text("b/log.jsonl"), log);
}

TEST_F(AcceptTest, ABaselineWithOldNamesIsWrittenAnew) {
  folder_.Write("b/baseline.json", R"({"cells": [{"kind": "CELL_KIND_PERPLEXITY", "core": "m3",
    "model": "m.atome03", "variant": "VARIANT_F32", "status": "CELL_STATUS_PASS", "figures": [
    {"name": "bpb", "real": 2.5, "figureClass": "FIGURE_CLASS_INTERVAL"}]}]})");
  Report report =
      testing::ReportOf({CellOf(Kind::kPerplexity, "m3", {FigureOf(Quantity::kBitsPerByte, 2.5)})});
  report.environment.commit = "abc";
  const auto accepted = Accept(report, Wanted("names"));
  ASSERT_TRUE(accepted.ok()) << accepted.error().message;
  EXPECT_TRUE(accepted->changes.empty());
  EXPECT_THAT(Text("b/baseline.json"), HasSubstr("\"bits_per_byte\": 2.5"));
  ASSERT_EQ(Log().size(), 1u);
  EXPECT_EQ(Log()[0]["renamed"], Json({"perplexity bpb -> bits_per_byte"}));
  const auto again = Accept(report, Wanted("again"));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(Log().size(), 1u) << "nothing is renamed any more";
}

TEST_F(AcceptTest, ACompressedBaselineHoldsTheSameText) {
  ASSERT_TRUE(Accept(ReportWith(10), Wanted()).ok());
  Acceptance compressed = Wanted();
  compressed.baseline = Path("x/baseline.json.xz");
  compressed.log = Path("x/log.jsonl");
  ASSERT_TRUE(Accept(ReportWith(10), compressed).ok());
  const auto text = Decompressed(Text("x/baseline.json.xz"), 1 << 20);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(*text, Text("b/baseline.json"));
}

TEST_F(AcceptTest, RefusesWhatNobodyShouldAccept) {
  EXPECT_THAT(ErrorOf(Accept(ReportWith(1), Wanted(" \t\n"))), HasSubstr("no reason"));
  Acceptance nobody = Wanted();
  nobody.who = "";
  EXPECT_THAT(ErrorOf(Accept(ReportWith(1), nobody)), HasSubstr("nobody accepts"));
  Report failed = ReportWith(1);
  failed.cells[1].outcome = Outcome::kCrashed;
  failed.cells[1].message = "fault";
  EXPECT_THAT(ErrorOf(Accept(failed, Wanted())), HasSubstr("does not pass: crashed: fault"));
  EXPECT_THAT(ErrorOf(Accept(testing::ReportOf({}), Wanted())), HasSubstr("no cells"));
  Acceptance binary = Wanted();
  binary.baseline = Path("b/baseline.pb");
  EXPECT_THAT(ErrorOf(Accept(ReportWith(1), binary)), HasSubstr(".json"));
  EXPECT_FALSE(std::filesystem::exists(Path("b"))) << "nothing was written";
  folder_.Write("b/baseline.json", "broken");
  EXPECT_THAT(ErrorOf(Accept(ReportWith(1), Wanted())), HasSubstr("baseline.json"));
  EXPECT_EQ(Text("b/baseline.json"), "broken");
}

TEST_F(AcceptTest, BothFilesOrNeither) {
  ASSERT_TRUE(Accept(ReportWith(10), Wanted()).ok());
  const std::string log = Text("b/log.jsonl");
  Acceptance other = Wanted();
  other.baseline = Path("c/baseline.json");
  std::filesystem::create_directories(
      Path("c/baseline.json/is a folder"));  // so that no file can take its place
  EXPECT_FALSE(Accept(ReportWith(12), other).ok());
  EXPECT_EQ(Text("b/log.jsonl"), log);
  other.log = Path("c/log.jsonl");
  EXPECT_FALSE(Accept(ReportWith(12), other).ok());
  EXPECT_FALSE(std::filesystem::exists(other.log)) << "there was none";
  Acceptance log_fails = Wanted();
  log_fails.log = Path("d/log.jsonl");
  std::filesystem::create_directories(Path("d/log.jsonl/is a folder"));
  const std::string baseline = Text("b/baseline.json");
  EXPECT_FALSE(Accept(ReportWith(12), log_fails).ok());
  EXPECT_EQ(Text("b/baseline.json"), baseline);
}

TEST_F(AcceptTest, GoesOnAfterAKillBetweenTheFiles) {
  ASSERT_TRUE(Accept(ReportWith(10), Wanted("first")).ok());
  const std::string before = Text("b/baseline.json");
  ASSERT_TRUE(Accept(ReportWith(12), Wanted("second")).ok());
  const std::string after = Text("b/baseline.json"), log = Text("b/log.jsonl");
  folder_.Write("b/baseline.json", before);  // as a process leaves it that wrote the log alone
  ASSERT_TRUE(Accept(ReportWith(12), Wanted("second")).ok());
  EXPECT_EQ(Text("b/baseline.json"), after);
  EXPECT_EQ(Text("b/log.jsonl"), log);
}

TEST_F(AcceptTest, PartialKeepsTheOtherCells) {
  ASSERT_TRUE(Accept(ReportWith(10), Wanted()).ok());
  Report part = ReportWith(12);
  part.cells.pop_back();
  Acceptance partial = Wanted();
  partial.partial = true;
  const auto accepted = Accept(part, partial);
  ASSERT_TRUE(accepted.ok());
  EXPECT_EQ(accepted->totals.cells_only_before, 0u);
  const auto baseline = ReadReport(Path("b/baseline.json"));
  ASSERT_TRUE(baseline.ok());
  EXPECT_EQ(baseline->cells.size(), 2u);
  EXPECT_FALSE(Compare(*baseline, ReportWith(12)).Regressed());
}

TEST_F(AcceptTest, ManyAtOnceLoseNoEntry) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this, i] {
      Acceptance acceptance = Wanted(StrCat(i));
      acceptance.baseline = Path(StrCat("b/baseline", i, ".json"));  // ReplaceFile's names are by process
      EXPECT_TRUE(Accept(ReportWith(i), acceptance).ok());
    });
  }
  threads.clear();
  EXPECT_EQ(Log().size(), 8u);
}

}  // namespace
}  // namespace atome::harness::report
