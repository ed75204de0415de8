// How sure a mean over a text is, from its own parts drawn again and again.
#ifndef ATOME_HARNESS_STATISTICS_BOOTSTRAP_H_
#define ATOME_HARNESS_STATISTICS_BOOTSTRAP_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace atome::harness {

struct Interval {
  double low = 0, high = 0;
};

struct BootstrapOptions {
  uint32_t resamples = 10000;
  uint64_t seed = 0;
  unsigned jobs = 1;  // threads; the answer is the same for any number
};

// sum(sums) / sum(counts) over units that are drawn with replacement, as many as there are, at least 1: one a
// resample. Resample r draws by stream r of the seed, so means of the same number of units rest on the same
// draws. Sizes are equal and below 2^32.
std::vector<double> BootstrapMeans(std::span<const double> sums, std::span<const double> counts,
                                   const BootstrapOptions& options);

// What the middle 95 % of draws, at least one, lie in.
Interval MiddleOf(std::vector<double> draws);

// The percentile interval of 95 % for sum(sums) / sum(counts) over units that are drawn with replacement, as
// many as there are. Resample r draws by stream r of the seed, so intervals of the same number of units rest
// on the same draws. Nothing when there are fewer than 2 units. Sizes are equal and below 2^32.
std::optional<Interval> BootstrapMean(std::span<const double> sums, std::span<const double> counts,
                                      const BootstrapOptions& options);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_STATISTICS_BOOTSTRAP_H_
