#include "harness/diff/budget.h"

#include <gmock/gmock.h>

#include "harness/testing/repository.h"
#include "harness/testing/test_reports.h"

namespace atome::harness::report {
namespace {

using harness::testing::ErrorOf;
using harness::testing::TemporaryFolder;
using ::testing::AllOf;
using testing::CellOf;
using testing::FigureOf;
using ::testing::HasSubstr;

Report TwoCores() {
  const auto cell = [](const char* core, double cycles) {
    return CellOf(Kind::kCycles, core,
                  {FigureOf(Quantity::kCyclesPerToken, cycles),
                   FigureOf(Quantity::kCyclesPerToken, cycles / 2, {PartKind::kOp, "sparse"}),
                   FigureOf(Quantity::kCyclesPerToken, cycles / 4, {PartKind::kOp, "state"}),
                   FigureOf(Quantity::kCyclesBasis, "x")});
  };
  return testing::ReportOf({cell("m0", 800), cell("m3", 400)});
}

Diff Checked(const std::string& budgets, bool partial = false) {
  const TemporaryFolder folder;
  const auto read = ReadBudgets(folder.Write("b.json", "{\"budgets\": [" + budgets + "]}"));
  EXPECT_TRUE(read.ok()) << (read.ok() ? "" : read.error().message);
  Diff diff;
  if (read.ok()) CheckBudgets(*read, TwoCores(), partial, &diff);
  return diff;
}

TEST(Budget, HoldsTheFigureItNames) {
  EXPECT_FALSE(
      Checked(R"({"where": {"core": "m3"}, "figure": "cycles_per_token", "at_most": 400})").Regressed());
  const Diff over = Checked(R"({"where": {"core": "m3"}, "figure": "cycles_per_token", "at_most": 399.5})");
  ASSERT_EQ(over.changes.size(), 1u);
  EXPECT_EQ(over.changes[0].what, What::kOverBudget);
  EXPECT_EQ(over.changes[0].key.core, "m3");
  EXPECT_EQ(over.changes[0].before, "399.5");
  EXPECT_EQ(over.changes[0].after, "400");
  EXPECT_EQ(over.changes[0].change, "+0.5 over the budget");
}

TEST(Budget, AbsentFieldsAreAnything) {
  EXPECT_EQ(Checked(R"({"figure": "cycles_per_token", "at_most": 1})").changes.size(), 2u)
      << "both cores, no ops";
  EXPECT_EQ(Checked(R"({"figure": "cycles_per_token", "part_kind": "op", "at_most": 1})").changes.size(), 4u);
  EXPECT_EQ(Checked(R"({"figure": "cycles_per_token", "part_kind": "op", "part": "state", "at_most": 150})")
                .changes.size(),
            1u);
  EXPECT_EQ(
      Checked(R"({"where": {"kind": "cycles", "board": ""}, "figure": "cycles_per_token", "at_most": 1})")
          .changes.size(),
      2u);
}

TEST(Budget, SaysWhatItIsOf) {
  const Diff part =
      Checked(R"({"figure": "cycles_per_token", "part_kind": "op", "part": "state", "at_most": 150})");
  ASSERT_EQ(part.changes.size(), 1u);
  EXPECT_EQ(part.changes[0].what, What::kOverBudget);
  EXPECT_EQ(part.changes[0].figure->Describe(), "cycles_per_token of op state");
  EXPECT_EQ(part.changes[0].from, 150);
  EXPECT_EQ(part.changes[0].to, 200);
  EXPECT_EQ(part.totals.budgets, 1u);
  EXPECT_EQ(part.totals.budgets_elsewhere, 0u);
  const Diff text = Checked(R"({"where": {"core": "m3"}, "figure": "cycles_basis", "at_most": 1})");
  ASSERT_EQ(text.changes.size(), 1u);
  EXPECT_EQ(text.changes[0].change, "is not a number");
  EXPECT_FALSE(text.changes[0].to.has_value());
  const Diff empty = Checked(R"({"figure": "ram_bytes", "at_most": 7})");
  ASSERT_EQ(empty.changes.size(), 1u);
  EXPECT_EQ(empty.changes[0].what, What::kEmptyBudget);
  EXPECT_EQ(empty.changes[0].before, "7");
  EXPECT_EQ(empty.changes[0].figure->Describe(), "ram_bytes");
  EXPECT_EQ(empty.changes[0].why, "no such figure in any cell; mend the budget, or measure what it is of");
  const Diff where =
      Checked(R"({"where": {"core": "m9", "board": ""}, "figure": "ram_bytes", "at_most": 7})");
  EXPECT_THAT(where.changes[0].why, HasSubstr("in board \"\", core \"m9\";"));
}

TEST(Budget, OneThatHoldsNothingIsAnError) {
  const char* unused = R"({"where": {"core": "m33"}, "figure": "cycles_per_token", "at_most": 1})";
  const Diff diff = Checked(unused);
  ASSERT_EQ(diff.changes.size(), 1u);
  EXPECT_TRUE(diff.Regressed());
  EXPECT_THAT(diff.changes[0].why, HasSubstr("core \"m33\""));
  const Diff partial = Checked(unused, /*partial=*/true);
  EXPECT_TRUE(partial.changes.empty());
  EXPECT_EQ(partial.totals.budgets_elsewhere, 1u);
  EXPECT_TRUE(Checked(R"({"figure": "cycles_basis", "at_most": 1})").Regressed()) << "text has no limit";
}

TEST(Budget, ACheckAloneOfNothingDoesNotPass) {
  const TemporaryFolder folder;
  const auto checked = [&folder](const std::string& budgets) {
    const auto read = ReadBudgets(folder.Write("b.json", "{\"budgets\": [" + budgets + "]}"));
    Diff diff;
    diff.alone = true;
    CheckBudgets(*read, TwoCores(), /*partial=*/true, &diff);
    return diff;
  };
  const std::string elsewhere = R"({"where": {"core": "m33"}, "figure": "cycles_per_token", "at_most": 1})";
  const std::string here = R"({"where": {"core": "m3"}, "figure": "cycles_per_token", "at_most": 400})";
  const Diff nothing = checked(elsewhere);
  ASSERT_EQ(nothing.changes.size(), 1u);
  EXPECT_EQ(nothing.changes[0].what, What::kNothingCompared);
  EXPECT_THAT(nothing.changes[0].why, HasSubstr("none of 1 budgets is of a figure in this report"));
  EXPECT_TRUE(nothing.Regressed());
  EXPECT_FALSE(checked(elsewhere + ", " + here).Regressed());
  EXPECT_THAT(ErrorOf(ReadBudgets(folder.Write("b.json", R"({"budgets": []})"))),
              HasSubstr("/budgets: is []; give an array of objects"));
}

TEST(Budget, AnOldNameIsRefusedWithTodays) {
  const TemporaryFolder folder;
  const auto error = [&folder](const std::string& budget) {
    return ErrorOf(ReadBudgets(folder.Write("b.json", "{\"budgets\": [{\"at_most\": 1, " + budget + "}]}")));
  };
  EXPECT_THAT(error(R"("figure": "bpb")"),
              HasSubstr("/budgets/0/figure: is \"bpb\", which is \"bits_per_byte\" now"));
  EXPECT_THAT(error(R"("figure": "bytes", "part_kind": "section")"), HasSubstr("is \"section_bytes\" now"));
  EXPECT_THAT(error(R"("figure": "bytes", "part_kind": "symbol")"), HasSubstr("is \"symbol_bytes\" now"));
  EXPECT_THAT(error(R"("figure": "ram_bytes", "part_kind": "board")"),
              HasSubstr("is \"board_ram_bytes\" now"));
  EXPECT_THAT(error(R"("figure": "ratio", "part_kind": "against", "where": {"kind": "benchmark"})"),
              HasSubstr("is \"time_ratio\" now"));
  EXPECT_THAT(error(R"("figure": "ratio", "part_kind": "against", "where": {"kind": "ab"})"),
              HasSubstr("is \"perplexity_ratio\" now"));
}

TEST(Budget, BadFilesAreRefusedWithThePlace) {
  const TemporaryFolder folder;
  const auto error = [&folder](const std::string& text) {
    return ErrorOf(ReadBudgets(folder.Write("b.json", text)));
  };
  EXPECT_THAT(error("{"), HasSubstr("b.json: is not JSON"));
  EXPECT_THAT(error("[]"), HasSubstr("not an object"));
  EXPECT_THAT(error("{}"), HasSubstr("/budgets: is missing"));
  EXPECT_THAT(error(R"({"budgets": [{"figure": "ram_bytes"}]})"), HasSubstr("/budgets/0/at_most"));
  EXPECT_THAT(error(R"({"budgets": [{"at_most": 1}]})"), HasSubstr("/budgets/0/figure: is missing"));
  EXPECT_THAT(error(R"({"budgets": [{"figure": "ram_bytes", "at_most": 1, "at_least": 0}]})"),
              AllOf(HasSubstr("/budgets/0/at_least"), HasSubstr("unknown key")));
  EXPECT_THAT(error(R"({"budgets": [{"figure": "ram_bytes", "at_most": 1, "where": {"cpu": "m3"}}]})"),
              HasSubstr("/budgets/0/where/cpu: unknown key"));
  EXPECT_THAT(error(R"({"budgets": [{"figure": "ram_bytes", "at_most": 1, "where": {"kind": "cycle"}}]})"),
              HasSubstr("/budgets/0/where/kind"));
  EXPECT_THAT(error(R"({"budgets": [{"figure": "ram_bytes", "at_most": 1, "where": {"core": 3}}]})"),
              HasSubstr("/budgets/0/where/core: is not text"));
  EXPECT_THAT(error(R"({"budgets": [{"figure": "ram_bytes", "at_most": 1, "part": "x"}]})"),
              HasSubstr("part_kind"));
  EXPECT_THAT(error(R"({"budgets": [{"figure": "ram_bytes", "at_most": "1"}]})"),
              HasSubstr("is not a number"));
  EXPECT_THAT(error(R"({"budgets": [{"figure": "ram_bytes", "at_most": 1, "part_kind": "thing"}]})"),
              HasSubstr("/budgets/0/part_kind: is \"thing\"; give one of op, symbol"));
  EXPECT_THAT(error(R"({"budgets": [{"figure": "ram_bytes", "at_most": 1, "part_kind": "op"}]})"),
              HasSubstr("/budgets/0/part_kind: is \"op\", of which nothing has ram_bytes"));
  EXPECT_THAT(error(R"({"budgets": [{"figure": "sizes", "at_most": 1}]})"),
              HasSubstr("/budgets/0/figure: is \"sizes\", which is not in proto/catalogue.json"));
  EXPECT_THAT(error(R"({"budgets": [{"figure": "ram_bytes", "at_most": 1, "about": 3}]})"),
              HasSubstr("/budgets/0/about"));
  EXPECT_THAT(error(R"({"about": 3, "budgets": [{"figure": "ram_bytes", "at_most": 1}]})"),
              HasSubstr("/about"));
  EXPECT_THAT(ErrorOf(ReadBudgets("/nowhere/b.json")), HasSubstr("/nowhere/b.json"));
}

}  // namespace
}  // namespace atome::harness::report
