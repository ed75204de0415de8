#include "harness/diff/compare_figures.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
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

// kl_mean_nats of 10 and 11: a tenth, which is what its row of the catalogue calls material. No chunks say
// more.
TEST(CompareInterval, AChangeOfExactlyWhatIsMaterialCounts) {
  const struct {
    double from, to;
    std::optional<What> what;
  } rows[] = {{10, 11, What::kWorse},
              {11, 10, What::kBetter},
              {10, std::nextafter(11.0, 0), What::kChanged},
              {std::nextafter(11.0, 0), 10, What::kChanged},
              {10, 12, What::kWorse},
              {12, 10, What::kBetter},
              {10, 10, kEqual},
              {0, 1e-9, What::kWorse},  // there is no share of 0
              {1e-9, 0, What::kBetter},
              {0, 0, kEqual},
              {-1e-9, 1e-9, What::kWorse},
              {1e-9, -1e-9, What::kBetter},
              {-2, -1, What::kWorse},
              {-1, -1.05, What::kBetter},
              {-1.05, -1, What::kWorse},
              {1, 1.05, What::kChanged},
              {1.05, 1, What::kChanged},
              {0.5, 0.52, What::kChanged}};
  for (const auto& [from, to, what] : rows) {
    const Figure before = SampledOf(Quantity::kKlMeanNats, from, {}),
                 after = SampledOf(Quantity::kKlMeanNats, to, {});
    EXPECT_EQ(Found(before, after), what) << from << " " << to;
    const bool counts = what == What::kWorse || what == What::kBetter;
    EXPECT_EQ(CompareFigures(before, after).change.find("; 10 % or more counts") != std::string::npos, counts)
        << from << " " << to;
  }
  EXPECT_EQ(Found(FigureOf(Quantity::kKlMeanNats, "?"), FigureOf(Quantity::kKlMeanNats, 1.0)),
            What::kDiffers);
}

// An interval of a paired difference that touches 0: no difference at all in any chunk.
TEST(CompareInterval, ADifferenceOfNothingIsNoneWhateverTheValuesSay) {
  const Figure before = Perplexity(6, 0), up = Perplexity(6.001, 0), down = Perplexity(5.999, 0);
  EXPECT_EQ(Found(before, up), What::kChanged);
  EXPECT_EQ(Found(before, down), What::kChanged);
  EXPECT_THAT(CompareFigures(before, up).change,
              HasSubstr("+0.001 (+0.0167 %); 1 times, 95 % 1 to 1, paired over 40 chunks"));
}

// Differences of 1, 2, 4, 3 and 5.5 nats: their mean is 3.1, the error of the mean the root of 12.2 / 4 / 5,
// and t of 4 degrees at 1.75 % 3.135474721, so that the interval is 3.1 -+ 2.448884.
TEST(CompareInterval, SaysByWhichFactorAndBetweenWhich) {
  const auto of = [](double value, std::vector<double> nats) {
    return SampledOf(Quantity::kPerplexity, value, std::move(nats), {1, 1, 1, 1, 1});
  };
  const Figure before = of(6, {5, 6, 7, 8, 9}), after = of(6.01, {6, 8, 11, 11, 14.5});
  EXPECT_THAT(CompareFigures(before, after).change,
              HasSubstr("; 22.198 times, 95 % 1.91768 to 256.951, paired over 5 chunks"));
  EXPECT_EQ(Found(before, after), What::kWorse);
  EXPECT_EQ(Found(after, before), What::kBetter);
  EXPECT_EQ(Found(of(6, {5, 6, 7, 8, 9}), of(6, {6, 8, 11, 11, 14.5})), What::kWorse)
      << "one value of other samples";
}

TEST(CompareInterval, IntervalsThatTouchOverlap) {
  const auto of = [](double value, double low, double high) {
    Figure figure = SampledOf(Quantity::kPerplexity, value, {});
    figure.low = low, figure.high = high;
    return figure;
  };
  const Figure before = of(6, 5.99, 6.005);
  const struct {
    double low, high;
    std::optional<What> what;
  } rows[] = {{6.005, 6.01, What::kChanged},
              {std::nextafter(6.005, 7), 6.01, What::kWorse},
              {5.98, 5.99, What::kChanged},
              {5.98, std::nextafter(5.99, 0), What::kBetter}};
  for (const auto& [low, high, what] : rows) {
    const Comparison found = CompareFigures(before, of(6.001, low, high));
    EXPECT_EQ(found.what, what) << low << " " << high;
    EXPECT_THAT(found.change, HasSubstr(what == What::kChanged ? "; the intervals overlap"
                                                               : "; the intervals do not touch"));
  }
  for (const int missing : {0, 1, 2, 3}) {
    Figure one = before, other = of(6.02, 6.01, 6.03);
    (missing == 0 ? one.low : missing == 1 ? one.high : missing == 2 ? other.low : other.high).reset();
    const Comparison found = CompareFigures(one, other);
    EXPECT_EQ(found.what, What::kChanged) << missing;
    EXPECT_EQ(found.change, "+0.02 (+0.333 %)") << missing;
  }
}

