#include "harness/parity/acceptance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

#include "harness/base/text.h"
#include "harness/testing/small_trace.h"

namespace atome::harness {
namespace {

using testing::AgreeingExecution;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::SmallTrace;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

Acceptance Of(std::string_view text) {
  const Result<Acceptance> parsed = Acceptance::Parse(text);
  EXPECT_TRUE(parsed.ok()) << text;
  return *parsed;
}

float Nudged(float x, int ulp) {
  for (; ulp > 0; --ulp) x = std::nextafter(x, kInfinity);
  return x;
}

TEST(Acceptance, ItsTextIsReadBackAsTheSame) {
  for (const char* text :
       {"bits", "tokens", "ulp:1", "ulp:4", "ulp:16777216", "relative:1e-05", "relative:0.001", "relative:1",
        "relative:5e-324", "relative:0.3333333333333333"}) {
    EXPECT_EQ(Of(text).Text(), text);
  }
  EXPECT_EQ(Of("relative:1e-5").Text(), "relative:1e-05");
  EXPECT_EQ(Of("relative:.5").Text(), "relative:0.5");
  EXPECT_EQ(Acceptance().Text(), "bits");
}

TEST(Acceptance, ARandomToleranceIsReadBackAsTheSame) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 10'000; ++i) {
    const double x = std::bit_cast<double>(random() >> 2);
    if (!(x > 0 && x <= 1)) continue;
    const std::string text = Of(StrCat("relative:", x)).Text();
    ASSERT_EQ(Of(text).Text(), text);
    ASSERT_EQ(std::strtod(text.c_str() + 9, nullptr), x);
  }
}

