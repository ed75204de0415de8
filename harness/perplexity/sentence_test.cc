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
  return cell;
}

TEST(Sentence, SaysWhetherTheDifferenceIsSignificant) {
  EXPECT_EQ(Sentence(Compared(1.02, 1.01, 1.03)),
            "The perplexity of m.atome03 q15 is 2 % higher than that of m.atome03 f32 (95 % interval +1 % to "
            "+3 %): a significant difference.");
  EXPECT_EQ(
      Sentence(Compared(0.999, 0.997, 1.001)),
      "The perplexity of m.atome03 q15 is 0.1 % lower than that of m.atome03 f32 (95 % interval -0.3 % to "
      "+0.1 %): no significant difference.");
  EXPECT_EQ(Sentence(Compared(1, 1, 1)),
            "The perplexity of m.atome03 q15 is that of m.atome03 f32 (95 % interval +0 % to +0 %): no "
            "significant difference.");
  EXPECT_TRUE(Sentence(Compared(0.9, 0.8, 0.99)).ends_with(": a significant difference."));
  EXPECT_EQ(Sentence(Compared(0.9, {}, {})),
            "The perplexity of m.atome03 q15 is 10 % lower than that of m.atome03 f32; one chunk or block of "
            "text is too little to say whether that is significant.");
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
