#include "harness/causes/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/base/text.h"
#include "harness/causes/diff_output.h"

namespace atome::harness::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Headline, OfAReportAloneCountsWhatIsThere) {
  Diff diff;
  diff.alone = true;
  diff.totals.cells_only_after = 3;
  EXPECT_EQ(Headline(diff), "all 3 cells pass");
  diff.totals.budgets = 5;
  diff.totals.budgets_elsewhere = 1;
  EXPECT_EQ(Headline(diff), "all 3 cells pass, 4 budgets kept");
  diff.totals.cells_only_after = 0;
  EXPECT_EQ(Headline(diff), "4 budgets kept");
}

TEST(Compared, SaysHowManyBudgetsThereAre) {
  Diff diff;
  diff.alone = true;
  EXPECT_EQ(Compared(diff), "");
  diff.totals.budgets = 5;
  EXPECT_EQ(Compared(diff), "Budgets: 5.");
  diff.totals.budgets_elsewhere = 2;
  EXPECT_EQ(Compared(diff), "Budgets: 5, of which 2 are of what this report does not have.");
  diff.totals.cells_only_after = 1;
  diff.totals.figures_only_after = 9;
  EXPECT_EQ(Compared(diff),
            "Judged alone, and compared with nothing: 1 cell, 9 figures. Budgets: 5, of which 2 are of what "
            "this report does not have.");
}

TEST(ChangeJson, HasEveryColumn) {
  Change change;
  change.severity = Severity::kRegression;
  change.what = What::kWorse;
  change.key.core = "m3";
  change.figure = FigureId{{PartKind::kOp, "sparse"}, Quantity::kCyclesPerToken};
  change.before = "1000";
  change.after = "1024";
  change.change = "+2.4 %";
  change.why = "because";
  const nlohmann::ordered_json json = ChangeJson(change);
  EXPECT_EQ(json["core"], "m3");
  EXPECT_EQ(json["figure"], "cycles_per_token");
  EXPECT_EQ(json["part_kind"], "op");
  EXPECT_EQ(json["part"], "sparse");
  EXPECT_EQ(json["before"], "1000");
  EXPECT_EQ(json["after"], "1024");
  EXPECT_EQ(json["change"], "+2.4 %");
  EXPECT_EQ(json["why"], "because");
}

// The Markdown of causes with so many figures each that got worse.
std::string MarkdownOf(const std::vector<size_t>& figures) {
  Diff diff;
  for (const size_t count : figures) {
    Cause& cause = diff.causes.emplace_back();
    cause.where = "here";
    cause.what = "worse";
    for (size_t i = 0; i < count; ++i) {
      cause.changes.push_back(diff.changes.size());
      Change& change = diff.changes.emplace_back();
      change.severity = Severity::kRegression;
      change.what = What::kWorse;
      change.figure = FigureId{{}, Quantity::kCyclesPerToken};
    }
  }
  return FormatDiff(diff, {.format = OutputFormat::kMarkdown});
}

std::ptrdiff_t Rows(const std::string& markdown, const std::string& begin) {
  return std::ranges::count_if(Split(markdown, '\n'),
                               [&begin](std::string_view line) { return line.starts_with(begin); });
}

TEST(DiffMarkdown, SharesItsRowsAmongCauses) {
  const std::string two = MarkdownOf({100, 100});
  EXPECT_EQ(Rows(two, "| 1 |"), 20);
  EXPECT_EQ(Rows(two, "| 2 |"), 20);
  EXPECT_THAT(two, HasSubstr("200 figures, the first of each cause</summary>"));
  const std::string small_one = MarkdownOf({1, 100, 100});
  EXPECT_EQ(Rows(small_one, "| 1 |"), 1);
  EXPECT_EQ(Rows(small_one, "| 2 |"), 19) << "half of the 39 that are left";
  EXPECT_EQ(Rows(small_one, "| 3 |"), 20);
  const std::string few = MarkdownOf({20, 20});
  EXPECT_EQ(Rows(few, "| 1 |"), 20);
  EXPECT_EQ(Rows(few, "| 2 |"), 20);
  EXPECT_THAT(few, HasSubstr("40 figures</summary>")) << "all are there";
}

TEST(DiffMarkdown, HasTwentyCausesAndCountsTheOthers) {
  const std::string twenty = MarkdownOf(std::vector<size_t>(20, 1));
  EXPECT_EQ(Rows(twenty, "| ^ |"), 20);
  EXPECT_THAT(twenty, Not(HasSubstr("more cause")));
  const std::string more = MarkdownOf(std::vector<size_t>(22, 1));
  EXPECT_EQ(Rows(more, "| ^ |"), 20);
  EXPECT_THAT(more, HasSubstr("and 2 more causes"));
}

}  // namespace
}  // namespace atome::harness::report
