#include "harness/statistics/differences.h"

#include <gtest/gtest.h>

#include <cmath>

#include "harness/base/random.h"

namespace atome::harness::ab {
namespace {

// Sums of 12 uniform numbers are close to normal; mean 0, deviation 1.
double Normal(Random* random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += std::ldexp(static_cast<double>(random->Next() >> 11), -53);
  return sum;
}

ChunkLosses Constant(size_t chunks, double nats, double tokens = 64) {
  return {std::vector<double>(chunks, nats * tokens), std::vector<double>(chunks, tokens)};
}

TEST(CompareLosses, EqualLossesAreTheSame) {
  Random random(1);
  ChunkLosses losses = Constant(50, 1.5);
  for (double& nats : losses.nats) nats += Normal(&random);
  const Difference difference = Compare({losses}, {losses});
  EXPECT_EQ(difference.nats, 0);
  EXPECT_EQ(difference.Judge(), Verdict::kSame);
  EXPECT_FALSE(difference.over_chunks_and_seeds.has_value());
}

// A chunk's difficulty cancels, so a constant difference has an interval of width 0.
TEST(CompareLosses, PairsByChunk) {
  Random random(2);
  ChunkLosses baseline = Constant(40, 2);
  for (double& nats : baseline.nats) nats += 30 * Normal(&random);
  ChunkLosses contender = baseline;
  for (double& nats : contender.nats) nats -= 6.4;
  const Difference difference = Compare({contender}, {baseline});
  EXPECT_NEAR(difference.nats, -0.1, 1e-12);
  EXPECT_NEAR(difference.over_chunks->low, -0.1, 1e-12);
  EXPECT_NEAR(difference.over_chunks->high, -0.1, 1e-12);
  EXPECT_EQ(difference.Judge(), Verdict::kBetter);
  EXPECT_EQ(Compare({baseline}, {contender}).Judge(), Verdict::kWorse);
}

TEST(CompareLosses, CountsTokensNotChunks) {
  const ChunkLosses contender{{64, 1}, {64, 2}};
  const ChunkLosses baseline{{0, 0}, {64, 2}};
  EXPECT_DOUBLE_EQ(Compare({contender}, {baseline}).nats, 65.0 / 66);
}

// Without noise between chunks only the seeds differ, and for them Student's interval is exact.
TEST(CompareLosses, IntervalOverSeedsIsStudents) {
  const ChunkLosses baseline = Constant(20, 1);
  const struct {
    std::vector<double> shifts;
    double t;  // 97.5 % quantile at one less degree of freedom than seeds
  } cases[] = {{{0.1, 0.3}, 12.7062}, {{0.1, 0.2, 0.6}, 4.30265}, {{0.1, 0.2, 0.3, 0.4, 0.8}, 2.77645}};
  for (const auto& [shifts, t] : cases) {
    std::vector<ChunkLosses> contender;
    double mean = 0, squares = 0;
    const auto count = static_cast<double>(shifts.size());
    for (const double shift : shifts) {
      contender.push_back(Constant(20, 1 + shift));
      mean += shift / count;
    }
    for (const double shift : shifts) squares += (shift - mean) * (shift - mean);
    const double half = t * std::sqrt(squares / (count - 1) / count);
    const std::vector<ChunkLosses> baselines(shifts.size(), baseline);
    const Difference difference = Compare(contender, baselines);
    EXPECT_NEAR(difference.nats, mean, 1e-12);
    EXPECT_NEAR(difference.over_chunks->high - difference.over_chunks->low, 0, 1e-9);
    EXPECT_NEAR(difference.over_chunks_and_seeds->low, mean - half, 1e-4 * half);
    EXPECT_NEAR(difference.over_chunks_and_seeds->high, mean + half, 1e-4 * half);
  }
}

TEST(CompareLosses, MoreSeedsAreNotMoreText) {
  Random random(3);
  ChunkLosses contender = Constant(100, 1);
  for (double& nats : contender.nats) nats += Normal(&random);
  const ChunkLosses baseline = Constant(100, 1);
  const Difference one = Compare({contender}, {baseline});
  const Difference three = Compare({contender, contender, contender}, {baseline, baseline, baseline});
  EXPECT_NEAR(one.over_chunks->low, three.over_chunks->low, 1e-12);
  EXPECT_NEAR(three.over_chunks_and_seeds->high, one.over_chunks->high, 1e-12);
}

// For models whose true difference is known, the intervals must contain it about as often as they claim,
// whether seeds or chunks differ more, and whether a seed is good at some chunks (`own`) or at all.
TEST(CompareLosses, IntervalsCoverTheTruth) {
  constexpr double kTrue = 0.02, kChunkDeviation = 0.1;
  constexpr int kTrials = 400, kChunks = 60;
  for (const int seeds : {2, 3, 5}) {
    for (const double seed_deviation : {0.0, 0.02, 0.1}) {
      for (const double own : {0.0, 0.1}) {
        Random random(4, static_cast<uint64_t>(seeds));
        int covered = 0;
        for (int trial = 0; trial < kTrials; ++trial) {
          std::vector<double> of_chunk(kChunks);
          for (double& shift : of_chunk) shift = kTrue + kChunkDeviation * Normal(&random);
          std::vector<ChunkLosses> contender;
          for (int s = 0; s < seeds; ++s) {
            const double of_seed = seed_deviation * Normal(&random);
            ChunkLosses losses = Constant(kChunks, 0, 1);
            for (size_t k = 0; k < kChunks; ++k)
              losses.nats[k] = of_chunk[k] + of_seed + own * Normal(&random);
            contender.push_back(losses);
          }
          const std::vector<ChunkLosses> baseline(static_cast<size_t>(seeds), Constant(kChunks, 0, 1));
          const Interval interval = *Compare(contender, baseline).over_chunks_and_seeds;
          covered += interval.low <= kTrue && kTrue <= interval.high;
        }
        EXPECT_GE(covered, kTrials * 93 / 100) << seeds << ' ' << seed_deviation << ' ' << own;
        EXPECT_LE(covered, kTrials * 995 / 1000) << seeds << ' ' << seed_deviation << ' ' << own;
      }
    }
  }
}

// What each seed has of its own on each chunk is in the spread over seeds and in that over chunks.
TEST(CompareLosses, ASeedsOwnNoiseCountsOnce) {
  constexpr size_t kSeeds = 40;
  Random random(6);
  std::vector<ChunkLosses> contender(kSeeds, Constant(60, 0, 1));
  for (ChunkLosses& losses : contender)
    for (double& nats : losses.nats) nats = Normal(&random);
  const Difference difference = Compare(contender, std::vector<ChunkLosses>(kSeeds, Constant(60, 0, 1)));
  double squares = 0;
  for (const double nats : difference.by_seed) squares += std::pow(nats - difference.nats, 2);
  const double over_seeds = 2.0227 * std::sqrt(squares / (kSeeds - 1) / kSeeds);  // t of 39 degrees
  const Interval& interval = *difference.over_chunks_and_seeds;
  EXPECT_LT((interval.high - interval.low) / 2, 1.2 * over_seeds);
  EXPECT_GE((interval.high - interval.low) / 2, 0.99 * over_seeds);
}

// Computed with numpy and scipy (scipy.fft.dct, scipy.stats.t) from the definition in the header: over seeds
// their variance, over chunks that of the waves less the seeds' own noise, each with its quantile.
TEST(CompareLosses, IsWhatAnotherImplementationGives) {
  const struct {
    int chunks, seeds;
    double mean, half, half_of_two, low, high;  // the last two over chunks
  } rows[] = {{7, 2, 4.11764705882, 19.3047990279, 38.277984427, 2.39521267094, 5.8400814467},
              {7, 3, 4.6862745098, 4.91301236075, 6.90369602263, 2.75772421189, 6.61482480772},
              {45, 2, 4.10444444444, 17.8789352125, 35.7051638996, 3.34316955577, 4.86571933312},
              {45, 3, 4.75703703704, 4.55738699498, 6.5304956621, 3.99172435494, 5.52234971914}};
  for (const auto& row : rows) {
    std::vector<ChunkLosses> contender, baseline;
    for (int s = 1; s <= row.seeds; ++s) {
      ChunkLosses &ours = contender.emplace_back(), &theirs = baseline.emplace_back();
      for (int k = 0; k < row.chunks; ++k) {
        const int tokens = 4 + k % 3;
        ours.nats.push_back((k * k * 5 + s * s * 11 + k * s * 3) % 17 + s * s % 5 * tokens +
                            6 * (k * 2 / row.chunks));
        theirs.nats.push_back((k * 7 + s * 13) % 6);
        ours.tokens.push_back(tokens);
        theirs.tokens.push_back(tokens);
      }
    }
    const Difference one = Compare(contender, baseline), two = Compare(contender, baseline, 2);
    EXPECT_NEAR(one.nats, row.mean, 1e-10);
    EXPECT_NEAR(one.over_chunks->low, row.low, 1e-9);
    EXPECT_NEAR(one.over_chunks->high, row.high, 1e-9);
    EXPECT_NEAR(one.nats - one.over_chunks_and_seeds->low, row.half, 1e-8);
    EXPECT_NEAR(one.over_chunks_and_seeds->high - one.nats, row.half, 1e-8);
    EXPECT_NEAR(two.over_chunks_and_seeds->high - two.nats, row.half_of_two, 1e-8);
    EXPECT_EQ(one.chunks, static_cast<size_t>(row.chunks));
    EXPECT_EQ(one.by_seed.size(), static_cast<size_t>(row.seeds));
    EXPECT_FALSE(one.same);
    EXPECT_EQ(one.why_not, "");
  }
}

// Two seeds that are good at opposite chunks: their mean knows no chunk, so that only the seeds are left,
// whose differences are 0.1 and 0.3: 0.2 with an error of 0.1 and t of one degree.
TEST(CompareLosses, WhatChunksAddIsNeverLessThanNothing) {
  ChunkLosses one = Constant(20, 0.1, 1), other = Constant(20, 0.3, 1);
  for (size_t k = 0; k < 20; ++k) {
    const double own = k % 4 < 2 ? 5 : -5;
    one.nats[k] += own;
    other.nats[k] -= own;
  }
  const Difference difference = Compare({one, other}, {Constant(20, 0, 1), Constant(20, 0, 1)});
  EXPECT_NEAR(difference.over_chunks_and_seeds->low, 0.2 - 12.7062 * 0.1, 1e-4);
  EXPECT_NEAR(difference.over_chunks_and_seeds->high, 0.2 + 12.7062 * 0.1, 1e-4);
}

TEST(CompareLosses, WhereNothingVariesTheIntervalIsTheDifference) {
  const Difference difference =
      Compare({Constant(20, 1.5), Constant(20, 1.5)}, {Constant(20, 1), Constant(20, 1)});
  EXPECT_EQ(difference.over_chunks_and_seeds->low, 0.5);
  EXPECT_EQ(difference.over_chunks_and_seeds->high, 0.5);
  EXPECT_EQ(difference.Judge(), Verdict::kWorse);
}

TEST(CompareLosses, SeedsDoNotMakeUpForFewChunks) {
  const Difference few = Compare({Constant(4, 2), Constant(4, 3)}, {Constant(4, 1), Constant(4, 1)});
  EXPECT_FALSE(few.over_chunks.has_value());
  EXPECT_FALSE(few.over_chunks_and_seeds.has_value());
  EXPECT_EQ(few.Judge(), Verdict::kUndecided);
}

TEST(Difference, AnIntervalThatTouchesZeroDecidesNothing) {
  const struct {
    Interval interval;
    Verdict verdict;
  } rows[] = {{{-2, -1}, Verdict::kBetter},   {{1, 2}, Verdict::kWorse},     {{-1, 1}, Verdict::kUndecided},
              {{-1, 0}, Verdict::kUndecided}, {{0, 1}, Verdict::kUndecided}, {{0, 0}, Verdict::kUndecided}};
  for (const auto& [interval, verdict] : rows) {
    Difference difference;
    difference.over_chunks = interval;
    EXPECT_EQ(difference.Judge(), verdict) << interval.low << " " << interval.high;
    EXPECT_EQ(difference.Deciding(), &*difference.over_chunks);
    difference.over_chunks = {-9, 9};
    difference.over_chunks_and_seeds = interval;
    EXPECT_EQ(difference.Judge(), verdict) << interval.low << " " << interval.high;
    EXPECT_EQ(difference.Deciding(), &*difference.over_chunks_and_seeds);
    difference.same = true;
    EXPECT_EQ(difference.Judge(), Verdict::kSame);
  }
  EXPECT_EQ(Difference().Deciding(), nullptr);
  EXPECT_EQ(Difference().Judge(), Verdict::kUndecided);
}

TEST(VerdictName, NamesAll) {
  EXPECT_EQ(VerdictName(Verdict::kSame), "same");
  EXPECT_EQ(VerdictName(Verdict::kBetter), "better");
  EXPECT_EQ(VerdictName(Verdict::kWorse), "worse");
  EXPECT_EQ(VerdictName(Verdict::kUndecided), "undecided");
}

TEST(SameLosses, LooksAtEveryOne) {
  const ChunkLosses losses{{1, 2, 3}, {4, 4, 4}};
  EXPECT_TRUE(SameLosses({losses, losses}, {losses, losses}));
  EXPECT_FALSE(SameLosses({losses}, {losses, losses}));
  for (size_t k = 0; k < 3; ++k) {
    ChunkLosses other = losses;
    other.nats[k] = std::nextafter(other.nats[k], 9);
    EXPECT_FALSE(SameLosses({losses, losses}, {losses, other})) << k;
    EXPECT_FALSE(SameLosses({losses, losses}, {other, losses})) << k;
  }
}

TEST(ChunkLosses, TheirMeanIsByTokens) {
  const ChunkLosses losses{{1, 2, 6}, {1, 1, 4}};
  EXPECT_EQ(losses.MeanNats(), 1.5);
}

TEST(CompareLosses, ManyComparisonsHoldJointly) {
  Random random(5);
  ChunkLosses contender = Constant(30, 1), other = Constant(30, 1);
  for (double& nats : contender.nats) nats += 1 + 2.3 * Normal(&random);
  for (double& nats : other.nats) nats += 1 + 2.3 * Normal(&random);
  const ChunkLosses baseline = Constant(30, 1);
  const auto width = [](const Interval& interval) { return interval.high - interval.low; };
  const Difference one = Compare({contender, other}, {baseline, baseline});
  const Difference three = Compare({contender, other}, {baseline, baseline}, 3);
  EXPECT_GT(width(*three.over_chunks), width(*one.over_chunks));
  EXPECT_GT(width(*three.over_chunks_and_seeds), width(*one.over_chunks_and_seeds));
}

TEST(CompareLosses, FewChunksTellNoInterval) {
  const Difference difference = Compare({Constant(1, 2)}, {Constant(1, 1)});
  EXPECT_DOUBLE_EQ(difference.nats, 1);
  EXPECT_FALSE(difference.over_chunks.has_value());
  EXPECT_EQ(difference.Judge(), Verdict::kUndecided);
  EXPECT_EQ(difference.why_not, "1 chunk or block of text is too few for an interval; 5 would do");
  EXPECT_EQ(Compare({Constant(4, 2)}, {Constant(4, 1)}).Judge(), Verdict::kUndecided);
  EXPECT_EQ(Compare({Constant(5, 2)}, {Constant(5, 1)}).Judge(), Verdict::kWorse);
  EXPECT_EQ(Compare({Constant(1, 2)}, {Constant(1, 2)}).Judge(), Verdict::kSame);
}

}  // namespace
}  // namespace atome::harness::ab
