#include "harness/base/outcome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <iterator>
#include <vector>

namespace atome::harness {
namespace {

ExitCode CodeOf(std::initializer_list<Outcome> outcomes) {
  return ExitCodeOf(WorstOf(std::vector<Outcome>(outcomes)));
}

TEST(Outcome, TheMostSevereDecidesTheExitCode) {
  using enum Outcome;
  EXPECT_EQ(CodeOf({}), ExitCode::kPass);
  EXPECT_EQ(CodeOf({kPass, kPass}), ExitCode::kPass);
  EXPECT_EQ(CodeOf({kPass, kWithin}), ExitCode::kPass);
  EXPECT_EQ(CodeOf({kWithin, kMismatch}), kFailed);
  EXPECT_EQ(CodeOf({kPass, kError}), kUsage);
  EXPECT_EQ(CodeOf({kMissing, kPass}), kUsage);
  EXPECT_EQ(CodeOf({kMissing, kTooLarge}), kFailed);
  EXPECT_EQ(CodeOf({kError, kMismatch, kPass}), kFailed);
  EXPECT_EQ(CodeOf({kCrashed, kMissing, kError}), kCellCrashed);
  EXPECT_EQ(CodeOf({kMismatch, kCrashed, kPass}), kCellCrashed) << "a crash outranks a mismatch";
}

TEST(Outcome, TheOneOrderOfSeverity) {
  using enum Outcome;
  constexpr Outcome kAll[] = {kPass, kWithin, kMissing, kError, kTooLarge, kMismatch, kCrashed};
  ASSERT_EQ(std::size(kAll), std::size(catalogue::kOutcomes));
  for (size_t worse = 0; worse < std::size(kAll); ++worse) {
    for (size_t better = 0; better <= worse; ++better) {
      EXPECT_EQ(WorstOf(std::vector{kAll[better], kAll[worse]}), kAll[worse]);
      EXPECT_EQ(WorstOf(std::vector{kAll[worse], kPass, kAll[better]}), kAll[worse]);
    }
  }
}

TEST(Outcome, PassesToTheBitOrWithinATolerance) {
  using enum Outcome;
  for (const Outcome outcome : {kPass, kWithin}) EXPECT_TRUE(Passes(outcome));
  for (const Outcome outcome : {kMissing, kError, kTooLarge, kMismatch, kCrashed})
    EXPECT_FALSE(Passes(outcome));
}

TEST(Outcome, HasANameThatIsFoundAgain) {
  for (const catalogue::OutcomeRow& row : catalogue::kOutcomes) {
    const std::optional<Outcome> outcome = FindOutcome(row.name);
    ASSERT_TRUE(outcome.has_value()) << row.name;
    EXPECT_EQ(OutcomeName(*outcome), row.name);
  }
  EXPECT_EQ(OutcomeText(Outcome::kTooLarge), "too large");
  EXPECT_FALSE(FindOutcome("").has_value());
  EXPECT_FALSE(FindOutcome("passed").has_value());
}

}  // namespace
}  // namespace atome::harness
