#include "harness/parity/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "harness/testing/small_trace.h"

namespace atome::harness {
namespace {

using testing::AgreeingExecution;
using testing::DropValuesOfOddSteps;
using ::testing::HasSubstr;
using testing::SmallTrace;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kDenormal = std::numeric_limits<float>::denorm_min();

float FromBits(uint32_t bits) { return std::bit_cast<float>(bits); }
float FlipLowestBit(float x) { return FromBits(std::bit_cast<uint32_t>(x) ^ 1); }

TEST(UlpDistance, KnownPairs) {
  EXPECT_EQ(UlpDistance(1.0f, 1.0f), 0u);
  EXPECT_EQ(UlpDistance(1.0f, std::nextafter(1.0f, 2.0f)), 1u);
  EXPECT_EQ(UlpDistance(1.0f, std::nextafter(1.0f, 0.0f)), 1u);
  EXPECT_EQ(UlpDistance(1.0f, 2.0f), 1u << 23);
  EXPECT_EQ(UlpDistance(0.0f, -0.0f), 1u);
  EXPECT_EQ(UlpDistance(0.0f, kDenormal), 1u);
  EXPECT_EQ(UlpDistance(-kDenormal, kDenormal), 3u);
  EXPECT_EQ(UlpDistance(std::numeric_limits<float>::max(), kInfinity), 1u);
  EXPECT_EQ(UlpDistance(-kInfinity, kInfinity), 0xFF000001u);
}

TEST(UlpDistance, IsSymmetricAndZeroOnlyForEqualBits) {
  std::mt19937 random(1);
  for (int i = 0; i < 100'000; ++i) {
    const uint32_t a = static_cast<uint32_t>(random());
    const uint32_t b = i % 3 == 0 ? a : i % 3 == 1 ? a ^ 0x80000000u : static_cast<uint32_t>(random());
    const uint32_t distance = UlpDistance(FromBits(a), FromBits(b));
    ASSERT_EQ(distance, UlpDistance(FromBits(b), FromBits(a))) << a << " " << b;
    ASSERT_EQ(distance == 0, a == b) << a << " " << b;
  }
}

TEST(UlpDistance, OneStepIsOneEverywhere) {
  std::mt19937 random(2);
  for (int i = 0; i < 100'000; ++i) {
    const float x = FromBits(static_cast<uint32_t>(random()));
    if (!std::isfinite(x) || x == 0) continue;
    ASSERT_EQ(UlpDistance(x, std::nextafter(x, kInfinity)), 1u) << x;
  }
}

TEST(UlpDistance, AddsUpAlongALine) {
  std::mt19937 random(3);
  for (int i = 0; i < 10'000; ++i) {
    float x[3];
    for (float& each : x) {
      do each = FromBits(static_cast<uint32_t>(random()));
      while (std::isnan(each));
    }
    std::sort(x, x + 3);
    ASSERT_EQ(UlpDistance(x[0], x[2]), UlpDistance(x[0], x[1]) + UlpDistance(x[1], x[2]));
  }
}

TEST(Compare, Agreement) {
  const GoldenTrace trace = SmallTrace();
  for (bool taps : {false, true}) {
    const Parity parity = Compare(trace, AgreeingExecution(trace, taps));
    EXPECT_EQ(parity.tokens_matched, 6u);
    EXPECT_EQ(parity.tokens_total, 6u);
    EXPECT_EQ(parity.steps_compared, 7u);
    EXPECT_EQ(parity.max_ulp, 0u);
    EXPECT_EQ(parity.max_abs_error, 0);
    EXPECT_FALSE(parity.divergence.has_value());
    EXPECT_TRUE(parity.Matches(trace.oracle_tolerance));
  }
}

TEST(Compare, FindsOneFlippedBitOfAnyLogit) {
  const GoldenTrace trace = SmallTrace();
  for (size_t c = 0; c < trace.cases.size(); ++c) {
    for (size_t s = 0; s < trace.cases[c].steps.size(); ++s) {
      for (size_t i = 0; i < 4; ++i) {
        Execution execution = AgreeingExecution(trace, false);
        float& logit = execution.cases[c].steps[s].logits[i];
        logit = FlipLowestBit(logit);
        const Parity parity = Compare(trace, execution);
        EXPECT_FALSE(parity.Matches(1));
        EXPECT_EQ(parity.max_ulp, 1u);
        EXPECT_EQ(parity.tokens_matched, 6u);
        ASSERT_TRUE(parity.divergence.has_value());
        EXPECT_EQ(parity.divergence->case_index, c);
        EXPECT_EQ(parity.divergence->step, s);
        EXPECT_EQ(parity.divergence->op, ATOME_OP_LOGITS);
        EXPECT_EQ(parity.divergence->layer, kNoLayer);
        EXPECT_EQ(parity.divergence->index, i);
        EXPECT_EQ(parity.divergence->expected, trace.cases[c].steps[s].logits[i]);
        EXPECT_EQ(parity.divergence->actual, logit);
      }
    }
  }
}

TEST(Compare, NamesTheFirstOfSeveralDivergences) {
  const GoldenTrace trace = SmallTrace();
  Execution execution = AgreeingExecution(trace, true);
  execution.cases[0].steps[2].logits[3] += 1;
  execution.cases[0].steps[1].taps[1].values[1] += 1;
  execution.cases[0].steps[1].logits[0] += 1;
  const Parity parity = Compare(trace, execution);
  ASSERT_TRUE(parity.divergence.has_value());
  EXPECT_EQ(parity.divergence->step, 1u);
  EXPECT_EQ(parity.divergence->op, ATOME_OP_SPARSE);
  EXPECT_EQ(parity.divergence->layer, 0);
  EXPECT_EQ(parity.divergence->index, 1u);
}

TEST(Compare, ZeroesOfEitherSignDiffer) {
  GoldenTrace trace = SmallTrace();
  trace.cases[0].steps[0].logits[2] = trace.cases[0].steps[0].oracle_logits[2] = 0.0f;
  Execution execution = AgreeingExecution(trace, false);
  execution.cases[0].steps[0].logits[2] = -0.0f;
  const Parity parity = Compare(trace, execution);
  EXPECT_EQ(parity.max_ulp, 1u);
  ASSERT_TRUE(parity.divergence.has_value());
  EXPECT_EQ(parity.divergence->index, 2u);
}

TEST(Compare, NanIsADivergence) {
  const GoldenTrace trace = SmallTrace();
  Execution execution = AgreeingExecution(trace, false);
  execution.cases[1].steps[0].logits[1] = std::nanf("");
  EXPECT_FALSE(Compare(trace, execution).Matches(1));
}

TEST(Compare, LogitsOfTheWrongCount) {
  const GoldenTrace trace = SmallTrace();
  for (size_t size : {0, 3, 5}) {
    Execution execution = AgreeingExecution(trace, false);
    execution.cases[1].steps[2].logits.resize(size);
    const Parity parity = Compare(trace, execution);
    EXPECT_FALSE(parity.Matches(1));
    ASSERT_TRUE(parity.divergence.has_value());
    EXPECT_EQ(parity.divergence->step, 2u);
    EXPECT_FALSE(parity.divergence->index.has_value());
    EXPECT_THAT(parity.divergence->note, HasSubstr("values where 4 are expected"));
  }
}

TEST(Compare, TapOfWhichOnlyTheHashIsKept) {
  GoldenTrace trace = SmallTrace();
  const GoldenTrace full = trace;
  DropValuesOfOddSteps(&trace);
  Execution execution = AgreeingExecution(full, true);
  EXPECT_TRUE(Compare(trace, execution).Matches(0));

  float& value = execution.cases[0].steps[1].taps[0].values[0];
  value = FlipLowestBit(value);
  const Parity parity = Compare(trace, execution);
  ASSERT_TRUE(parity.divergence.has_value());
  EXPECT_EQ(parity.divergence->step, 1u);
  EXPECT_EQ(parity.divergence->op, ATOME_OP_EMBED);
  EXPECT_FALSE(parity.divergence->index.has_value());
  EXPECT_THAT(parity.divergence->note, HasSubstr("only this tap's hash"));
}

TEST(Compare, MissingTap) {
  const GoldenTrace trace = SmallTrace();
  Execution execution = AgreeingExecution(trace, true);
  execution.cases[0].steps[0].taps.pop_back();
  const Parity parity = Compare(trace, execution);
  ASSERT_TRUE(parity.divergence.has_value());
  EXPECT_THAT(parity.divergence->note, HasSubstr("1 taps where 2 are expected"));
}

TEST(Compare, AnotherTapThanExpected) {
  const GoldenTrace trace = SmallTrace();
  Execution execution = AgreeingExecution(trace, true);
  execution.cases[0].steps[0].taps[1].op = ATOME_OP_STATE;
  Parity parity = Compare(trace, execution);
  ASSERT_TRUE(parity.divergence.has_value());
  EXPECT_EQ(parity.divergence->op, ATOME_OP_SPARSE);
  EXPECT_THAT(parity.divergence->note, HasSubstr("state of layer 0"));

  execution = AgreeingExecution(trace, true);
  execution.cases[0].steps[0].taps[1].layer = 1;
  parity = Compare(trace, execution);
  ASSERT_TRUE(parity.divergence.has_value());
  EXPECT_THAT(parity.divergence->note, HasSubstr("layer 1"));
}

TEST(Compare, StopsWhereAnotherTokenIsConsumed) {
  const GoldenTrace trace = SmallTrace();
  Execution execution = AgreeingExecution(trace, false);
  // A wrong token after step 1, so the later steps have a different input.
  execution.cases[0].generated = {2, 1, 1};
  execution.cases[0].steps[3].token = 1;
  for (float& logit : execution.cases[0].steps[3].logits) logit = 99;
  const Parity parity = Compare(trace, execution);
  EXPECT_EQ(parity.steps_compared, 3u + 3u);
  EXPECT_EQ(parity.tokens_matched, 1u + 3u);
  EXPECT_EQ(parity.max_ulp, 0u);
  EXPECT_FALSE(parity.divergence.has_value());
  EXPECT_FALSE(parity.Matches(1));
}

TEST(Compare, CutExecution) {
  const GoldenTrace trace = SmallTrace();
  Execution execution = AgreeingExecution(trace, true);
  execution.cases.pop_back();
  execution.cases[0].steps.resize(2);
  execution.cases[0].generated.resize(1);
  const Parity parity = Compare(trace, execution);
  EXPECT_EQ(parity.tokens_total, 6u);
  EXPECT_EQ(parity.tokens_matched, 1u);
  EXPECT_EQ(parity.steps_compared, 2u);
  EXPECT_FALSE(parity.divergence.has_value());
  EXPECT_FALSE(parity.Matches(1));
}

TEST(Compare, TokensWithoutTheirStepsAreNoMatch) {
  const GoldenTrace trace = SmallTrace();
  Execution execution = AgreeingExecution(trace, false);
  for (CaseExecution& each : execution.cases) each.steps.clear();
  const Parity parity = Compare(trace, execution);
  EXPECT_EQ(parity.steps_compared, 0u);
  EXPECT_FALSE(parity.Matches(1));
}

TEST(Compare, Nothing) {
  const GoldenTrace trace = SmallTrace();
  const Parity parity = Compare(trace, Execution{});
  EXPECT_EQ(parity.tokens_total, 6u);
  EXPECT_EQ(parity.tokens_matched, 0u);
  EXPECT_EQ(parity.steps_compared, 0u);
  EXPECT_FALSE(parity.Matches(1));
}

TEST(Compare, MoreThanTheTraceHasIsIgnored) {
  // All prompts share one count of tokens to generate, so shorter cases run on.
  const GoldenTrace trace = SmallTrace();
  Execution execution = AgreeingExecution(trace, false);
  execution.cases[1].generated.push_back(3);
  execution.cases[1].steps.push_back(execution.cases[1].steps.back());
  EXPECT_TRUE(Compare(trace, execution).Matches(0));
}

TEST(Compare, MeasuresTheDistanceToTheOracle) {
  GoldenTrace trace = SmallTrace();
  ExpectedStep& step = trace.cases[0].steps[1];
  step.oracle_logits = {8, -16, 2, 1};
  step.logits = {8, -16, 2.5f, 1};
  const Parity parity = Compare(trace, AgreeingExecution(trace, false));
  EXPECT_EQ(parity.max_ulp, 0u);
  EXPECT_FALSE(parity.divergence.has_value());
  EXPECT_EQ(parity.max_abs_error, 0.5);
  EXPECT_EQ(parity.max_relative_error, 0.5 / 16);
  EXPECT_TRUE(parity.Matches(0.5 / 16));
  EXPECT_FALSE(parity.Matches(0.03));
}

// The largest of each distance, wherever it stands: logits that are off by so much, of one step and of two.
TEST(Compare, KeepsTheLargestDistanceOfAllSteps) {
  const auto at = [](std::vector<std::vector<float>> logits) {
    GoldenTrace trace = SmallTrace();
    for (size_t s = 0; s < logits.size(); ++s) {
      trace.cases[0].steps[s].oracle_logits = {8, -16, 2, 1};
      trace.cases[0].steps[s].logits = std::move(logits[s]);
    }
    return Compare(trace, AgreeingExecution(trace, false));
  };
  for (const auto& logits : {std::vector<std::vector<float>>{{8, -16, 6, 2}},
                             {{8, -16, 3, 5}},
                             {{4, -16, 2, 1}},
                             {{8, -12, 2.5f, 1}},
                             {{8, -16, 6, 1}, {8, -16, 2, 2}},
                             {{8, -16, 2, 2}, {8, -16, 6, 1}},
                             {{8, -16, 2, 1}, {8, -16, 2, 5}, {8, -16, 2, 0}},
                             {{8, -16, -2, 1}}}) {
    const Parity parity = at(logits);
    EXPECT_EQ(parity.max_abs_error, 4);
    EXPECT_EQ(parity.max_relative_error, 0.25);
    EXPECT_TRUE(parity.finite);
    EXPECT_TRUE(parity.Matches(0.25));
    EXPECT_FALSE(parity.Matches(std::nextafter(0.25, 0)));
  }
  for (const auto& logits : {std::vector<std::vector<float>>{{8, -16, std::nanf(""), 1}},
                             {{8, -16, std::nanf(""), 5}},
                             {{8, -16, 6, std::nanf("")}, {8, -16, 2, 2}}}) {
    const Parity parity = at(logits);
    EXPECT_TRUE(std::isnan(parity.max_abs_error));
    EXPECT_TRUE(std::isnan(parity.max_relative_error));
    EXPECT_FALSE(parity.finite);
    EXPECT_FALSE(parity.Matches(1));
  }
}

// Of each step by its own largest logit, on whichever side of 0 and place.
TEST(Compare, RelativeIsOfTheStepsOwnLargestLogit) {
  EXPECT_EQ(LargestLogit({}), 0);
  EXPECT_EQ(LargestLogit({3, -1, 2}), 3);
  EXPECT_EQ(LargestLogit({1, -3, 2}), 3);
  EXPECT_EQ(LargestLogit({-1, -2, -3}), 3);
  EXPECT_EQ(RelativeError(2, 3, 4), 0.25);
  EXPECT_EQ(RelativeError(3, 2, 4), 0.25);
  EXPECT_EQ(RelativeError(-1, 1, 4), 0.5);
  EXPECT_EQ(RelativeError(0, -0.0f, 0), 0);
  EXPECT_EQ(RelativeError(0, 1, 0), kInfinity);
  GoldenTrace trace = SmallTrace();
  trace.cases[0].steps[0].oracle_logits = {100, 2, 1, 1};
  trace.cases[0].steps[0].logits = {100, 3, 1, 1};
  trace.cases[1].steps[1].oracle_logits = {4, 2, 1, 1};
  trace.cases[1].steps[1].logits = {4, 2, 1.5f, 1};
  const Parity parity = Compare(trace, AgreeingExecution(trace, false));
  EXPECT_EQ(parity.max_abs_error, 1);
  EXPECT_EQ(parity.max_relative_error, 0.125);
}

TEST(Compare, KeepsTheLargestDistanceInUlp) {
  const GoldenTrace trace = SmallTrace();
  const auto up = [](float x, int ulp) {
    return FromBits(std::bit_cast<uint32_t>(x) + static_cast<uint32_t>(ulp));
  };
  for (const auto& [first, second] : {std::pair{5, 2}, {2, 5}, {5, 0}, {0, 5}}) {
    Execution execution = AgreeingExecution(trace, false);
    float &one = execution.cases[0].steps[0].logits[1], &other = execution.cases[1].steps[0].logits[2];
    one = up(one, first);
    other = up(other, second);
    EXPECT_EQ(Compare(trace, execution).max_ulp, 5u);
  }
}

// Each of what a match takes, alone.
TEST(Parity, MatchesWhenNothingIsMissingAndNothingDiffers) {
  Parity good;
  good.tokens_matched = good.tokens_total = 6;
  good.steps_compared = good.steps_total = 7;
  good.max_relative_error = 0.5;
  EXPECT_TRUE(good.Complete());
  EXPECT_TRUE(good.Matches(0.5));
  EXPECT_FALSE(good.Matches(0.25));
  Parity bad = good;
  bad.tokens_matched = 5;
  EXPECT_FALSE(bad.Complete());
  EXPECT_FALSE(bad.Matches(0.5));
  bad = good;
  bad.steps_compared = 6;
  EXPECT_FALSE(bad.Complete());
  EXPECT_FALSE(bad.Matches(0.5));
  bad = good;
  bad.max_ulp = 1;
  EXPECT_TRUE(bad.Complete());
  EXPECT_FALSE(bad.Matches(0.5));
  bad = good;
  bad.divergence.emplace();
  EXPECT_FALSE(bad.Matches(0.5));
  bad = good;
  bad.max_relative_error = std::nan("");
  EXPECT_FALSE(bad.Matches(0.5));
}

TEST(Compare, AnOracleOfZeroesAllowsNoError) {
  GoldenTrace trace = SmallTrace();
  ExpectedStep& step = trace.cases[0].steps[1];
  step.oracle_logits.assign(4, 0);
  step.logits.assign(4, 0);
  EXPECT_TRUE(Compare(trace, AgreeingExecution(trace, false)).Matches(1e-6));
  step.logits[0] = 1e-30f;
  EXPECT_FALSE(Compare(trace, AgreeingExecution(trace, false)).Matches(0.5));
}

TEST(Divergence, DescribesItself) {
  Divergence divergence{.case_index = 0,
                        .step = 3,
                        .op = ATOME_OP_SPARSE,
                        .layer = 1,
                        .index = 5,
                        .expected = 1.5f,
                        .actual = 1.25f,
                        .note = {}};
  EXPECT_EQ(divergence.Describe(),
            "case 0, step 3, layer 1, sparse, index 5: expected 1.5 (0x3fc00000), actual 1.25 (0x3fa00000), "
            "2097152 ULP");
  divergence.layer = kNoLayer;
  divergence.index.reset();
  divergence.note = "because";
  EXPECT_EQ(divergence.Describe(), "case 0, step 3, sparse: because");
}

TEST(BitHash, IsFnv1aOfLittleEndianBytes) {
  EXPECT_EQ(BitHash({}), 0xCBF29CE484222325u);
  uint64_t expected = 0xCBF29CE484222325u;
  for (uint64_t byte : {0x00, 0x00, 0x80, 0x3F}) expected = (expected ^ byte) * 0x100000001B3u;
  EXPECT_EQ(BitHash({1.0f}), expected);
}

TEST(OpName, NamesAllAndSurvivesUnknownOnes) {
  EXPECT_EQ(OpName(ATOME_OP_EMBED), "embed");
  EXPECT_EQ(OpName(ATOME_OP_BLOCK_OUT), "block out");
  EXPECT_EQ(OpName(ATOME_OP_LOGITS), "logits");
  EXPECT_EQ(OpName(static_cast<atome_op>(0)), "op 0");
  EXPECT_EQ(OpName(static_cast<atome_op>(15)), "op 15");
}

}  // namespace
}  // namespace atome::harness