TEST(Acceptance, RefusesWhatMakesNoSense) {
  for (const char* text : {"",
                           " ",
                           "bit",
                           "Bits",
                           "bits ",
                           "token",
                           "exact",
                           "ulp",
                           "ulp:",
                           "ulp:0",
                           "ulp:-1",
                           "ulp:+1",
                           "ulp:1.5",
                           "ulp:0x10",
                           "ulp:1e3",
                           "ulp: 1",
                           "ulp:16777217",
                           "ulp:99999999999999999999",
                           "ulp:nan",
                           "relative",
                           "relative:",
                           "relative:0",
                           "relative:-0",
                           "relative:-1e-5",
                           "relative:+1e-5",
                           "relative:nan",
                           "relative:inf",
                           "relative:infinity",
                           "relative:1.0000001",
                           "relative:1e9",
                           "relative:1e999",
                           "relative:1e-999",
                           "relative:0x1p-3",
                           "relative:1,5",
                           "relative:1e-5 ",
                           "relative: 1e-5",
                           "relative:1e-5x",
                           "tokens:1",
                           "bits,tokens"}) {
    const Result<Acceptance> parsed = Acceptance::Parse(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_THAT(parsed.error().message,
                AllOf(HasSubstr(StrCat("\"", text, "\"")), HasSubstr("relative:1e-5, or tokens")));
  }
  const std::string hostile = Acceptance::Parse("\x1b[2J" + std::string(1000, 'x')).error().message;
  EXPECT_EQ(hostile.find('\x1b'), std::string::npos);
  EXPECT_LT(hostile.size(), 200u);
}

// The trace's logits are the oracle's; this changes one of them.
struct Judged {
  Parity parity;
  std::optional<Divergence> beyond;
  bool accepted;
};

Judged Judge(std::string_view acceptance, float expected, float actual, float largest = 0) {
  GoldenTrace trace = SmallTrace();
  ExpectedStep& step = trace.cases[1].steps[2];
  step.logits = step.oracle_logits = {0.125f, expected, 0.25f, largest};
  Execution execution = AgreeingExecution(trace, false);
  execution.cases[1].steps[2].logits[1] = actual;
  const Parity parity = Compare(trace, execution);
  return {parity, FirstBeyond(trace, execution, Of(acceptance)), Of(acceptance).Accepts(parity, 1e-6)};
}

TEST(Acceptance, UlpHoldsUpToItsNumberAndNoFurther) {
  for (const float expected : {1.0f, -3.5f, 0.0f, 1e-40f, 3e38f}) {
    EXPECT_TRUE(Judge("ulp:3", expected, Nudged(expected, 3), 3.4e38f).accepted) << expected;
    const Judged beyond = Judge("ulp:3", expected, Nudged(expected, 4), 3.4e38f);
    EXPECT_FALSE(beyond.accepted) << expected;
    ASSERT_TRUE(beyond.beyond.has_value());
    EXPECT_EQ(beyond.beyond->case_index, 1u);
    EXPECT_EQ(beyond.beyond->step, 2u);
    EXPECT_EQ(beyond.beyond->index, 1u);
    EXPECT_EQ(beyond.beyond->expected, expected);
    EXPECT_EQ(beyond.beyond->actual, Nudged(expected, 4));
    EXPECT_THAT(beyond.beyond->Describe(),
                AllOf(HasSubstr("4 ULP: relative "), HasSubstr("accepted is ulp:3")));
  }
  EXPECT_TRUE(Judge("ulp:1", 0.0f, -0.0f, 1).accepted);
}

TEST(Acceptance, RelativeHoldsUpToItsNumberAndNoFurther) {
  // 1 of 4 is a quarter exactly.
  EXPECT_TRUE(Judge("relative:0.25", 2, 3, 4).accepted);
  EXPECT_TRUE(Judge("relative:0.25", 2, 1, -4).accepted);
  const Judged beyond = Judge("relative:0.25", 2, Nudged(3, 1), 4);
  EXPECT_FALSE(beyond.accepted);
  ASSERT_TRUE(beyond.beyond.has_value());
  EXPECT_EQ(beyond.beyond->index, 1u);
  EXPECT_THAT(beyond.beyond->note, HasSubstr("accepted is relative:0.25"));
  EXPECT_TRUE(Judge("relative:1e-30", 0.0f, -0.0f, 1).accepted) << "zeroes are equal";
}

TEST(Acceptance, RelativeIsToTheOracleAndNotToTheTrace) {
  GoldenTrace trace = SmallTrace();
  ExpectedStep& step = trace.cases[0].steps[0];
  step.oracle_logits = {1, 2, 3, 4};
  step.logits = {1, 2.5f, 3, 4};
  Execution execution = AgreeingExecution(trace, false);
  EXPECT_FALSE(Of("relative:0.1").Accepts(Compare(trace, execution), 1e-6));
  EXPECT_EQ(FirstBeyond(trace, execution, Of("relative:0.1"))->expected, 2.0f);
  execution.cases[0].steps[0].logits = step.oracle_logits;
  EXPECT_TRUE(Of("relative:1e-12").Accepts(Compare(trace, execution), 1e-6));
}

TEST(Acceptance, WhatIsNotFiniteIsNeverWithin) {
  const float most = std::numeric_limits<float>::max();
  for (const char* text : {"ulp:1", "ulp:16777216", "relative:1"}) {
    for (const float logit : {kInfinity, -kInfinity, kNan, -kNan}) {
      for (const float expected : {1.0f, most}) {
        const Judged judged = Judge(text, expected, logit, most);
        EXPECT_FALSE(judged.accepted) << text << " " << logit;
        EXPECT_TRUE(judged.beyond.has_value()) << text << " " << logit;
        EXPECT_EQ(Of(text).Reached(judged.parity), "logits that are not finite");
      }
    }
  }
  EXPECT_TRUE(Judge("tokens", 1, kNan).accepted) << "logits are not judged";
  EXPECT_FALSE(Judge("bits", 1, kNan).accepted);
}

TEST(Acceptance, AnOracleOfZeroesAllowsZeroesOnly) {
  GoldenTrace trace = SmallTrace();
  ExpectedStep& step = trace.cases[0].steps[1];
  step.logits.assign(4, 0);
  step.oracle_logits.assign(4, 0);
  Execution execution = AgreeingExecution(trace, false);
  execution.cases[0].steps[1].logits[3] = -0.0f;
  EXPECT_TRUE(Of("relative:1").Accepts(Compare(trace, execution), 1e-6));
  execution.cases[0].steps[1].logits[3] = 1e-45f;
  EXPECT_FALSE(Of("relative:1").Accepts(Compare(trace, execution), 1e-6));
}

TEST(Acceptance, EveryOneOfThemWantsAllTokensAndSteps) {
  const GoldenTrace trace = SmallTrace();
  for (const char* text : {"bits", "ulp:16777216", "relative:1", "tokens"}) {
    const Acceptance acceptance = Of(text);
    EXPECT_TRUE(acceptance.Accepts(Compare(trace, AgreeingExecution(trace, false)), 1e-6)) << text;
    Execution wrong = AgreeingExecution(trace, false);
    wrong.cases[1].generated[2] = 3;  // the last, which no step consumes
    EXPECT_FALSE(acceptance.Accepts(Compare(trace, wrong), 1e-6)) << text;
    Execution cut = AgreeingExecution(trace, false);
    cut.cases[0].steps.pop_back();
    EXPECT_FALSE(acceptance.Accepts(Compare(trace, cut), 1e-6)) << text;
    Execution narrow = AgreeingExecution(trace, false);
    narrow.cases[0].steps[1].logits.pop_back();
    EXPECT_FALSE(acceptance.Accepts(Compare(trace, narrow), 1e-6)) << text;
    EXPECT_FALSE(acceptance.Accepts(Compare(trace, Execution{}), 1e-6)) << text;
  }
}

TEST(FirstBeyond, NamesAWrongTokenBehindItsStep) {
  const GoldenTrace trace = SmallTrace();
  Execution execution = AgreeingExecution(trace, false);
  execution.cases[0].generated = {2, 1, 1};
  execution.cases[0].steps[3].token = 1;
  execution.cases[0].steps[3].logits[0] = 99;  // of another token, so it is not compared
  const std::optional<Divergence> found = FirstBeyond(trace, execution, Of("tokens"));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->case_index, 0u);
  EXPECT_EQ(found->step, 2u);
  EXPECT_FALSE(found->index.has_value());
  EXPECT_EQ(found->note, "the token behind it is 1, expected is 3");

  execution.cases[0].steps[1].logits[2] += 1;
  EXPECT_EQ(FirstBeyond(trace, execution, Of("ulp:4"))->step, 1u);
  EXPECT_EQ(FirstBeyond(trace, execution, Of("tokens"))->step, 2u);
}

