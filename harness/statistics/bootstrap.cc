#include "harness/statistics/bootstrap.h"

#include <algorithm>
#include <vector>

namespace atome::harness {

Interval BootstrapInterval(std::span<const double> sample, uint32_t resamples, Random* random) {
  std::vector<double> means(resamples);
  const auto units = static_cast<uint32_t>(sample.size());
  for (double& mean : means) {
    for (uint32_t i = 0; i < units; ++i) mean += sample[random->Below(units)];
    mean /= units;
  }
  std::ranges::sort(means);
  const uint32_t outside = resamples / 40;
  return {means[outside], means[resamples - 1 - outside]};
}

}  // namespace atome::harness
