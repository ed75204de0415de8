#include "harness/perplexity/text_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atome::harness {
namespace {

using ::testing::HasSubstr;

EvaluationText Text(size_t bytes) {
  return {"text", std::vector<uint16_t>(bytes, 'x'), "", TextUnit::kByte, {}};
}

// golden/training/run.py, split_text: (N - 1) / C chunks, of which 9 / 10 are left out, whole ones.
TEST(PlanText, LastTenthIsTheTrainersValidation) {
  for (const size_t bytes : {66u, 130u, 999u, 1000u, 6401u, 500000u, 944426u}) {
    for (const size_t chunk : {1u, 7u, 64u, 65u}) {
      const auto plan = PlanText(Text(bytes), Protocol::kChunks, TextPart::kLastTenth, chunk, std::nullopt);
      const size_t chunks = (bytes - 1) / chunk, cut = chunks * 9 / 10 * chunk;
      ASSERT_TRUE(plan.ok());
      EXPECT_EQ(plan->begin, cut);
      EXPECT_EQ(plan->tokens, chunks * chunk - cut);
      EXPECT_EQ(plan->Units(), chunks - chunks * 9 / 10);
      EXPECT_LT(plan->begin + plan->tokens, bytes);  // the last target is in the text
    }
  }
}

TEST(PlanText, StreamingUnitsAreBlocks) {
  const auto plan = PlanText(Text(1200), Protocol::kStreaming, TextPart::kAll, 64, std::nullopt);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->tokens, 1199u);
  ASSERT_EQ(plan->Units(), 3u);
  EXPECT_EQ(plan->UnitBegin(2), 2 * kBlockTokens);
  EXPECT_EQ(plan->UnitTokens(1), kBlockTokens);
  EXPECT_EQ(plan->UnitTokens(2), 1199 - 2 * kBlockTokens);
}

TEST(PlanText, LimitTakesWholeChunks) {
  EXPECT_EQ(PlanText(Text(999), Protocol::kChunks, TextPart::kAll, 64, 130)->tokens, 128u);
  EXPECT_EQ(PlanText(Text(999), Protocol::kChunks, TextPart::kAll, 64, 1 << 20)->tokens, 960u);
  EXPECT_EQ(PlanText(Text(999), Protocol::kStreaming, TextPart::kAll, 64, 130)->tokens, 130u);
}

TEST(PlanText, SaysWhatIsPredictedAndWhatNot) {
  const auto said = [](size_t bytes, Protocol protocol, TextPart part, std::optional<size_t> limit = {}) {
    const EvaluationText text = Text(bytes);
    return PlanSentence(text, *PlanText(text, protocol, part, 64, limit));
  };
  EXPECT_EQ(said(150, Protocol::kChunks, TextPart::kAll),
            "all: 128 of 150 bytes predicted, in 2 chunks of 64; 21 at the end fill no chunk");
  EXPECT_EQ(said(65, Protocol::kChunks, TextPart::kAll), "all: 64 of 65 bytes predicted, in 1 chunk of 64");
  EXPECT_EQ(said(1281, Protocol::kChunks, TextPart::kLastTenth),
            "last-tenth: 128 of 1281 bytes predicted, in 2 chunks of 64");
  EXPECT_EQ(said(150, Protocol::kStreaming, TextPart::kAll),
            "all: 149 of 150 bytes predicted, in one pass, intervals over blocks of 512");
  EXPECT_EQ(UsualPart(true), TextPart::kAll);
  EXPECT_EQ(UsualPart(false), TextPart::kLastTenth);
  EXPECT_EQ(UsualPart(true, true), TextPart::kLastTenth);
}

TEST(PlanText, SaysWhatIsTooShort) {
  EXPECT_THAT(PlanText(Text(64), Protocol::kChunks, TextPart::kAll, 64, {}).error().message,
              HasSubstr("has 64 bytes, less than a chunk of 64 and the byte after it"));
  EXPECT_TRUE(PlanText(Text(65), Protocol::kChunks, TextPart::kAll, 64, {}).ok());
  EXPECT_THAT(PlanText(Text(1), Protocol::kStreaming, TextPart::kLastTenth, 64, {}).error().message,
              HasSubstr("less than two"));
  EXPECT_TRUE(PlanText(Text(2), Protocol::kStreaming, TextPart::kLastTenth, 64, {}).ok());
  EXPECT_THAT(PlanText(Text(999), Protocol::kChunks, TextPart::kAll, 64, 63).error().message,
              HasSubstr("--limit 63 is less than a chunk of 64"));
}

TEST(PlanText, SpeaksOfTokensWhereTheyAre) {
  EvaluationText text = Text(64);
  text.unit = TextUnit::kToken;
  EXPECT_THAT(PlanText(text, Protocol::kChunks, TextPart::kAll, 64, {}).error().message,
              HasSubstr("has 64 tokens, less than a chunk of 64 and the token after it"));
}

}  // namespace
}  // namespace atome::harness
