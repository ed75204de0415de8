#include "harness/perplexity/perplexity.h"

#include <gtest/gtest.h>

#include "harness/perplexity/perplexity_output.h"

namespace atome::harness {
namespace {

PairedComparison Pair(const Model& model, double ratio, std::optional<Interval> interval) {
  PairedComparison pair;
  pair.subject = {&model, Variant::kQ15};
  pair.against = {&model, Variant::kF32};
  pair.ratio = ratio;
  pair.interval = interval;
  return pair;
}

TEST(PairedComparison, SaysWhetherTheDifferenceIsSignificant) {
  Model model;
  model.path = "folder/m.atome03";
  EXPECT_EQ(Pair(model, 1.02, Interval{1.01, 1.03}).Sentence(),
            "The perplexity of m.atome03 q15 is 2 % higher than that of m.atome03 f32 (95 % interval +1 % to "
            "+3 %): "
            "a significant difference.");
  EXPECT_EQ(
      Pair(model, 0.999, Interval{0.997, 1.001}).Sentence(),
      "The perplexity of m.atome03 q15 is 0.1 % lower than that of m.atome03 f32 (95 % interval -0.3 % to "
      "+0.1 %): no significant difference.");
  EXPECT_EQ(
      Pair(model, 1, Interval{1, 1}).Sentence(),
      "The perplexity of m.atome03 q15 is that of m.atome03 f32 (95 % interval +0 % to +0 %): no significant "
      "difference.");
  EXPECT_TRUE(Pair(model, 0.9, Interval{0.8, 0.99}).Significant());
  EXPECT_FALSE(Pair(model, 0.9, std::nullopt).Significant());
}

TEST(FormatPerplexity, AFailedRowHasNoFigures) {
  Model model;
  model.path = "m.atome03";
  PerplexityReport report;
  report.text.path = "text";
  report.plan.unit_tokens = 64;
  report.plan.tokens = 640;
  report.rows.push_back({});
  report.rows[0].subject = {&model, Variant::kF32};
  report.rows[0].failure = "broken";
  EXPECT_TRUE(report.Failed());
  EXPECT_NE(FormatPerplexity(report, OutputFormat::kJson).find("\"perplexity\": null"), std::string::npos);
  EXPECT_NE(FormatPerplexity(report, OutputFormat::kTable).find("error: m.atome03: broken"),
            std::string::npos);
  EXPECT_NE(FormatPerplexity(report, OutputFormat::kTable).find("m.atome03  f32               -"),
            std::string::npos);
}

}  // namespace
}  // namespace atome::harness
