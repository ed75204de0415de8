#include "harness/parity/result_digest.h"

#include <gtest/gtest.h>

#include <bit>

#include "harness/base/file.h"
#include "harness/model/model.h"
#include "harness/testing/small_trace.h"

namespace atome::harness {
namespace {

using testing::AgreeingExecution;
using testing::SmallTrace;

float FlipLowestBit(float x) { return std::bit_cast<float>(std::bit_cast<uint32_t>(x) ^ 1); }

TEST(ResultSha256, TellsAnyBitTokenOrLengthApart) {
  const GoldenTrace trace = SmallTrace();
  const std::string digest = ResultSha256(AgreeingExecution(trace, false));
  EXPECT_EQ(digest.size(), 64u);
  EXPECT_EQ(ResultSha256(AgreeingExecution(trace, true)), digest);  // taps are not results

  Execution logit = AgreeingExecution(trace, false), token = logit, cut = logit, generated = logit;
  float& value = logit.cases[1].steps[1].logits[2];
  value = FlipLowestBit(value);
  token.cases[0].steps[1].token ^= 1;
  cut.cases.pop_back();
  generated.cases[0].generated[0] ^= 1;
  for (const Execution* other : {&logit, &token, &cut, &generated}) EXPECT_NE(ResultSha256(*other), digest);
}

TEST(ResultSha256, IsOfTheBytesThatTheHeaderSays) {
  Execution execution;
  Step step;
  step.token = 0x0102;
  step.logits = {1.0f};
  execution.cases.push_back({.steps = {step}, .generated = {7}});
  EXPECT_EQ(ResultSha256(execution), Sha256Hex(std::string_view("\1\0\0\0"
                                                                "\2\1\0\0"
                                                                "\0\0\x80\x3f"
                                                                "\1\0\0\0"
                                                                "\7\0\0\0",
                                                                20)));
  EXPECT_EQ(StepDigests(execution.cases[0]),
            Sha256Hex(std::string_view("\2\1\0\0\0\0\x80\x3f", 8)).substr(0, 8));
}

TEST(StepDigests, DifferWhereTheStepDoes) {
  CaseExecution one = AgreeingExecution(SmallTrace(), false).cases[0], other = one;
  ASSERT_GE(one.steps.size(), 2u);
  float& value = other.steps[1].logits[0];
  value = FlipLowestBit(value);
  const std::string before = StepDigests(one), after = StepDigests(other);
  ASSERT_EQ(before.size(), 8 * one.steps.size());
  EXPECT_EQ(before.substr(0, 8), after.substr(0, 8));
  EXPECT_NE(before.substr(8, 8), after.substr(8, 8));
  EXPECT_EQ(before.substr(16), after.substr(16));
  one.steps.clear();
  EXPECT_EQ(StepDigests(one), "");
}

}  // namespace
}  // namespace atome::harness