// Each chunk is worse by a hundredth of a nat, but nothing says that it is the same chunk.
TEST(CompareInterval, PairsOnlyTheSameChunks) {
  const Figure before = Perplexity(6, 0), after = Perplexity(6.001, 0.01);
  ASSERT_EQ(Found(before, after), What::kWorse);
  std::vector<std::pair<Figure, Figure>> others(5, {before, after});
  others[0].second.sample_counts[7] = 65;
  others[1].second.samples.pop_back();
  others[2].first.samples.pop_back();
  others[3].first.samples.clear(), others[3].second.samples.clear();
  others[4].first.sample_counts[7] = others[4].second.sample_counts[7] = 0;
  for (const auto& [one, other] : others) {
    const Comparison found = CompareFigures(one, other);
    EXPECT_EQ(found.what, What::kChanged);
    EXPECT_THAT(found.change, HasSubstr("; the intervals overlap"));
  }
  Figure counted = before;
  counted.sample_counts[7] = 65;
  EXPECT_EQ(Found(before, counted), What::kChanged) << "equal, but of another text";
  Figure sampled = before;
  sampled.samples[7] += 0.5;
  EXPECT_EQ(Found(before, sampled), What::kChanged);
}

TEST(CompareWall, TheGateOpensBeyondItsPercent) {
  const auto of = [](Quantity quantity, double each) {
    return SampledOf(quantity, each, std::vector<double>(5, each));
  };
  using enum Quantity;
  const struct {
    Quantity quantity;
    double from, to, gate;
    What what;
  } rows[] = {{kSeconds, 2, 3, 50, What::kWall},
              {kSeconds, 2, 3, 49.9, What::kWorse},
              {kSeconds, 3, 2, 0, What::kWall},
              {kSeconds, 2, std::nextafter(2.0, 3), 0, What::kWorse},
              {kHostTokensPerSecond, 3, 2, 50, What::kWall},
              {kHostTokensPerSecond, 3, 2, 49.9, What::kWorse},
              {kHostTokensPerSecond, 2, 3, 0, What::kWall},
              {kTrainSeconds, 2, 3, 0, What::kWall}};  // which is told
  for (const auto& row : rows)
    EXPECT_EQ(Found(of(row.quantity, row.from), of(row.quantity, row.to), row.gate), row.what)
        << row.from << " " << row.to << " " << row.gate;
}

TEST(CompareWall, IsTheRatioOfMediansElseOfValues) {
  const Figure none = SampledOf(Quantity::kSeconds, 2, {});
  const Figure some = SampledOf(Quantity::kSeconds, 9, {8, 1, 8, 5, 1});
  EXPECT_EQ(CompareFigures(none, some).change, "2.5 times; too few repetitions to tell, 0 and 5 repetitions");
  EXPECT_EQ(CompareFigures(some, none).change, "0.4 times; too few repetitions to tell, 5 and 0 repetitions");
  EXPECT_EQ(CompareFigures(some, SampledOf(Quantity::kSeconds, 9, {8, 1, 8, 6, 1})).change,
            "1.2 times; no difference shown, 5 and 5 repetitions");
  EXPECT_EQ(CompareFigures(none, none).what, kEqual);
  EXPECT_EQ(CompareFigures(none, SampledOf(Quantity::kSeconds, 3, {})).what, What::kWall);
  EXPECT_EQ(CompareFigures(some, SampledOf(Quantity::kSeconds, 7, some.samples)).what, What::kWall);
}

TEST(CompareWall, ATimeOfNothingHasNoRatio) {
  const auto of = [](double value) { return SampledOf(Quantity::kSeconds, value, {}); };
  for (const auto& [from, to] : {std::pair{0, 1}, {1, 0}, {-1, 1}, {1, -1}}) {
    const Comparison found = CompareFigures(of(from), of(to), 0);
    EXPECT_EQ(found.what, What::kWall);
    EXPECT_EQ(found.change, "no ratio: a time of 0");
  }
  const Comparison text = CompareFigures(FigureOf(Quantity::kSeconds, "?"), of(1));
  EXPECT_EQ(text.what, What::kWall);
  EXPECT_EQ(text.change, "no numbers");
  EXPECT_EQ(CompareFigures(of(1), FigureOf(Quantity::kSeconds, "?")).change, "no numbers");
}

TEST(CompareExact, SaysWhichOfBothIsNoNumber) {
  const Figure text = FigureOf(Quantity::kRamBytes, "2"), number = FigureOf(Quantity::kRamBytes, 2);
  EXPECT_EQ(CompareFigures(text, number).change, "another value");
  EXPECT_EQ(CompareFigures(number, text).change, "another value");
  Figure sampled = number;
  sampled.samples = {2};
  EXPECT_EQ(CompareFigures(number, sampled).change, "the same value of other samples");
  EXPECT_EQ(Found(FigureOf(Quantity::kCyclesPerToken, 2), FigureOf(Quantity::kCyclesPerToken, 2.5)),
            What::kWorse);
  EXPECT_EQ(Found(FigureOf(Quantity::kCyclesPerToken, 2.5), FigureOf(Quantity::kCyclesPerToken, 2)),
            What::kBetter);
}

