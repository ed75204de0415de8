#include "harness/statistics/differences.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "harness/base/random.h"
#include "harness/statistics/precise_math.h"

namespace atome::harness::ab {
namespace {

// A number between -1 and 1, both excluded: the centre of one of 2^53 equal parts.
double Centred(Random* random) {
  return std::ldexp(static_cast<double>(random->Next() >> 11) + 0.5, -52) - 1;
}

// A draw of Student's t (Bailey, "Polar generation of random variates with the t-distribution", 1994).
double StudentT(double degrees, Random* random) {
  for (;;) {
    const double u = Centred(random), v = Centred(random);
    const double w = u * u + v * v;
    if (w < 1) return u * std::sqrt(degrees * (Exp(-2 / degrees * Log(w)) - 1) / w);
  }
}

double Sum(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

// The standard error of the mean of `values`, at least two.
double StandardError(const std::vector<double>& values) {
  const auto count = static_cast<double>(values.size());
  const double mean = Sum(values) / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / (count - 1) / count);
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
  const Interval* interval = Deciding();
  if (interval == nullptr) return Verdict::kUndecided;
  if (interval->low == 0 && interval->high == 0) return Verdict::kSame;
  if (interval->high < 0) return Verdict::kBetter;
  return interval->low > 0 ? Verdict::kWorse : Verdict::kUndecided;
}

double PercentOf(double nats) { return 100 * (Exp(nats) - 1); }

std::optional<Interval> MeanInterval(const ChunkLosses& losses, const BootstrapOptions& bootstrap) {
  return BootstrapMean(losses.nats, losses.tokens, bootstrap);
}

Difference Compare(const std::vector<ChunkLosses>& contender, const std::vector<ChunkLosses>& baseline,
                   const BootstrapOptions& bootstrap) {
  const std::vector<double>& tokens = contender.front().tokens;
  const double seeds = static_cast<double>(contender.size());
  std::vector<double> averaged(tokens.size());  // over seeds, for each chunk
  Difference difference;
  for (size_t s = 0; s < contender.size(); ++s) {
    double sum = 0;
    for (size_t k = 0; k < averaged.size(); ++k) {
      const double nats = contender[s].nats[k] - baseline[s].nats[k];
      averaged[k] += nats / seeds;
      sum += nats;
    }
    difference.by_seed.push_back(sum / Sum(tokens));
  }
  difference.nats = Sum(averaged) / Sum(tokens);
  difference.chunks = tokens.size();
  if (tokens.size() < 2) return difference;
  std::vector<double> means = BootstrapMeans(averaged, tokens, bootstrap);
  difference.over_chunks = MiddleOf(means);
  if (contender.size() < 2) return difference;
  Random random(bootstrap.seed, bootstrap.resamples);  // the resamples use the streams below
  const double error = StandardError(difference.by_seed);
  for (double& mean : means) mean += error * StudentT(seeds - 1, &random);
  difference.over_chunks_and_seeds = MiddleOf(std::move(means));
  return difference;
}

}  // namespace atome::harness::ab
