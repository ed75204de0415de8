// The bootstrap: the uncertainty of a mean over a text, from resampling the text's own parts.
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
  unsigned jobs = 1;  // threads; the result is the same for any number
};

// One mean a resample: sum(sums) / sum(counts) over units drawn with replacement, as many as there are (at
// least 1). Resample r draws by stream r of the seed, so means of the same number of units use the same
// draws. Both spans have the same size, below 2^32.
std::vector<double> BootstrapMeans(std::span<const double> sums, std::span<const double> counts,
                                   const BootstrapOptions& options);

// The interval of the middle 95 % of the draws; at least one draw.
Interval MiddleOf(std::vector<double> draws);

// The 95 % percentile interval of BootstrapMeans. Nothing when there are fewer than 2 units.
std::optional<Interval> BootstrapMean(std::span<const double> sums, std::span<const double> counts,
                                      const BootstrapOptions& options);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_STATISTICS_BOOTSTRAP_H_
