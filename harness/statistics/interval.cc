#include "harness/statistics/interval.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "harness/base/text.h"
#include "harness/statistics/student_t.h"

namespace atome::harness {
namespace {

constexpr double kOutside = 0.05, kOutsideOfText = 0.035;  // see the header: 0.015 are the reserve
constexpr uint32_t kFewestWaves = 4, kMostWaves = 24;

double Sum(std::span<const double> values) { return std::accumulate(values.begin(), values.end(), 0.0); }

double QuantileOf(double outside, uint32_t degrees, size_t comparisons) {
  return StudentQuantile(outside / 2 / static_cast<double>(std::max<size_t>(comparisons, 1)), degrees);
}

}  // namespace

std::string WhyTooFew(size_t units) {
  if (units >= kFewestUnits) return {};
  return StrCat(units, units == 1 ? " chunk or block" : " chunks or blocks", " of text ",
                units == 1 ? "is" : "are", " too few for an interval; ", kFewestUnits, " would do");
}

uint32_t WavesOf(size_t units) {
  // The whole part of 0.4 n^(2/3): the largest v with v^3 <= 0.064 n^2.
  const double bound = 0.064 * static_cast<double>(units) * static_cast<double>(units);
  uint32_t waves = kFewestWaves;
  while (waves < kMostWaves && (waves + 1.0) * (waves + 1.0) * (waves + 1.0) <= bound) ++waves;
  return static_cast<uint32_t>(std::min<size_t>(waves, units - 1));
}

std::vector<double> Projections(std::span<const double> sums, std::span<const double> counts) {
  const size_t units = sums.size();
  const double tokens = Sum(counts), mean = Sum(sums) / tokens;
  const double scale = std::sqrt(2.0) / tokens;  // sqrt(2 / n) of the cosines, sqrt(n) of the sum
  std::vector<double> projections(WavesOf(units));
  for (size_t wave = 0; wave < projections.size(); ++wave) {
    double sum = 0;
    for (size_t unit = 0; unit < units; ++unit)
      sum += (sums[unit] - mean * counts[unit]) * CosPi((wave + 1) * (2 * unit + 1), 2 * units);
    projections[wave] = scale * sum;
  }
  return projections;
}

double TextQuantile(uint32_t degrees, size_t comparisons) {
  return QuantileOf(kOutsideOfText, degrees, comparisons);
}
double IndependentQuantile(uint32_t degrees, size_t comparisons) {
  return QuantileOf(kOutside, degrees, comparisons);
}

Estimate EstimateMean(std::span<const double> sums, std::span<const double> counts, size_t comparisons) {
  Estimate estimate;
  estimate.mean = Sum(sums) / Sum(counts);
  estimate.why_not = WhyTooFew(sums.size());
  if (!estimate.why_not.empty()) {
    estimate.units_needed = kFewestUnits;
    return estimate;
  }
  double squares = 0;
  const std::vector<double> projections = Projections(sums, counts);
  for (const double projection : projections) squares += projection * projection;
  const auto degrees = static_cast<uint32_t>(projections.size());
  const double half = TextQuantile(degrees, comparisons) * std::sqrt(squares / degrees);
  estimate.interval = {estimate.mean - half, estimate.mean + half};
  return estimate;
}

Estimate EstimateDifference(std::span<const double> sums, std::span<const double> others,
                            std::span<const double> counts, size_t comparisons) {
  std::vector<double> differences(sums.size());
  std::ranges::transform(sums, others, differences.begin(), std::minus<>());
  return EstimateMean(differences, counts, comparisons);
}

}  // namespace atome::harness
