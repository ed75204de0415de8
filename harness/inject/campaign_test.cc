#include "harness/inject/campaign.h"

#include <gtest/gtest.h>

#include "harness/inject/guard.h"

namespace atome::harness {
namespace {

using report::PartKind;
using report::Quantity;

Tally OneOfEach() {
  Tally tally;
  for (const Verdict verdict : kVerdicts) tally.Add(verdict);
  for (int k = 0; k < 3; ++k) tally.Add(Verdict::kSilent);
  return tally;
}

TEST(AddShares, SharesAddUpAndHaveIntervals) {
  report::Cell cell;
  AddShares(OneOfEach(), "stack", false, &cell);
  const report::Part stack{PartKind::kRegion, "stack"};
  EXPECT_EQ(cell.Count(Quantity::kFlips, stack), 10u);
  EXPECT_EQ(cell.Number(Quantity::kSilentShare, stack), 0.4);
  EXPECT_EQ(cell.Number(Quantity::kMaskedShare, stack), 0.1);
  const report::Figure* silent = cell.Find(Quantity::kSilentShare, stack);
  // Wilson's interval of 4 of 10.
  EXPECT_NEAR(silent->low.value(), 0.1682, 0.0001);
  EXPECT_NEAR(silent->high.value(), 0.6873, 0.0001);
  double sum = 0;
  for (const report::Figure& figure : cell.figures)
    if (figure.id.quantity != Quantity::kFlips) sum += *figure.Number();
  EXPECT_DOUBLE_EQ(sum, 1);
}

TEST(AddShares, AllBitsHaveNone) {
  report::Cell cell;
  AddShares(OneOfEach(), "file", true, &cell);
  for (const report::Figure& figure : cell.figures) EXPECT_FALSE(figure.low);
}

TEST(Guard, WordsAndWhatIsCompiled) {
  const auto defines = [](std::string_view word) { return ParseGuard(word, 256)->Defines(); };
  EXPECT_EQ(defines("boot"), std::vector<std::string>{});
  for (const char* word : {"none", "scrub", "range", "scrub+range"})
    EXPECT_FALSE(ParseGuard(word, 256)->is_default()) << word;
  EXPECT_TRUE(ParseGuard("boot", 256)->is_default());
  EXPECT_EQ(defines("none"), std::vector<std::string>{"-DATOME_CHECK_IMAGE=0"});
  EXPECT_EQ(defines("scrub"), std::vector<std::string>{"-DATOME_SCRUB_BYTES=256"});
  EXPECT_EQ(defines("scrub+range"),
            (std::vector<std::string>{"-DATOME_SCRUB_BYTES=256", "-DATOME_RANGE_CHECKS=1"}));
  EXPECT_EQ(ParseGuard("scrub+range", 256)->Text(), "scrub 256+range");
  EXPECT_EQ(ParseGuard("none", 256)->Text(), "none");
  EXPECT_FALSE(ParseGuard("all", 256).ok());
}

}  // namespace
}  // namespace atome::harness
