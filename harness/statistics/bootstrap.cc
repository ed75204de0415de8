#include "harness/statistics/bootstrap.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "harness/base/parallel.h"
#include "harness/base/random.h"

namespace atome::harness {

std::vector<double> BootstrapMeans(std::span<const double> sums, std::span<const double> counts,
                                   const BootstrapOptions& options) {
  const auto units = static_cast<uint32_t>(sums.size());
  std::vector<double> means(options.resamples);
  ForEachIndex(
      means.size(), options.jobs,
      [&](size_t resample) {
        Random random(options.seed, resample);
        double sum = 0, count = 0;
        for (uint32_t i = 0; i < units; ++i) {
          const uint32_t unit = random.Below(units);
          sum += sums[unit];
          count += counts[unit];
        }
        means[resample] = sum / count;
      },
      [](size_t, size_t) {});
  return means;
}

Interval MiddleOf(std::vector<double> draws) {
  std::ranges::sort(draws);
  // 2.5 %, one in 40, lies beyond each end.
  const size_t beyond = draws.size() / 40;
  return {draws[beyond], draws[draws.size() - 1 - beyond]};
}

std::optional<Interval> BootstrapMean(std::span<const double> sums, std::span<const double> counts,
                                      const BootstrapOptions& options) {
  if (sums.size() < 2 || options.resamples == 0) return std::nullopt;
  return MiddleOf(BootstrapMeans(sums, counts, options));
}

}  // namespace atome::harness