TEST(FirstBeyond, IsThereExactlyWhereACompleteRunIsNotAccepted) {
  const GoldenTrace trace = SmallTrace();
  std::mt19937 random(4);
  size_t accepted = 0;
  for (int i = 0; i < 2'000; ++i) {
    Execution execution = AgreeingExecution(trace, false);
    for (CaseExecution& each : execution.cases) {
      for (Step& step : each.steps) {
        for (float& logit : step.logits)
          logit = Nudged(logit, random() % 40 == 0 ? static_cast<int>(random() % 9) : 0);
      }
    }
    for (const char* text : {"ulp:1", "ulp:4", "ulp:8", "relative:1e-7", "relative:3e-7", "tokens"}) {
      const bool accepts = Of(text).Accepts(Compare(trace, execution), 1e-6);
      ASSERT_EQ(accepts, !FirstBeyond(trace, execution, Of(text)).has_value()) << text;
      accepted += accepts;
    }
  }
  EXPECT_GT(accepted, 3'000u);
  EXPECT_LT(accepted, 11'000u);
}

TEST(Acceptance, TheTightestToleranceOfOneDigitJustAccepts) {
  const Parity parity = Judge("bits", 2, Nudged(2, 3), 4).parity;  // 1.79e-07
  EXPECT_EQ(Acceptance::Tightest(parity)->Text(), "relative:2e-07");
  EXPECT_EQ(Acceptance::Tightest(Judge("bits", 2, 2, 4).parity)->Text(), "relative:1e-09");
  EXPECT_EQ(Acceptance::Tightest(Judge("bits", 0, 3, 4).parity)->Text(), "relative:0.8");
  EXPECT_FALSE(Acceptance::Tightest(Judge("bits", 0, 5, 4).parity).has_value());
  EXPECT_FALSE(Acceptance::Tightest(Judge("bits", 0, kNan, 4).parity).has_value());
  EXPECT_FALSE(Acceptance::Tightest(Compare(SmallTrace(), Execution{})).has_value());
}

TEST(Acceptance, SaysWhatWasReached) {
  const Parity parity = Judge("bits", 2, Nudged(2, 3), 4).parity;
  EXPECT_EQ(Of("ulp:4").Within(parity), "within 4 ULP (reached 3), 6/6 tokens");
  EXPECT_EQ(Of("relative:1e-5").Within(parity), "within relative 1e-05 (reached 1.79e-07), 6/6 tokens");
  EXPECT_EQ(Of("tokens").Within(parity), "6/6 tokens; logits not judged: relative 1.79e-07");
  EXPECT_EQ(Of("ulp:4").Reached(parity), "3 ULP");
  EXPECT_EQ(Of("tokens").Reached(parity), "relative 1.79e-07");
}

TEST(Acceptance, AtItsEnds) {
  EXPECT_EQ(Of("ulp:1").kind(), Acceptance::Kind::kUlp);
  EXPECT_EQ(Of("relative:1").kind(), Acceptance::Kind::kRelative);
  EXPECT_EQ(Of("tokens").kind(), Acceptance::Kind::kTokens);
  EXPECT_EQ(Acceptance().kind(), Acceptance::Kind::kBits);
  // 9 of 10 are relative 0.9, the last that is tried; 1 of 1e9 the first.
  EXPECT_EQ(Acceptance::Tightest(Judge("bits", 0, 9, 10).parity)->Text(), "relative:0.9");
  EXPECT_FALSE(Acceptance::Tightest(Judge("bits", 0, Nudged(9, 1), 10).parity).has_value());
  EXPECT_EQ(Acceptance::Tightest(Judge("bits", 0, 1, 10).parity)->Text(), "relative:0.1");
  EXPECT_EQ(Acceptance::Tightest(Judge("bits", 0, 1, 1e9f).parity)->Text(), "relative:1e-09");
  EXPECT_EQ(Acceptance::Tightest(Judge("bits", 0, Nudged(1, 1), 1e9f).parity)->Text(), "relative:2e-09");
}

TEST(Acceptance, ALongTextIsCutInItsMessage) {
  const auto message = [](size_t count) {
    return Acceptance::Parse(std::string(count, 'x')).error().message;
  };
  EXPECT_THAT(message(40),
              HasSubstr("\"" + std::string(40, 'x') + "\" is no acceptance: the word is not known"));
  EXPECT_THAT(message(41), HasSubstr("\"" + std::string(40, 'x') + "\" is no acceptance"));
  EXPECT_THAT(Acceptance::Parse("").error().message, HasSubstr("it is empty"));
  EXPECT_THAT(Acceptance::Parse("ulp:0").error().message, HasSubstr("from 1 to 16777216"));
  EXPECT_THAT(Acceptance::Parse("relative:2").error().message, HasSubstr("above 0, and at most 1"));
}

TEST(Acceptance, JudgesALogitByItself) {
  EXPECT_TRUE(Of("ulp:2").AcceptsLogit(1, 9, Nudged(1, 2), 9));
  EXPECT_FALSE(Of("ulp:2").AcceptsLogit(1, 9, Nudged(1, 3), 9));
  EXPECT_TRUE(Of("relative:0.5").AcceptsLogit(9, 1, 2, 2));
  EXPECT_FALSE(Of("relative:0.5").AcceptsLogit(9, 1, Nudged(2, 1), 2));
  for (const char* text : {"bits", "tokens"}) EXPECT_TRUE(Of(text).AcceptsLogit(1, 1, kNan, 1)) << text;
  for (const char* text : {"ulp:9", "relative:1"}) {
    for (const float bad : {kNan, kInfinity, -kInfinity}) {
      EXPECT_FALSE(Of(text).AcceptsLogit(bad, bad, bad, kInfinity)) << text;
    }
  }
}

TEST(Acceptance, SaysWhatOfItsOwnKindWasReached) {
  Parity parity;
  parity.tokens_matched = 4, parity.tokens_total = 6, parity.max_ulp = 7, parity.max_relative_error = 0.25;
  EXPECT_EQ(Of("bits").Reached(parity), "7 ULP");
  EXPECT_EQ(Of("ulp:9").Reached(parity), "7 ULP");
  EXPECT_EQ(Of("relative:1").Reached(parity), "relative 0.25");
  EXPECT_EQ(Of("bits").Within(parity), "");
  EXPECT_EQ(Of("ulp:9").Within(parity), "within 9 ULP (reached 7), 4/6 tokens");
  parity.finite = false;
  EXPECT_EQ(Of("tokens").Reached(parity), "logits that are not finite");
}

// Every generated token of both cases wrong in turn: the step behind which it stands is the prompt's last one
// for the first, and each later one for the next.
TEST(FirstBeyond, NamesTheStepBeforeAnyWrongToken) {
  const GoldenTrace trace = SmallTrace();
  for (size_t c = 0; c < 2; ++c) {
    for (size_t i = 0; i < 3; ++i) {
      Execution execution = AgreeingExecution(trace, false);
      execution.cases[c].generated[i] = 9;
      for (const char* text : {"ulp:4", "relative:0.5", "tokens"}) {
        const std::optional<Divergence> found = FirstBeyond(trace, execution, Of(text));
        ASSERT_TRUE(found.has_value()) << c << " " << i;
        EXPECT_EQ(found->case_index, c);
        EXPECT_EQ(found->step, trace.cases[c].prompt.size() - 1 + i);
        EXPECT_EQ(found->note, StrCat("the token behind it is 9, expected is ", trace.cases[c].generated[i]));
      }
      EXPECT_FALSE(FirstBeyond(trace, execution, Of("bits")).has_value()) << "which Compare names";
      execution.cases[c].generated.resize(i);
      EXPECT_FALSE(FirstBeyond(trace, execution, Of("tokens")).has_value()) << "a missing token is not wrong";
    }
  }
}

TEST(FirstBeyond, LooksAtWhatBothHave) {
  const GoldenTrace trace = SmallTrace();
  Execution execution = AgreeingExecution(trace, false);
  execution.cases[1].steps[2].logits.pop_back();
  const std::optional<Divergence> narrow = FirstBeyond(trace, execution, Of("tokens"));
  ASSERT_TRUE(narrow.has_value());
  EXPECT_EQ(narrow->case_index, 1u);
  EXPECT_EQ(narrow->step, 2u);
  EXPECT_EQ(narrow->note, "3 values where 4 are expected");
  execution.cases[1].steps.resize(2);
  EXPECT_FALSE(FirstBeyond(trace, execution, Of("ulp:1")).has_value());
  execution.cases[0].steps.push_back(execution.cases[0].steps.back());
  execution.cases.push_back(execution.cases.back());
  EXPECT_FALSE(FirstBeyond(trace, execution, Of("ulp:1")).has_value());
  execution.cases.resize(1);
  EXPECT_FALSE(FirstBeyond(trace, execution, Of("ulp:1")).has_value());
}

}  // namespace
}  // namespace atome::harness
