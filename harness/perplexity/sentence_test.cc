#include "harness/perplexity/sentence.h"

#include <gtest/gtest.h>

namespace atome::harness {
namespace {

using report::Quantity;

report::Cell Compared(double ratio, std::optional<double> low, std::optional<double> high) {
  report::Cell cell;
  cell.key.model = "m.atome03";
  cell.key.variant = "q15";
  report::Figure figure{.id = {{report::PartKind::kAgainst, "m.atome03 f32"}, Quantity::kPerplexityRatio},
                        .value = ratio};
  figure.low = low;
  figure.high = high;
  cell.Add(figure);
  report::Figure perplexity{.id = {{}, Quantity::kPerplexity}, .value = 2.0};
  perplexity.samples = {40, 41, 42};
  cell.Add(perplexity);
  return cell;
}

TEST(Sentence, SaysWhetherTheDifferenceIsSignificant) {
  EXPECT_EQ(Sentence(Compared(1.02, 1.01, 1.03)),
            "The perplexity of m.atome03 q15 is 2 % higher than that of m.atome03 f32 (95 % interval +1 % to "
            "+3 %): a significant difference.");
  EXPECT_EQ(
      Sentence(Compared(0.999, 0.997, 1.001)),
      "The perplexity of m.atome03 q15 is 0.1 % lower than that of m.atome03 f32 (95 % interval -0.3 % to "
      "+0.1 %): no significant difference; a text 4.0 times as long might tell one of this size.");
  EXPECT_EQ(Sentence(Compared(1, 1, 1)),
            "The perplexity of m.atome03 q15 is that of m.atome03 f32 (95 % interval +0 % to +0 %): no "
            "significant difference.");
  EXPECT_TRUE(Sentence(Compared(1.001, 0.989, 1.013))
                  .ends_with("; a text 144 times as long might tell one of this size."));
  EXPECT_TRUE(Sentence(Compared(1.0001, 0.9, 1.1)).ends_with(": no significant difference."))
      << "out of reach";
  EXPECT_TRUE(Sentence(Compared(0.9, 0.8, 0.99)).ends_with(": a significant difference."));
  EXPECT_EQ(Sentence(Compared(0.9, {}, {})),
            "The perplexity of m.atome03 q15 is 10 % lower than that of m.atome03 f32; whether that is "
            "significant is not known: 3 chunks or blocks of text are too few for an interval; 5 would do.");
}

TEST(Sentence, OnlyWhatMayGoEitherWayIsJudged) {
  EXPECT_TRUE(IsJudged(Compared(1.02, 1.01, 1.03)));
  EXPECT_FALSE(IsJudged(Compared(1, 1, 1))) << "the same losses";
  EXPECT_FALSE(IsJudged(Compared(1.02, {}, {})));
  EXPECT_FALSE(IsJudged({}));
}

TEST(Sentence, SaysWhyThereIsNoComparison) {
  report::Cell cell;
  cell.key.model = "m.atome03";
  cell.key.variant = "f32";
  EXPECT_EQ(Sentence(cell), "");
  cell.unavailable[Quantity::kPerplexityRatio] = "broken";
  EXPECT_EQ(Sentence(cell), "m.atome03 f32 cannot be compared: broken");
}

}  // namespace
}  // namespace atome::harness
