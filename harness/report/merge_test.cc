#include "harness/report/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "harness/testing/random_report.h"
#include "harness/testing/repository.h"

namespace atome::harness::report {
namespace {

using ::testing::AllOf;
using testing::Dump;
using ::testing::ElementsAre;
using testing::ErrorOf;
using ::testing::HasSubstr;
using testing::RandomReport;

Report OneCell(uint64_t bytes, double seconds = 1) {
  Report report;
  report.command = "atome size";
  Cell& cell = report.cells.emplace_back();
  cell.key.kind = Kind::kSize;
  cell.key.core = "m3";
  cell.Add(Quantity::kRamBytes, bytes);
  cell.Add(Quantity::kSeconds, seconds);
  return report;
}

Report Merged(std::vector<Report> parts) {
  std::vector<NamedReport> named;
  for (Report& part : parts) named.push_back({StrCat("part", named.size()), std::move(part)});
  Result<Report> merged = Merge(std::move(named));
  EXPECT_TRUE(merged.ok()) << (merged.ok() ? "" : merged.error().message);
  return merged.ok() ? *std::move(merged) : Report{};
}

TEST(Merge, OfOneSortsItsCells) {
  Report report;
  report.command = "atome size m";
  for (const char* core : {"m7", "m0"}) report.cells.emplace_back().key.core = core;
  const Report merged = Merged({report});
  EXPECT_EQ(merged.cells[0].key.core, "m0");
  EXPECT_EQ(merged.command, "atome merge");
  EXPECT_THAT(merged.sources, ElementsAre("atome size m"));
}

TEST(Merge, NamesCellFigureAndBothFilesOfAConflict) {
  const std::string error = ErrorOf(Merge({{"a.json", OneCell(1)}, {"b.json", OneCell(2)}}));
  EXPECT_THAT(error,
              AllOf(HasSubstr("\"size m3\""), HasSubstr("figure ram_bytes"), HasSubstr("a.json and b.json")));
  Report failed = OneCell(1);
  failed.cells[0].outcome = Outcome::kPass;
  EXPECT_THAT(ErrorOf(Merge({{"a", OneCell(1)}, {"b", failed}})), HasSubstr("outcome differs"));
  Report more = OneCell(1);
  more.cells[0].Add(Quantity::kSymbolBytes, 1u, {PartKind::kSymbol, "f"});
  EXPECT_THAT(ErrorOf(Merge({{"a", OneCell(1)}, {"b", more}})), HasSubstr("figure symbol_bytes of symbol f"));
  EXPECT_THAT(ErrorOf(Merge({{"a", more}, {"b", OneCell(1)}})), HasSubstr("figure symbol_bytes of symbol f"));
}

TEST(Merge, KeepsWhichNamesThePartsHad) {
  Report old = OneCell(1), other = OneCell(1);
  old.renamed = {"a -> b"};
  other.renamed = {"c -> d"};
  EXPECT_THAT(Merged({old, other}).renamed, ElementsAre("a -> b", "c -> d"));
}

TEST(Merge, OfWallTimeTheLeastStays) {
  const Report merged = Merged({OneCell(1, 3), OneCell(1, 2), OneCell(1, 4)});
  ASSERT_EQ(merged.cells.size(), 1u);
  EXPECT_EQ(std::get<double>(merged.cells[0].figures[1].value), 2);
}

TEST(Merge, FiguresInAnotherOrderAreTheSame) {
  Report turned = OneCell(1);
  std::swap(turned.cells[0].figures[0], turned.cells[0].figures[1]);
  EXPECT_EQ(Dump(Merged({OneCell(1), turned})), Dump(Merged({turned, OneCell(1)})));
}

TEST(Merge, SaysWhereEnvironmentsDiffer) {
  Report a = OneCell(1), b = OneCell(1);
  a.environment = {"1.0", "abc", "host 2", "2000-01-02T00:00:00Z", {{"gcc", "12"}, {"qemu", "7"}}};
  b.environment = {"1.0", "abc", "host 1", "2000-01-01T00:00:00Z", {{"gcc", "13"}}};
  const Environment merged = Merged({a, b}).environment;
  EXPECT_EQ(merged.harness_version, "1.0");
  EXPECT_EQ(merged.commit, "abc");
  EXPECT_EQ(merged.host, "host 1; host 2");
  EXPECT_EQ(merged.date, "2000-01-01T00:00:00Z");
  EXPECT_EQ(merged.tools.at("gcc"), "12; 13");
  EXPECT_EQ(merged.tools.at("qemu"), "7");
}

// Some of the cells, in any order, with wall time of its own.
Report Part(const Report& whole, std::mt19937& random) {
  Report part = whole;
  part.cells.clear();
  part.command = StrCat("atome ", random() % 3);
  part.environment.host = StrCat("host ", random() % 3);
  part.environment.date = StrCat("2000-01-0", random() % 9 + 1);
  for (const Cell& cell : whole.cells) {
    if (random() % 2 == 0) part.cells.push_back(cell);
  }
  std::ranges::shuffle(part.cells, random);
  for (Cell& cell : part.cells) {
    if (random() % 4 == 0) std::ranges::shuffle(cell.figures, random);
    std::erase_if(cell.figures, [&](const Figure& figure) { return figure.is_wall() && random() % 4 == 0; });
    for (Figure& figure : cell.figures) {
      if (figure.is_wall()) figure.value = static_cast<double>(random() % 3);
    }
  }
  return part;
}

TEST(Merge, OrderGroupingAndRepetitionOfPartsLeaveNoTrace) {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    const Report whole = RandomReport(random, 8);
    const Report a = Part(whole, random), b = Part(whole, random), c = Part(whole, random);
    const std::string all = Dump(Merged({a, b, c}));
    ASSERT_EQ(Dump(Merged({c, a, b})), all);
    ASSERT_EQ(Dump(Merged({b, Merged({c, a})})), all);
    ASSERT_EQ(Dump(Merged({Merged({a, b}), c})), all);
    ASSERT_EQ(Dump(Merged({a, b, c, b})), all);
    ASSERT_EQ(Dump(Merged({Merged({a, b, c})})), all);
  }
}

TEST(Merge, AnyPartitionOfTheCellsGivesTheWhole) {
  std::mt19937 random(4);
  for (int round = 0; round < 100; ++round) {
    const Report whole = RandomReport(random, 12);
    std::vector<Report> parts(random() % 4 + 1, whole);
    for (Report& part : parts) part.cells.clear();
    for (const Cell& cell : whole.cells) parts[random() % parts.size()].cells.push_back(cell);
    ASSERT_EQ(Dump(Merged(parts)), Dump(Merged({whole})));
  }
}

}  // namespace
}  // namespace atome::harness::report
