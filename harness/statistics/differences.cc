#include "harness/statistics/differences.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace atome::harness::ab {
namespace {

double Sum(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

double SumOfSquares(const std::vector<double>& values) {
  double squares = 0;
  for (const double value : values) squares += value * value;
  return squares;
}

// The variance of the mean of `values`, at least two.
double VarianceOfMean(const std::vector<double>& values) {
  const auto count = static_cast<double>(values.size());
  const double mean = Sum(values) / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares / (count - 1) / count;
}

// Half the interval over chunks and seeds. `by_seed` has each seed's differences by chunk, `averaged` their
// mean.
double HalfOverBoth(const std::vector<std::vector<double>>& by_seed, const std::vector<double>& averaged,
                    const std::vector<double>& of_seeds, const std::vector<double>& tokens,
                    size_t comparisons) {
  const auto seeds = static_cast<double>(by_seed.size());
  const std::vector<double> waves = Projections(averaged, tokens);
  const auto degrees = static_cast<double>(waves.size());
  double noise = 0;  // of a seed on a chunk, in the mean over all
  for (const std::vector<double>& one : by_seed) {
    std::vector<double> beyond = Projections(one, tokens);
    for (size_t i = 0; i < beyond.size(); ++i) beyond[i] -= waves[i];
    noise += SumOfSquares(beyond) / (seeds - 1) / degrees / seeds;
  }
  const double over_seeds = VarianceOfMean(of_seeds);
  const double over_chunks = std::max(SumOfSquares(waves) / degrees - noise, 0.0);
  const double both = over_seeds + over_chunks;
  if (both == 0) return 0;
  const double quantile =
      (over_seeds * IndependentQuantile(static_cast<uint32_t>(by_seed.size() - 1), comparisons) +
       over_chunks * TextQuantile(static_cast<uint32_t>(waves.size()), comparisons)) /
      both;
  return quantile * std::sqrt(both);
}

}  // namespace

double ChunkLosses::MeanNats() const { return Sum(nats) / Sum(tokens); }

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kSame:
      return "same";
    case Verdict::kBetter:
      return "better";
    case Verdict::kWorse:
      return "worse";
    case Verdict::kUndecided:
      break;
  }
  return "undecided";
}

Verdict Difference::Judge() const {
  if (same) return Verdict::kSame;
  const Interval* interval = Deciding();
  if (interval == nullptr) return Verdict::kUndecided;
  if (interval->high < 0) return Verdict::kBetter;
  return interval->low > 0 ? Verdict::kWorse : Verdict::kUndecided;
}

bool SameLosses(const std::vector<ChunkLosses>& one, const std::vector<ChunkLosses>& other) {
  return std::ranges::equal(one, other, {}, &ChunkLosses::nats, &ChunkLosses::nats);
}

Difference Compare(const std::vector<ChunkLosses>& contender, const std::vector<ChunkLosses>& baseline,
                   size_t comparisons) {
  const std::vector<double>& tokens = contender.front().tokens;
  const auto seeds = static_cast<double>(contender.size());
  std::vector<double> averaged(tokens.size());
  std::vector<std::vector<double>> by_seed;  // [seed][chunk]
  Difference difference;
  for (size_t s = 0; s < contender.size(); ++s) {
    std::vector<double>& nats = by_seed.emplace_back(tokens.size());
    for (size_t k = 0; k < nats.size(); ++k) {
      nats[k] = contender[s].nats[k] - baseline[s].nats[k];
      averaged[k] += nats[k] / seeds;
    }
    difference.by_seed.push_back(Sum(nats) / Sum(tokens));
  }
  Estimate over_chunks = EstimateMean(averaged, tokens, comparisons);
  difference.nats = over_chunks.mean;
  difference.chunks = tokens.size();
  difference.same = SameLosses(contender, baseline);
  difference.over_chunks = over_chunks.interval;
  difference.why_not = std::move(over_chunks.why_not);
  if (!difference.over_chunks || contender.size() < 2) return difference;
  const double half = HalfOverBoth(by_seed, averaged, difference.by_seed, tokens, comparisons);
  difference.over_chunks_and_seeds = {difference.nats - half, difference.nats + half};
  return difference;
}

}  // namespace atome::harness::ab
