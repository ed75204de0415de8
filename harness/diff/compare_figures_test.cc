#include "harness/diff/compare_figures.h"

#include <gmock/gmock.h>

#include <vector>

#include "harness/diff/value_text.h"
#include "harness/testing/test_reports.h"

namespace atome::harness::report {
namespace {

using testing::FigureOf;
using ::testing::HasSubstr;
using testing::SampledOf;

constexpr std::nullopt_t kEqual = std::nullopt;

std::optional<What> Found(const Figure& before, const Figure& after, std::optional<double> gate = {}) {
  return CompareFigures(before, after, gate).what;
}

TEST(CompareExact, IsToTheBitInTheBetterDirection) {
  const auto bytes = [](uint64_t count) { return FigureOf(Quantity::kRamBytes, count); };
  EXPECT_EQ(Found(bytes(100), bytes(100)), kEqual);
  EXPECT_EQ(Found(bytes(100), bytes(101)), What::kWorse);
  EXPECT_EQ(Found(bytes(100), bytes(99)), What::kBetter);
  const uint64_t large = uint64_t{1} << 60;  // a double does not tell it from its neighbour
  EXPECT_EQ(Found(bytes(large), bytes(large + 1)), What::kWorse);
  EXPECT_EQ(CompareFigures(bytes(3200), bytes(3216)).change, "+16 (+0.5 %)");
  EXPECT_EQ(CompareFigures(bytes(0), bytes(16)).change, "+16");

  const auto cycles = [](double value) { return FigureOf(Quantity::kCyclesPerToken, value); };
  EXPECT_EQ(Found(cycles(0.1), cycles(std::nextafter(0.1, 1))), What::kWorse);
  EXPECT_EQ(Found(FigureOf(Quantity::kTokensMatched, 48), FigureOf(Quantity::kTokensMatched, 47)),
            What::kWorse);
  EXPECT_EQ(Found(FigureOf(Quantity::kTokensMatched, 47), FigureOf(Quantity::kTokensMatched, 48)),
            What::kBetter);
}

TEST(CompareExact, OtherNumbersOfOneValueAreEqual) {
  EXPECT_EQ(Found(FigureOf(Quantity::kMaxUlp, 3), FigureOf(Quantity::kMaxUlp, 3.0)), kEqual);
}

TEST(CompareExact, ValuesHaveTheDigitsThatTellThemApart) {
  const auto texts = [](double a, double b) {
    return ValueTexts(FigureOf(Quantity::kCyclesPerToken, a), FigureOf(Quantity::kCyclesPerToken, b));
  };
  using Pair = std::pair<std::string, std::string>;
  EXPECT_EQ(texts(229056.22222222222, 229081.0), Pair("229056.2222", "229081"));
  EXPECT_EQ(texts(0.1, std::nextafter(0.1, 1)), Pair("0.1", "0.10000000000000002"));
}

TEST(CompareExact, WhatMustBeEqualIsNeverBetter) {
  const auto hash = [](const char* text) { return FigureOf(Quantity::kLogitsSha256, text); };
  EXPECT_EQ(Found(hash("ab"), hash("ab")), kEqual);
  EXPECT_EQ(Found(hash("ab"), hash("ac")), What::kDiffers);
  EXPECT_EQ(Found(FigureOf(Quantity::kTokensTotal, 2), FigureOf(Quantity::kTokensTotal, 1)), What::kDiffers);
  EXPECT_EQ(Found(FigureOf(Quantity::kRamBytes, "2"), FigureOf(Quantity::kRamBytes, 2)), What::kDiffers);
  Figure seeds = FigureOf(Quantity::kFileBytes, 5);
  seeds.samples = {4, 5, 6};
  Figure others = seeds;
  others.samples = {3, 5, 7};
  EXPECT_EQ(Found(seeds, others), What::kDiffers) << "a median hides what differs";
}

TEST(CompareExact, WhatIsOnlyToldGatesNothing) {
  const auto symbol = [](int bytes) {
    return FigureOf(Quantity::kSymbolBytes, bytes, {PartKind::kSymbol, "f"});
  };
  EXPECT_EQ(Found(symbol(1), symbol(9)), What::kChanged);
  const auto section = [](int bytes) {
    return FigureOf(Quantity::kSectionBytes, bytes, {PartKind::kSection, ".text"});
  };
  EXPECT_EQ(Found(section(1), section(9)), What::kWorse);
  EXPECT_EQ(Found(FigureOf(Quantity::kBoardRamBytes, 2, {PartKind::kBoard, "b"}),
                  FigureOf(Quantity::kBoardRamBytes, 3, {PartKind::kBoard, "b"})),
            What::kChanged);
  Figure loss = FigureOf(Quantity::kFinalLoss, 5);
  loss.samples = {4, 5, 6};
  Figure other = loss;
  other.samples = {3, 5, 7};
  EXPECT_EQ(Found(loss, other), What::kChanged) << "told, also where only samples differ";
}

// Chunks of very different difficulty: alone their intervals are wide.
Figure Perplexity(double value, double more_nats, double spread = 0) {
  std::vector<double> nats;
  for (int i = 0; i < 40; ++i)
    nats.push_back(50 + 10 * (i % 7) + more_nats + (i % 2 == 0 ? spread : -spread));
  Figure figure = SampledOf(Quantity::kPerplexity, value, nats, std::vector<uint32_t>(40, 64));
  figure.low = value * 0.8;
  figure.high = value * 1.25;
  return figure;
}

TEST(CompareInterval, IsPairedWhereChunksAreTheSame) {
  const Figure before = Perplexity(6, 0);
  EXPECT_EQ(Found(before, before), kEqual);
  EXPECT_EQ(Found(before, Perplexity(6.001, 0.01)), What::kWorse) << "far below its own interval";
  EXPECT_EQ(Found(before, Perplexity(5.999, -0.01)), What::kBetter);
  EXPECT_EQ(Found(before, Perplexity(6.001, 0.01, 1)), What::kChanged) << "as often less as more";
  const Comparison worse = CompareFigures(before, Perplexity(6.001, 0.01));
  EXPECT_THAT(worse.change, HasSubstr("paired over 40 chunks"));
}

TEST(CompareInterval, FewChunksDecideNothing) {
  const auto of = [](double value, std::vector<double> nats) {
    return SampledOf(Quantity::kPerplexity, value, std::move(nats), {64, 64, 64, 64});
  };
  const Figure before = of(6, {50, 60, 70, 80});
  const Comparison told = CompareFigures(before, of(6.001, {50.1, 60.1, 70.1, 80.1}));
  EXPECT_EQ(told.what, What::kChanged) << "each chunk is worse, but they are 4";
  EXPECT_THAT(told.change, HasSubstr("4 chunks or blocks of text are too few for an interval; 5 would do"));
  const Comparison material = CompareFigures(before, of(6.6, {56, 66, 76, 86}));
  EXPECT_EQ(material.what, What::kWorse);
  EXPECT_THAT(material.change, HasSubstr("or more counts"));
}

TEST(CompareInterval, AnIntervalByAnotherMethodIsNoChange) {
  const Figure before = Perplexity(6, 0);
  Figure after = before;
  after.low = *before.low * 0.9;
  EXPECT_EQ(Found(before, after), kEqual);
}

TEST(CompareInterval, AMaterialChangeCountsWhateverAnIntervalSays) {
  const Figure before = Perplexity(6, 0);
  EXPECT_EQ(Found(before, Perplexity(6.06, 0.01, 5)), What::kWorse);
  EXPECT_EQ(Found(Perplexity(6.06, 0.01, 5), before), What::kBetter);
  EXPECT_EQ(Found(before, Perplexity(6.06, 0)), What::kWorse) << "of the same samples";
  EXPECT_EQ(Found(SampledOf(Quantity::kPerplexity, 6, {}), SampledOf(Quantity::kPerplexity, 6.06, {})),
            What::kWorse);
  EXPECT_EQ(Found(SampledOf(Quantity::kPerplexity, 6, {}), SampledOf(Quantity::kPerplexity, 6.001, {})),
            What::kChanged);
  EXPECT_EQ(Found(SampledOf(Quantity::kSameTopShare, 0.99, {}), SampledOf(Quantity::kSameTopShare, 0.98, {})),
            What::kWorse);
}

TEST(CompareInterval, OtherChunksAreComparedByIntervals) {
  Figure before = SampledOf(Quantity::kPerplexity, 6, {1, 2}, {3, 4});
  Figure after = SampledOf(Quantity::kPerplexity, 6.02, {1, 2, 3}, {3, 4, 5});
  before.low = 5.99, before.high = 6.005, after.low = 6.01, after.high = 6.03;
  EXPECT_EQ(Found(before, after), What::kWorse);
  EXPECT_EQ(Found(after, before), What::kBetter);
  after.low = 6.0;
  EXPECT_EQ(Found(before, after), What::kChanged);
}

TEST(CompareWall, GatesOnlyWhenAskedAndWhenTheTestSaysSo) {
  const Figure before = SampledOf(Quantity::kSeconds, 1, {1, 1.01, 1.02, 0.99, 1});
  const Figure slow = SampledOf(Quantity::kSeconds, 1.3, {1.3, 1.31, 1.29, 1.32, 1.3});
  EXPECT_EQ(Found(before, slow), What::kWall);
  EXPECT_EQ(Found(before, slow, 10), What::kWorse);
  EXPECT_EQ(Found(before, slow, 50), What::kWall);
  EXPECT_EQ(Found(slow, before, 10), What::kWall);
  EXPECT_EQ(Found(before, before, 0), kEqual);
  EXPECT_EQ(Found(before, SampledOf(Quantity::kSeconds, 1.3, {1.3, 1.3, 0.9, 0.9, 1.3}), 10), What::kWall);
  EXPECT_EQ(Found(SampledOf(Quantity::kSeconds, 1, {}), SampledOf(Quantity::kSeconds, 2, {}), 10),
            What::kWall);
  EXPECT_EQ(
      Found(SampledOf(Quantity::kSeconds, 1, {1, 1, 1}), SampledOf(Quantity::kSeconds, 2, {2, 2, 2}), 10),
      What::kWall)
      << "3 and 3 can tell nothing";
  EXPECT_EQ(Found(SampledOf(Quantity::kHostTokensPerSecond, 1, slow.samples),
                  SampledOf(Quantity::kHostTokensPerSecond, 1, before.samples), 10),
            What::kWorse);
  EXPECT_THAT(CompareFigures(before, slow).change, HasSubstr("1.3 times; a difference, 5 and 5"));
}

}  // namespace
}  // namespace atome::harness::report
