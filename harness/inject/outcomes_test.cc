#include "harness/inject/outcomes.h"

#include <gtest/gtest.h>

namespace atome::harness {
namespace {

std::vector<OutcomeRow> Rows(int silent) {
  std::vector<OutcomeRow> rows;
  const auto add = [&rows](Verdict verdict, const std::string& number) {
    OutcomeRow& row = rows.emplace_back();
    row.region = "stack";
    row.verdict = std::string(VerdictName(verdict));
    row.why = "other token " + number;
    row.command = "atome inject " + number;
  };
  add(Verdict::kMasked, "none");
  for (int k = 0; k < silent; ++k) add(Verdict::kSilent, std::to_string(k));
  return rows;
}

TEST(SilentOnes, AreThreeAndTheNumberOfTheOthers) {
  const std::string three =
      "\nstack: other token 0\n  atome inject 0\n"
      "\nstack: other token 1\n  atome inject 1\n"
      "\nstack: other token 2\n  atome inject 2\n";
  EXPECT_EQ(SilentOnes(Rows(0)), "");
  EXPECT_EQ(SilentOnes(Rows(1)), "\nstack: other token 0\n  atome inject 0\n");
  EXPECT_EQ(SilentOnes(Rows(3)), three);
  EXPECT_EQ(SilentOnes(Rows(5)), three + "\n2 more are silent; --outcomes FILE has them all\n");
}

}  // namespace
}  // namespace atome::harness
