// Intervals for means over a text, from the losses on its units (chunks, or blocks of one pass), in the
// order of the text.
//
// Units beside each other are alike, a story here, a harder one there, so that n of them say less than n
// drawn anywhere. The variance of their mean is therefore estimated from slow waves only: what the units
// leave of the mean is projected on the first v cosines of the text (v = n - 1 would be Student's own
// estimate, which takes units as independent), and the mean's error over its estimate is held to Student's t
// with v degrees of freedom (Lazarus, Lewis, Stock and Watson, "HAR Inference: Recommendations for Practice",
// Journal of Business & Economic Statistics 36, 2018; their v = 0.4 n^(2/3), here from 4 to 24). Few waves
// cost width and buy honesty. What dependence they still miss is met by a reserve: 95 % intervals use t at
// 96.5 %, so that they hold 96.5 % of units drawn one by one and 95 % of texts as they run. The measured
// coverage stands in harness/perplexity/README.md.
#ifndef ATOME_HARNESS_STATISTICS_INTERVAL_H_
#define ATOME_HARNESS_STATISTICS_INTERVAL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace atome::harness {

struct Interval {
  double low = 0, high = 0;
};

// Below that many units there is no interval.
inline constexpr size_t kFewestUnits = 5;

struct Estimate {
  double mean = 0;                   // a token
  std::optional<Interval> interval;  // 95 %; jointly so with others when there are several comparisons
  std::string why_not;               // "2 chunks or blocks of text are too few for an interval; ..."
  size_t units_needed = 0;           // that would do; 0 with an interval
};

// The mean sum(sums) / sum(counts). Units are in the order of the text, as many sums as counts, at least
// one; each count is above 0. Of `comparisons` intervals that are judged together all hold at 95 %
// (Bonferroni's correction).
Estimate EstimateMean(std::span<const double> sums, std::span<const double> counts, size_t comparisons = 1);

// The mean of the paired differences, `sums` less `others`, which are over the same tokens.
Estimate EstimateDifference(std::span<const double> sums, std::span<const double> others,
                            std::span<const double> counts, size_t comparisons = 1);

// What both are made of, for intervals of more than one source.

// Why so few units have no interval; empty when they have one.
std::string WhyTooFew(size_t units);
// v of so many units, at least 2.
uint32_t WavesOf(size_t units);
// For each wave the projection of the units, less the mean by tokens, so that the mean of their squares
// estimates the variance of the mean a token.
std::vector<double> Projections(std::span<const double> sums, std::span<const double> counts);
// The quantile of t that bounds an interval over text, with the reserve; over what is independent without.
double TextQuantile(uint32_t degrees, size_t comparisons);
double IndependentQuantile(uint32_t degrees, size_t comparisons);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_STATISTICS_INTERVAL_H_
