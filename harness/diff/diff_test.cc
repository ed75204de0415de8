#include "harness/diff/diff.h"

#include <gmock/gmock.h>

#include <chrono>
#include <set>
#include <tuple>

#include "harness/causes/diff_output.h"
#include "harness/diff/cell_index.h"
#include "harness/testing/test_reports.h"

namespace atome::harness::report {
namespace {

using ::testing::AllOf;
using testing::CellOf;
using testing::DiffOf;
using testing::FigureOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::RandomReport;
using testing::ReportOf;

Report OneOf(std::vector<Figure> figures, Kind kind = Kind::kSize) {
  return ReportOf({CellOf(kind, "m3", std::move(figures))});
}

// The only change.
Change Only(const Diff& diff) {
  EXPECT_EQ(diff.changes.size(), 1u) << FormatDiff(diff, {});
  return diff.changes.empty() ? Change{} : diff.changes.front();
}

TEST(Compare, NamesTheSymbolThatGrew) {
  const auto report = [](int text, int grown) {
    return OneOf({FigureOf(Quantity::kEngineTextBytes, text),
                  FigureOf(Quantity::kSymbolBytes, 100, {PartKind::kSymbol, "atome_open"}),
                  FigureOf(Quantity::kSymbolBytes, grown, {PartKind::kSymbol, "atome_step"})});
  };
  const Diff diff = Compare(report(3000, 400), report(3016, 416));
  ASSERT_EQ(diff.changes.size(), 2u);
  EXPECT_TRUE(diff.Regressed());
  EXPECT_EQ(diff.changes[0].figure->Describe(), "engine_text_bytes");
  EXPECT_EQ(diff.changes[0].why, "symbols that grew most: atome_step +16");
  EXPECT_EQ(diff.changes[1].severity, Severity::kNote) << "the symbol itself";
}

TEST(Compare, NamesTheOpThatSlowedOfItsOwnOrAnotherCell) {
  const auto report = [](double all, double sparse) {
    return ReportOf({CellOf(Kind::kParity, "m3", {FigureOf(Quantity::kCyclesTotal, all * 48)}),
                     CellOf(Kind::kCycles, "m3",
                            {FigureOf(Quantity::kCyclesPerToken, all),
                             FigureOf(Quantity::kCyclesPerToken, sparse, {PartKind::kOp, "sparse"}),
                             FigureOf(Quantity::kCyclesPerToken, 500.0, {PartKind::kOp, "state"})})});
  };
  const Diff diff = Compare(report(1500, 1000), report(1510, 1010));
  ASSERT_EQ(diff.changes.size(), 3u);
  EXPECT_EQ(diff.changes[0].why, "ops that grew most: sparse +10") << "the parity cell, by the other";
  EXPECT_EQ(diff.changes[1].why, "ops that grew most: sparse +10");
  EXPECT_EQ(diff.changes[2].figure->Describe(), "cycles_per_token of op sparse");
}

TEST(Compare, NamesTheStepThatDivergedAndWhatRamIsOf) {
  const auto report = [](const char* hash, const char* digests) {
    return OneOf({FigureOf(Quantity::kLogitsSha256, hash),
                  FigureOf(Quantity::kStepDigests, digests, {PartKind::kCase, "0"}),
                  FigureOf(Quantity::kStepDigests, "0123456789abcdef", {PartKind::kCase, "1"})},
                 Kind::kParity);
  };
  const Diff diff = Compare(report("a", "000000001111111122222222"), report("b", "000000001111111222222222"));
  ASSERT_EQ(diff.changes.size(), 2u);
  EXPECT_EQ(diff.changes[0].why, "other logits or tokens: case 0 from step 1");
  const auto ram = [](int stack, int all) {
    return OneOf({FigureOf(Quantity::kRamBytes, all), FigureOf(Quantity::kStackBytes, stack),
                  FigureOf(Quantity::kStateBytes, 5)});
  };
  const Diff larger = Compare(ram(10, 15), ram(26, 31));
  ASSERT_EQ(larger.changes.size(), 2u);
  EXPECT_EQ(larger.changes[0].figure->quantity, Quantity::kStackBytes);
  EXPECT_EQ(larger.changes[1].figure->quantity, Quantity::kRamBytes);
  EXPECT_EQ(larger.changes[1].why, "of it stack_bytes +16");
}

TEST(Compare, OutcomesThatFailAreRegressions) {
  const Report good = OneOf({FigureOf(Quantity::kRamBytes, 1)});
  Report bad = OneOf({});
  bad.cells[0].outcome = Outcome::kMismatch;
  bad.cells[0].message = "other bits";
  bad.cells[0].divergence.emplace().step = 3;
  const Change fails = Only(Compare(good, bad));  // that its figure is absent follows
  EXPECT_EQ(fails.what, What::kFails);
  EXPECT_THAT(fails.why, AllOf(HasSubstr("other bits"), HasSubstr("step 3")));
  EXPECT_EQ(Only(Compare(bad, bad)).what, What::kStillFails);
  EXPECT_TRUE(Compare(bad, bad).Regressed());
  const Change again = Only(Compare(bad, good));
  EXPECT_EQ(again.what, What::kPassesAgain);
  EXPECT_EQ(again.severity, Severity::kImprovement);
  const auto hashed = [](Report report, const char* hash) {
    report.cells[0].Add(Quantity::kLogitsSha256, hash);
    return report;
  };
  EXPECT_FALSE(Compare(hashed(bad, "wrong"), hashed(good, "right")).Regressed()) << "its hash is mended, too";
  EXPECT_TRUE(Compare(hashed(good, "right"), hashed(good, "other")).Regressed());
  EXPECT_TRUE(Compare(ReportOf({}), bad).Regressed()) << "new, and fails";
}

TEST(Compare, WhatWasToTheBitAndIsWithinATolerancePassesAndIsARegression) {
  const auto report = [](Outcome outcome, int ulp) {
    Report report = OneOf({FigureOf(Quantity::kMaxUlp, ulp)}, Kind::kParity);
    report.cells[0].Fail(outcome, outcome == Outcome::kPass ? "" : "within 4 ULP");
    return report;
  };
  const Report exact = report(Outcome::kPass, 0), within = report(Outcome::kWithin, 3);
  const Report wrong = report(Outcome::kMismatch, 3);
  const Diff lost = Compare(exact, within);
  ASSERT_EQ(lost.changes.size(), 2u);
  EXPECT_EQ(lost.changes[0].what, What::kOnlyWithin);
  EXPECT_EQ(lost.changes[0].severity, Severity::kRegression);
  EXPECT_EQ(lost.changes[0].before, "pass");
  EXPECT_EQ(lost.changes[0].after, "within");
  EXPECT_EQ(lost.changes[0].why, "within 4 ULP");
  EXPECT_EQ(lost.changes[1].what, What::kWorse) << "its distance";

  const Diff gained = Compare(within, exact);
  ASSERT_EQ(gained.changes.size(), 2u);
  EXPECT_EQ(gained.changes[0].what, What::kToTheBit);
  EXPECT_FALSE(gained.Regressed());

  EXPECT_TRUE(Compare(within, within).changes.empty());
  EXPECT_EQ(Only(Compare(within, wrong)).what, What::kFails);
  EXPECT_EQ(Only(Compare(wrong, within)).what, What::kPassesAgain);
  EXPECT_EQ(Only(Compare(ReportOf({}), within)).what, What::kCellNew);
}

TEST(Compare, AnotherToleranceIsANote) {
  const auto report = [](const char* accepted) {
    Report report = OneOf({}, Kind::kParity);
    report.cells[0].outcome = Outcome::kWithin;
    if (*accepted != 0) report.cells[0].Add(Quantity::kAccepted, accepted);
    return report;
  };
  for (const auto& [before, after] : {std::pair{"ulp:4", "ulp:9"}, {"", "ulp:4"}, {"ulp:4", ""}})
    EXPECT_EQ(Only(Compare(report(before), report(after))).severity, Severity::kNote) << before << after;
}

TEST(Compare, WhatVanishedIsARegressionAndWhatIsNewANote) {
  const Report both = ReportOf(
      {CellOf(Kind::kSize, "m0", {FigureOf(Quantity::kRamBytes, 1)}),
       CellOf(Kind::kSize, "m3", {FigureOf(Quantity::kRamBytes, 1), FigureOf(Quantity::kMaxUlp, 0)})});
  Report less = ReportOf({CellOf(Kind::kSize, "m3", {FigureOf(Quantity::kRamBytes, 1)})});
  less.cells[0].unavailable[Quantity::kMaxUlp] = "no trace";
  const Diff diff = Compare(both, less);
  ASSERT_EQ(diff.changes.size(), 2u);
  EXPECT_EQ(diff.changes[0].what, What::kCellVanished);
  EXPECT_EQ(diff.changes[1].what, What::kFigureVanished);
  EXPECT_EQ(diff.changes[1].why, "no trace");
  EXPECT_EQ(diff.Count(Severity::kRegression), 2u);
  EXPECT_EQ(Compare(both, less, {.gate_wall_percent = {}, .partial = true}).Count(Severity::kRegression), 1u);
  EXPECT_EQ(Compare(less, both).Count(Severity::kNote), 2u);
  EXPECT_FALSE(Compare(less, both).Regressed());
}

TEST(Compare, ASectionThatIsNotThereHasNoBytes) {
  const Report with = OneOf({FigureOf(Quantity::kSectionBytes, 8, {PartKind::kSection, ".data"})});
  EXPECT_EQ(Only(Compare(with, OneOf({}))).what, What::kBetter);
  EXPECT_EQ(Only(Compare(OneOf({}), with)).what, What::kWorse);
  EXPECT_EQ(Only(Compare(OneOf({}), with)).change, "+8");
}

TEST(Compare, CountsWhatWasComparedAndWhatIsEqual) {
  using enum Quantity;
  const Report before = OneOf({FigureOf(kRamBytes, 1), FigureOf(kCodeBytes, 2), FigureOf(kStateBytes, 3),
                               FigureOf(kBssBytes, 4)}),
               after = OneOf({FigureOf(kRamBytes, 1), FigureOf(kCodeBytes, 9), FigureOf(kStateBytes, 3),
                              FigureOf(kMaxUlp, 0), FigureOf(kRodataBytes, 0)});
  const Totals totals = Compare(before, after).totals;
  EXPECT_EQ(totals.cells_compared, 1u);
  EXPECT_EQ(totals.figures_compared, 3u);
  EXPECT_EQ(totals.figures_equal, 2u);
  EXPECT_EQ(totals.figures_only_before, 1u);
  EXPECT_EQ(totals.figures_only_after, 2u);
  const Totals gone = Compare(before, ReportOf({})).totals, added = Compare(ReportOf({}), before).totals;
  EXPECT_EQ(gone.cells_only_before, 1u);
  EXPECT_EQ(gone.figures_only_before, 4u);
  EXPECT_EQ(added.cells_only_after, 1u);
  EXPECT_EQ(added.figures_only_after, 4u);
  EXPECT_EQ(gone.cells_compared + added.cells_compared, 0u);
}

TEST(Compare, SaysWhatAVanishedOrNewCellWas) {
  Report report = OneOf({FigureOf(Quantity::kRamBytes, 1)}, Kind::kParity);
  const Change vanished = Only(Compare(report, ReportOf({})));
  EXPECT_EQ(vanished.before, "pass");
  EXPECT_EQ(vanished.after, "");
  EXPECT_THAT(vanished.why, HasSubstr("--partial if that is of some cells only"));
  const Change added = Only(Compare(ReportOf({}), report));
  EXPECT_EQ(added.before, "");
  EXPECT_EQ(added.after, "pass");
  EXPECT_EQ(added.why, "");
  report.cells[0].outcome = Outcome::kMismatch;
  report.cells[0].message = "other bits";
  EXPECT_EQ(Only(Compare(ReportOf({}), report)).why, "other bits");
  const std::string steps = "from the golden trace: " + report.cells[0].divergence.emplace().Describe();
  EXPECT_EQ(Only(Compare(ReportOf({}), report)).why, "other bits; " + steps);
  report.cells[0].message = "";
  EXPECT_EQ(Only(Compare(ReportOf({}), report)).why, steps);
  EXPECT_EQ(Only(Compare(ReportOf({}), report)).after, "mismatch");
}

TEST(Compare, SaysWhyACellFailsButNotWhyItPasses) {
  const auto of = [](Outcome outcome, const char* message, const char* digests) {
    Report report = OneOf({FigureOf(Quantity::kStepDigests, digests, {PartKind::kCase, "0"})}, Kind::kParity);
    report.cells[0].outcome = outcome;
    report.cells[0].message = message;
    return report;
  };
  const auto why = [](const Report& before, const Report& after) {
    return Compare(before, after).changes[0].why;
  };
  const Report good = of(Outcome::kPass, "", "0000000011111111");
  const std::string steps = "other logits or tokens: case 0 from step 1";
  EXPECT_EQ(why(good, of(Outcome::kMismatch, "", "0000000011111112")), steps);
  EXPECT_EQ(why(good, of(Outcome::kMismatch, "wrong", "0000000011111112")), "wrong; " + steps);
  EXPECT_EQ(why(good, of(Outcome::kMismatch, "wrong", "0000000011111111")), "wrong");
  EXPECT_EQ(why(of(Outcome::kMismatch, "wrong", "0000000011111112"), good), "");
}

// What must be equal and is another where the cell passes again is what mended it; what got worse is not, nor
// what differs where it still fails.
TEST(Compare, OnlyWhatMustBeEqualIsMended) {
  const auto of = [](Outcome outcome, Quantity quantity, Value value) {
    Report report = OneOf({FigureOf(quantity, std::move(value))}, Kind::kParity);
    report.cells[0].outcome = outcome;
    return report;
  };
  const auto severity = [](const Report& before, const Report& after) {
    const Diff diff = Compare(before, after);
    EXPECT_EQ(diff.changes.size(), 2u);
    return diff.changes.back().severity;
  };
  using enum Quantity;
  EXPECT_EQ(severity(of(Outcome::kMismatch, kLogitsSha256, "a"), of(Outcome::kPass, kLogitsSha256, "b")),
            Severity::kImprovement);
  EXPECT_EQ(severity(of(Outcome::kMismatch, kLogitsSha256, "a"), of(Outcome::kMismatch, kLogitsSha256, "b")),
            Severity::kRegression);
  EXPECT_EQ(
      severity(of(Outcome::kMismatch, kRamBytes, uint64_t{1}), of(Outcome::kPass, kRamBytes, uint64_t{2})),
      Severity::kRegression);
}

TEST(Compare, OnlyARegressionIsExplained) {
  const auto report = [](int ram, int stack) {
    return OneOf({FigureOf(Quantity::kRamBytes, ram), FigureOf(Quantity::kStackBytes, stack)});
  };
  const Diff diff = Compare(report(20, 5), report(19, 6));
  ASSERT_EQ(diff.changes.size(), 2u);
  for (const Change& change : diff.changes)
    EXPECT_EQ(change.why, "") << change.figure->Describe() << ": RAM is better, and a stack is of nothing";
  EXPECT_EQ(diff.changes[0].before, "5");
  EXPECT_EQ(diff.changes[0].after, "6");
  EXPECT_EQ(diff.changes[0].from, 5);
  EXPECT_EQ(diff.changes[0].to, 6);
}

TEST(Compare, WallTimeMayVanishUnlessItIsGated) {
  using enum Quantity;
  const Report with = OneOf({FigureOf(kSeconds, 1.5)}), without = OneOf({});
  const Change note = Only(Compare(with, without));
  EXPECT_EQ(note.what, What::kFigureVanished);
  EXPECT_EQ(note.severity, Severity::kNote);
  EXPECT_EQ(note.before, "1.5");
  EXPECT_EQ(note.why, "the new report does not say why");
  EXPECT_EQ(Only(Compare(with, without, {.gate_wall_percent = 5, .partial = false})).severity,
            Severity::kRegression);
  EXPECT_THAT(Compare(without, with).changes, IsEmpty()) << "baselines have none";
  EXPECT_EQ(Only(Compare(OneOf({FigureOf(kItems, 1)}), without)).severity, Severity::kNote)
      << "which is told";
  const Change added = Only(Compare(without, OneOf({FigureOf(kItems, 7)})));
  EXPECT_EQ(added.what, What::kFigureNew);
  EXPECT_EQ(added.after, "7");
}

TEST(CellIndex, FindsACellAndTheOpsOfItsFirmware) {
  Report report = ReportOf(
      {CellOf(Kind::kCycles, "m3", {}), CellOf(Kind::kCycles, "m4", {}), CellOf(Kind::kSize, "m3", {})});
  report.cells[1].key.board = "a board";
  const CellIndex cells(report, report);
  for (const Cell& cell : report.cells) EXPECT_EQ(cells.Find(cell.key).after, &cell);
  for (const char* core : {"m0", "m33", "m7"}) {
    Key absent = report.cells[0].key;
    absent.core = core;
    EXPECT_EQ(cells.Find(absent).after, nullptr) << core;
    EXPECT_EQ(cells.Find(absent).before, nullptr) << core;
  }
  ASSERT_NE(cells.ByOp(report.cells[2].key), nullptr);
  EXPECT_EQ(cells.ByOp(report.cells[2].key)->after, &report.cells[0]);
  EXPECT_EQ(cells.ByOp(report.cells[1].key), nullptr) << "on a board it is another's";
}

TEST(Compare, NothingComparedDoesNotPass) {
  const Report m3 = OneOf({FigureOf(Quantity::kRamBytes, 1)});
  Report m4 = m3;
  m4.cells[0].key.core = "m4";
  const Diff diff = Compare(m3, m4, {.gate_wall_percent = {}, .partial = true});
  EXPECT_TRUE(diff.Regressed());
  EXPECT_EQ(diff.changes.back().what, What::kNothingCompared);
  EXPECT_THAT(diff.changes.back().why, HasSubstr("nothing was compared"));
  EXPECT_NE(Compare(m3, m4).changes.back().what, What::kNothingCompared) << "all of it is told instead";
  EXPECT_FALSE(Compare(ReportOf({}), m4, {.gate_wall_percent = {}, .partial = true}).Regressed())
      << "the first";
}

TEST(Compare, SaysWhatElseDiffers) {
  Report before = OneOf({}), after = OneOf({});
  before.environment.commit = "a";
  after.environment.commit = "b";
  before.environment.tools["gcc"] = "12";
  after.environment.tools["gcc"] = "13";
  before.environment.tools["ld"] = after.environment.tools["ld"] = "2.40";
  before.environment.harness_version = "1";
  before.cells[0].model_sha256 = "0123456789abcdef";
  after.cells[0].model_sha256 = "abcdef0123456789";
  const Diff diff = Compare(before, after);
  EXPECT_EQ(Only(diff).what, What::kOtherModel);
  EXPECT_EQ(Only(diff).before, "0123456789ab");
  EXPECT_EQ(Only(diff).after, "abcdef012345");
  EXPECT_EQ(Only(diff).why, "the file of this name holds another model");
  EXPECT_THAT(diff.environment, ::testing::ElementsAre("commit: a, now b", "gcc: 12, now 13"));
  after.environment.harness_version = "2";
  before.environment.commit = "";
  after.environment.tools["gcc"] = "";
  EXPECT_THAT(Compare(before, after).environment, ::testing::ElementsAre("harness: 1, now 2"));
}

TEST(Compare, SaysWhichNamesAnOlderReportHad) {
  Report before = OneOf({FigureOf(Quantity::kBitsPerByte, 2.5)}, Kind::kPerplexity), after = before;
  EXPECT_THAT(FormatDiff(Compare(before, after), {.format = OutputFormat::kTable}),
              ::testing::Not(HasSubstr("renamed")));
  before.renamed = {"perplexity bpb -> bits_per_byte"};
  after.renamed = {"perplexity ratio of against -> perplexity_ratio"};
  const Diff diff = Compare(before, after);
  EXPECT_THAT(diff.changes, IsEmpty());
  for (const OutputFormat format : {OutputFormat::kTable, OutputFormat::kMarkdown}) {
    EXPECT_THAT(FormatDiff(diff, {.format = format}),
                HasSubstr("\nrenamed: perplexity bpb -> bits_per_byte, perplexity ratio "
                          "of against -> perplexity_ratio\n"));
  }
  EXPECT_THAT(FormatDiff(diff, {.format = OutputFormat::kJson}),
              HasSubstr("\"renamed\": [\n    \"perplexity bpb -> bits_per_byte\",\n"));
}

// Of improvements and regressions of figures, each as what it is of.
using Found = std::set<std::tuple<Key, std::optional<FigureId>>>;
Found Of(const Diff& diff, What what) {
  Found found;
  for (const Change& change : diff.changes)
    if (change.what == what) found.emplace(change.key, change.figure);
  return found;
}

TEST(Compare, AnyReportIsLikeItselfAndTurnedRoundBetterIsWorse) {
  Random random(3);
  for (int round = 0; round < 200; ++round) {
    const Report a = RandomReport(&random), b = RandomReport(&random);
    EXPECT_THAT(Compare(a, a).changes, IsEmpty());
    const Diff there = Compare(a, b), back = Compare(b, a);
    EXPECT_EQ(Of(there, What::kWorse), Of(back, What::kBetter));
    EXPECT_EQ(Of(there, What::kBetter), Of(back, What::kWorse));
    EXPECT_EQ(Of(there, What::kChanged), Of(back, What::kChanged));
    EXPECT_EQ(Of(there, What::kFigureVanished), Of(back, What::kFigureNew));
    EXPECT_EQ(Of(there, What::kCellVanished), Of(back, What::kCellNew));
    size_t of_a = 0, of_b = 0;
    for (const Cell& cell : a.cells) of_a += cell.figures.size();
    for (const Cell& cell : b.cells) of_b += cell.figures.size();
    const Totals& totals = there.totals;
    EXPECT_EQ(totals.figures_compared + totals.figures_only_before, of_a);
    EXPECT_EQ(totals.figures_compared + totals.figures_only_after, of_b);
    EXPECT_EQ(totals.cells_compared + totals.cells_only_before, a.cells.size());
    EXPECT_EQ(totals.cells_compared + totals.cells_only_after, b.cells.size());
  }
}

TEST(Compare, OrderOfCellsAndFiguresDoesNotMatter) {
  Random random(4);
  for (int round = 0; round < 50; ++round) {
    const Report a = RandomReport(&random);
    Report turned = a;
    std::ranges::reverse(turned.cells);
    for (Cell& cell : turned.cells) std::ranges::reverse(cell.figures);
    EXPECT_THAT(Compare(a, turned).changes, IsEmpty());
    EXPECT_THAT(Compare(turned, a).changes, IsEmpty());
  }
}

TEST(Compare, AFullNightTakesAFractionOfASecond) {
  Report night;
  for (int i = 0; i < 500; ++i) {
    Cell cell = CellOf(Kind::kCycles, StrCat("core", i), {});
    for (int j = 0; j < 300; ++j)
      cell.figures.push_back(FigureOf(Quantity::kCyclesPerToken, i + j, {PartKind::kOp, StrCat(j)}));
    night.cells.push_back(std::move(cell));
  }
  const Report other = night;
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(Compare(night, other).totals.figures_equal, 150'000u);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
  RecordProperty("milliseconds", StrCat(seconds.count() * 1000));
  EXPECT_LT(seconds.count(), 5) << "room for sanitizers and a busy host";
}

TEST(FormatDiff, SaysTheVerdictFirstInEveryFormat) {
  const Diff diff =
      DiffOf(OneOf({FigureOf(Quantity::kRamBytes, 1)}), OneOf({FigureOf(Quantity::kRamBytes, 2)}));
  EXPECT_EQ(FormatDiff(diff, {}).find("REGRESSION: 1 cause, 1 figure\n^ ram  Cortex-M3 f32 m: +1 B\n"), 0u);
  const std::string markdown = FormatDiff(diff, {.format = OutputFormat::kMarkdown});
  EXPECT_EQ(markdown.find("**REGRESSION: 1 cause, 1 figure**\n"), 0u);
  EXPECT_THAT(markdown, HasSubstr("\n| ^ | ram | Cortex-M3 f32 m | +1 B |\n"));
  EXPECT_THAT(markdown, HasSubstr("| 1 | size m3 m.atome03 f32 | ram_bytes | worse |"));
  EXPECT_EQ(FormatDiff(diff, {.format = OutputFormat::kJson}).find("{\n  \"verdict\": \"regression\""), 0u);
  const std::string csv = FormatDiff(diff, {.format = OutputFormat::kCsv});
  EXPECT_EQ(csv.find("severity,what,kind,"), 0u);
  EXPECT_THAT(csv, ::testing::EndsWith(",1\n"));
  EXPECT_EQ(FormatDiff({}, {}).find("PASS: nothing changed"), 0u);
}

TEST(FormatDiff, AllHasEveryChangeAndNoteBelowItsCause) {
  const auto report = [](int ram, const char* accepted) {
    return OneOf({FigureOf(Quantity::kRamBytes, ram), FigureOf(Quantity::kAccepted, accepted)},
                 Kind::kParity);
  };
  const Diff diff = DiffOf(report(1, "bits"), report(2, "ulp:4"));
  const std::string few = FormatDiff(diff, {}), all = FormatDiff(diff, {.all = true});
  EXPECT_THAT(few, HasSubstr("\n- 1 note: --all\n"));
  EXPECT_THAT(few, ::testing::Not(HasSubstr("ulp:4")));
  EXPECT_THAT(all, HasSubstr("\n    parity m3 m.atome03 f32: ram_bytes worse, 1 -> 2, +1 (+100 %)\n"));
  EXPECT_THAT(all, HasSubstr("accepted changed, bits -> ulp:4"));
}

TEST(Judge, AReportAloneSaysWhatFailsInIt) {
  Report report = OneOf({FigureOf(Quantity::kRamBytes, 1)}, Kind::kParity);
  report.renamed = {"bpb -> bits_per_byte"};
  Diff good = Judge(report);
  EXPECT_EQ(good.renamed, report.renamed);
  EXPECT_THAT(good.changes, IsEmpty());
  EXPECT_EQ(FormatDiff(good, {}).find("PASS: all 1 cell pass\n"), 0u);
  report.cells[0].Fail(Outcome::kMismatch, "other bits");
  Divergence& divergence = report.cells[0].divergence.emplace();
  divergence.step = 3;
  divergence.op = ATOME_OP_SPARSE;
  divergence.layer = 1;
  divergence.index = 5;
  Diff bad = Judge(report);
  EXPECT_EQ(Only(bad).what, What::kFails);
  bad.causes = FindCauses(bad.changes, {}, report);
  EXPECT_EQ(FormatDiff(bad, {}).find(
                "FAIL: 1 cause, 1 figure\nx bits  Cortex-M3 f32 m: step 3, layer 1, sparse[5]"),
            0u)
      << FormatDiff(bad, {});
  EXPECT_EQ(FormatDiff(bad, {}).find("accept"), std::string::npos);
}

}  // namespace
}  // namespace atome::harness::report
