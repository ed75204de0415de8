#include "harness/perplexity/perplexity_figures.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace atome::harness::report {
namespace {

class PerplexityFigures : public ::testing::Test {
 protected:
  PerplexityFigures() {
    model_.path = "folder/m.atome03";
    model_.sha256 = "aa";
    report_.text = {"folder/text.txt", "", "bb"};
    report_.plan.part = TextPart::kLastTenth;
    report_.plan.unit_tokens = 64;
    report_.plan.tokens = 100;
  }
  Perplexity& Row(Variant variant) {
    Perplexity& row = report_.rows.emplace_back();
    row.subject = {&model_, variant};
    row.perplexity = 4;
    row.bits_per_byte = 2;
    row.interval = {2, 8};
    row.tokens_per_second = 1000;
    row.unit_nats = {100, 38.6};
    return row;
  }
  void Pair() {
    PairedComparison& pair = report_.comparisons.emplace_back();
    pair.subject = report_.rows.front().subject;
    pair.against = {&model_, Variant::kF32};
    pair.ratio = 1.5;
    pair.interval = {1.25, 1.75};
    pair.same_top = 0.5;
  }
  static const Figure& Of(const ReportCell& cell, std::string_view name) {
    return *std::ranges::find(cell.figures, name, &Figure::name);
  }

  Model model_;
  PerplexityReport report_;
};

TEST_F(PerplexityFigures, HaveIntervalsAndWhatTheyComeFrom) {
  Row(Variant::kQ15);
  const std::vector<ReportCell> cells = ToReport(report_);
  ASSERT_EQ(cells.size(), 1u);
  EXPECT_EQ(cells[0].key.Describe(),
            "perplexity native host m.atome03 q15 text.txt chunks of 64, last-tenth");
  const Figure& perplexity = Of(cells[0], "perplexity");
  EXPECT_EQ(std::get<double>(perplexity.value), 4);
  EXPECT_EQ(perplexity.figure_class, FigureClass::kInterval);
  EXPECT_EQ(perplexity.low, 2);
  EXPECT_EQ(perplexity.high, 8);
  EXPECT_EQ(perplexity.samples, (std::vector<double>{100, 38.6}));
  EXPECT_EQ(perplexity.sample_counts, (std::vector<uint32_t>{64, 36}));
  EXPECT_DOUBLE_EQ(*Of(cells[0], "bits_per_byte").low, 1);
  EXPECT_DOUBLE_EQ(*Of(cells[0], "bits_per_byte").high, 3);
  EXPECT_EQ(Of(cells[0], "tokens").figure_class, FigureClass::kExact);
  EXPECT_EQ(Of(cells[0], "tokens_per_second").figure_class, FigureClass::kWall);
  EXPECT_EQ(std::get<std::string>(Of(cells[0], "text_sha256").value), "bb");
}

TEST_F(PerplexityFigures, CompareAndKeepTheOtherOnce) {
  Row(Variant::kQ15);
  Row(Variant::kF32);
  Pair();
  std::vector<ReportCell> cells = ToReport(report_);
  ASSERT_EQ(cells.size(), 2u);
  EXPECT_EQ(cells[1].key.core, "host-simd");
  EXPECT_EQ(Of(cells[0], "ratio").part_kind, "against");
  EXPECT_EQ(Of(cells[0], "ratio").part, "m.atome03 f32");
  EXPECT_EQ(Of(cells[0], "ratio").high, 1.75);
  EXPECT_EQ(std::get<double>(Of(cells[0], "same_top").value), 0.5);

  report_.rows.front().subject.variant = Variant::kF32;  // a model against itself
  cells = ToReport(report_);
  ASSERT_EQ(cells.size(), 1u);
  EXPECT_EQ(Of(cells[0], "ratio").low, 1.25);
}

TEST_F(PerplexityFigures, OfAFailedRowAreAbsentWithTheReason) {
  Row(Variant::kF32).failure = "broken";
  const std::vector<ReportCell> cells = ToReport(report_);
  EXPECT_EQ(cells[0].status, CellStatus::kError);
  EXPECT_EQ(cells[0].message, "broken");
  EXPECT_EQ(cells[0].unavailable.at("perplexity"), "broken");
  EXPECT_EQ(std::ranges::find(cells[0].figures, "perplexity", &Figure::name), cells[0].figures.end());
}

}  // namespace
}  // namespace atome::harness::report
