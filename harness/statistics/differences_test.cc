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