TEST(ValueText, LongTextsAreCut) {
  const auto text = [](const char* value) { return ValueText(FigureOf(Quantity::kCyclesBasis, value)); };
  EXPECT_EQ(text(""), "");
  EXPECT_EQ(text("0123456789abcdef"), "0123456789abcdef");
  EXPECT_EQ(text("0123456789abcdefg"), "0123456789ab...");
}

TEST(DifferenceText, IsSignedAndOfTheOldValue) {
  const auto whole = [](uint64_t from, uint64_t to) {
    return DifferenceText(FigureOf(Quantity::kRamBytes, from), FigureOf(Quantity::kRamBytes, to));
  };
  const auto real = [](double from, double to) {
    return DifferenceText(FigureOf(Quantity::kPerplexity, from), FigureOf(Quantity::kPerplexity, to));
  };
  EXPECT_EQ(whole(3, 3), "+0 (+0 %)");
  EXPECT_EQ(whole(8, 6), "-2 (-25 %)");
  EXPECT_EQ(whole(UINT64_MAX - 1, UINT64_MAX), "+1 (+0 %)");
  EXPECT_EQ(real(-2, 1), "+3 (+150 %)");
  EXPECT_EQ(real(4, 3), "-1 (-25 %)");
  EXPECT_EQ(real(0, 0.5), "+0.5");
  EXPECT_EQ(DifferenceText(FigureOf(Quantity::kRamBytes, "a"), FigureOf(Quantity::kRamBytes, 1)), "");
  EXPECT_EQ(DifferenceText(FigureOf(Quantity::kRamBytes, 1), FigureOf(Quantity::kRamBytes, "a")), "");
}

// Where chunks and what is material agree, one of them says it; "counts" is said of what only the latter
// says.
TEST(CompareInterval, WhatIsMaterialIsSaidWhereItAloneDecides) {
  const auto of = [](double value, double low, double high) {
    Figure figure = SampledOf(Quantity::kKlMeanNats, value, {});
    figure.low = low, figure.high = high;
    return figure;
  };
  const auto says = [](const Figure& before, const Figure& after) {
    return CompareFigures(before, after).change.find("or more counts") != std::string::npos;
  };
  EXPECT_FALSE(says(of(1, 0.9, 1.1), of(2, 1.9, 2.1)));
  EXPECT_FALSE(says(of(2, 1.9, 2.1), of(1, 0.9, 1.1)));
  EXPECT_TRUE(says(of(1, 0.9, 2), of(2, 1.9, 2.1)));
  EXPECT_TRUE(says(of(2, 1.9, 2.1), of(1, 0.9, 2)));
  EXPECT_FALSE(says(of(0, -0.1, 0.1), of(2, 1.9, 2.1)));
  EXPECT_FALSE(says(of(2, 1.9, 2.1), of(0, -0.1, 0.1)));
  const Figure before = Perplexity(6, 0);
  EXPECT_FALSE(says(before, Perplexity(7, 0.01)));
  EXPECT_FALSE(says(before, Perplexity(5, -0.01)));
  EXPECT_TRUE(says(before, Perplexity(7, -0.01))) << "against what the chunks say";
  EXPECT_EQ(Found(before, Perplexity(7, -0.01)), What::kWorse);
}

TEST(CompareInterval, NothingOfOtherSamplesIsNoGrowth) {
  const Figure before = SampledOf(Quantity::kKlMeanNats, 0, {0, 0}),
               after = SampledOf(Quantity::kKlMeanNats, 0, {1, 2});
  EXPECT_EQ(Found(before, after), What::kChanged);
  EXPECT_EQ(Found(FigureOf(Quantity::kKlMeanNats, 1.0), FigureOf(Quantity::kKlMeanNats, "?")),
            What::kDiffers);
  Figure fewer = Perplexity(6, 0), other = Perplexity(6.001, 0.01);
  fewer.samples.pop_back(), other.samples.pop_back();
  EXPECT_EQ(Found(fewer, other), What::kChanged) << "more counts than samples";
}

TEST(ValueTexts, OfACountAndAnEqualNumberAreAlike) {
  using Pair = std::pair<std::string, std::string>;
  EXPECT_EQ(ValueTexts(FigureOf(Quantity::kMaxUlp, 3), FigureOf(Quantity::kMaxUlp, 3.0)), Pair("3", "3"));
  EXPECT_EQ(ValueTexts(FigureOf(Quantity::kMaxUlp, 3.0), FigureOf(Quantity::kMaxUlp, 3)), Pair("3", "3"));
}

}  // namespace
}  // namespace atome::harness::report
