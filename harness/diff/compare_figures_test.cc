#include "harness/diff/compare_figures.h"

#include <gmock/gmock.h>

#include <vector>

#include "harness/diff/test_reports.h"

namespace atome::harness::report {
namespace {

using testing::EstimateOf;
using ::testing::HasSubstr;
using testing::WallOf;

Outcome OutcomeOf(const Figure& before, const Figure& after, std::optional<double> gate = {}) {
  return CompareFigures(before, after, RuleOf(after), gate).outcome;
}

TEST(CompareExact, IsToTheBitInTheBetterDirection) {
  const auto bytes = [](uint64_t count) { return MakeFigure("ram_bytes", count, "bytes"); };
  EXPECT_EQ(OutcomeOf(bytes(100), bytes(100)), Outcome::kEqual);
  EXPECT_EQ(OutcomeOf(bytes(100), bytes(101)), Outcome::kWorse);
  EXPECT_EQ(OutcomeOf(bytes(100), bytes(99)), Outcome::kBetter);
  const uint64_t large = uint64_t{1} << 60;  // a double does not tell it from its neighbour
  EXPECT_EQ(OutcomeOf(bytes(large), bytes(large + 1)), Outcome::kWorse);
  EXPECT_EQ(CompareFigures(bytes(3200), bytes(3216), RuleOf(bytes(0))).change, "+16 (+0.5 %)");
  EXPECT_EQ(CompareFigures(bytes(0), bytes(16), RuleOf(bytes(0))).change, "+16");

  const auto cycles = [](double value) { return MakeFigure("cycles_per_token", value); };
  EXPECT_EQ(OutcomeOf(cycles(0.1), cycles(std::nextafter(0.1, 1))), Outcome::kWorse);
  EXPECT_EQ(OutcomeOf(MakeFigure("tokens_matched", 48), MakeFigure("tokens_matched", 47)), Outcome::kWorse);
  EXPECT_EQ(OutcomeOf(MakeFigure("tokens_matched", 47), MakeFigure("tokens_matched", 48)), Outcome::kBetter);
}

TEST(CompareExact, ValuesHaveTheDigitsThatTellThemApart) {
  const auto texts = [](double a, double b) {
    return ValueTexts(MakeFigure("cycles_per_token", a), MakeFigure("cycles_per_token", b));
  };
  using Pair = std::pair<std::string, std::string>;
  EXPECT_EQ(texts(229056.22222222222, 229081.0), Pair("229056.2222", "229081"));
  EXPECT_EQ(texts(0.1, std::nextafter(0.1, 1)), Pair("0.1", "0.10000000000000002"));
}

TEST(CompareExact, WhatMustBeEqualIsNeverBetter) {
  const auto hash = [](const char* text) { return MakeFigure("logits_sha256", text); };
  EXPECT_EQ(OutcomeOf(hash("ab"), hash("ab")), Outcome::kEqual);
  EXPECT_EQ(OutcomeOf(hash("ab"), hash("ac")), Outcome::kDiffers);
  EXPECT_EQ(OutcomeOf(MakeFigure("tokens_total", 2), MakeFigure("tokens_total", 1)), Outcome::kDiffers);
  EXPECT_EQ(OutcomeOf(MakeFigure("never_heard_of", 2), MakeFigure("never_heard_of", 1)), Outcome::kDiffers);
  EXPECT_EQ(OutcomeOf(MakeFigure("ram_bytes", 2, "bytes"), MakeFigure("ram_bytes", 2, "KiB")),
            Outcome::kDiffers);
  EXPECT_EQ(OutcomeOf(MakeFigure("ram_bytes", 2), WallOf("ram_bytes", 2, {})), Outcome::kDiffers);
  EXPECT_EQ(OutcomeOf(MakeFigure("ram_bytes", "2"), MakeFigure("ram_bytes", 2)), Outcome::kDiffers);
  Figure seeds = MakeFigure("disk_bytes", 5);
  seeds.samples = {4, 5, 6};
  Figure others = seeds;
  others.samples = {3, 5, 7};
  EXPECT_EQ(OutcomeOf(seeds, others), Outcome::kDiffers) << "a median hides what differs";
}

TEST(CompareExact, SymbolsAndBoardsExplainOnly) {
  const auto symbol = [](int bytes) { return MakeFigure("bytes", bytes, "bytes", {"symbol", "f"}); };
  EXPECT_EQ(OutcomeOf(symbol(1), symbol(9)), Outcome::kChanged);
  const auto section = [](int bytes) { return MakeFigure("bytes", bytes, "bytes", {"section", ".text"}); };
  EXPECT_EQ(OutcomeOf(section(1), section(9)), Outcome::kWorse);
  EXPECT_EQ(OutcomeOf(MakeFigure("ram_bytes", 2, "bytes", {"board", "b"}),
                      MakeFigure("ram_bytes", 3, "bytes", {"board", "b"})),
            Outcome::kChanged);
}

// Chunks of very different difficulty: alone their intervals are wide.
Figure Perplexity(double value, double more_nats, double spread = 0) {
  std::vector<double> nats;
  for (int i = 0; i < 40; ++i)
    nats.push_back(50 + 10 * (i % 7) + more_nats + (i % 2 == 0 ? spread : -spread));
  Figure figure = EstimateOf("perplexity", value, nats, std::vector<uint32_t>(40, 64));
  figure.low = value * 0.8;
  figure.high = value * 1.25;
  return figure;
}

TEST(CompareInterval, IsPairedWhereChunksAreTheSame) {
  const Figure before = Perplexity(6, 0);
  EXPECT_EQ(OutcomeOf(before, before), Outcome::kEqual);
  EXPECT_EQ(OutcomeOf(before, Perplexity(6.001, 0.01)), Outcome::kWorse) << "far below its own interval";
  EXPECT_EQ(OutcomeOf(before, Perplexity(5.999, -0.01)), Outcome::kBetter);
  EXPECT_EQ(OutcomeOf(before, Perplexity(6.001, 0.01, 1)), Outcome::kChanged) << "as often less as more";
  const Comparison worse = CompareFigures(before, Perplexity(6.001, 0.01), RuleOf(before));
  EXPECT_THAT(worse.change, HasSubstr("paired over 40 chunks"));
}

TEST(CompareInterval, OnePercentCountsWhateverAnIntervalSays) {
  const Figure before = Perplexity(6, 0);
  EXPECT_EQ(OutcomeOf(before, Perplexity(6.06, 0.01, 5)), Outcome::kWorse);
  EXPECT_EQ(OutcomeOf(Perplexity(6.06, 0.01, 5), before), Outcome::kBetter);
  EXPECT_EQ(OutcomeOf(before, Perplexity(6.06, 0)), Outcome::kWorse) << "of the same samples";
  EXPECT_EQ(OutcomeOf(EstimateOf("perplexity", 6, {}, {}), EstimateOf("perplexity", 6.06, {}, {})),
            Outcome::kWorse);
  EXPECT_EQ(OutcomeOf(EstimateOf("perplexity", 6, {}, {}), EstimateOf("perplexity", 6.001, {}, {})),
            Outcome::kChanged);
  EXPECT_EQ(OutcomeOf(EstimateOf("same_top", 0.99, {}, {}), EstimateOf("same_top", 0.98, {}, {})),
            Outcome::kWorse);
}

TEST(CompareInterval, OtherChunksAreComparedByIntervals) {
  Figure before = EstimateOf("perplexity", 6, {1, 2}, {3, 4});
  Figure after = EstimateOf("perplexity", 6.02, {1, 2, 3}, {3, 4, 5});
  before.low = 5.99, before.high = 6.005, after.low = 6.01, after.high = 6.03;
  EXPECT_EQ(OutcomeOf(before, after), Outcome::kWorse);
  EXPECT_EQ(OutcomeOf(after, before), Outcome::kBetter);
  after.low = 6.0;
  EXPECT_EQ(OutcomeOf(before, after), Outcome::kChanged);
}

TEST(CompareWall, GatesOnlyWhenAskedAndWhenTheTestSaysSo) {
  const Figure before = WallOf("seconds", 1, {1, 1.01, 1.02, 0.99, 1});
  const Figure slow = WallOf("seconds", 1.3, {1.3, 1.31, 1.29, 1.32, 1.3});
  EXPECT_EQ(OutcomeOf(before, slow), Outcome::kMeasured);
  EXPECT_EQ(OutcomeOf(before, slow, 10), Outcome::kWorse);
  EXPECT_EQ(OutcomeOf(before, slow, 50), Outcome::kMeasured);
  EXPECT_EQ(OutcomeOf(slow, before, 10), Outcome::kMeasured);
  EXPECT_EQ(OutcomeOf(before, before, 0), Outcome::kEqual);
  EXPECT_EQ(OutcomeOf(before, WallOf("seconds", 1.3, {1.3, 1.3, 0.9, 0.9, 1.3}), 10), Outcome::kMeasured);
  EXPECT_EQ(OutcomeOf(WallOf("seconds", 1, {}), WallOf("seconds", 2, {}), 10), Outcome::kMeasured);
  EXPECT_EQ(OutcomeOf(WallOf("seconds", 1, {1, 1, 1}), WallOf("seconds", 2, {2, 2, 2}), 10),
            Outcome::kMeasured)
      << "3 and 3 can tell nothing";
  EXPECT_EQ(OutcomeOf(WallOf("tokens_per_second", 1, slow.samples),
                      WallOf("tokens_per_second", 1, before.samples), 10),
            Outcome::kWorse);
  EXPECT_THAT(CompareFigures(before, slow, RuleOf(before)).change,
              HasSubstr("1.3 times; a difference, 5 and 5"));
}

}  // namespace
}  // namespace atome::harness::report
