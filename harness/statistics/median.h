// The median.
#ifndef ATOME_HARNESS_STATISTICS_MEDIAN_H_
#define ATOME_HARNESS_STATISTICS_MEDIAN_H_

#include <algorithm>
#include <numeric>
#include <vector>

namespace atome::harness {

// At least one value; the mean of the middle two for an even number.
inline double Median(std::vector<double> values) {
  std::ranges::sort(values);
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : std::midpoint(values[middle - 1], values[middle]);
}

}  // namespace atome::harness

#endif  // ATOME_HARNESS_STATISTICS_MEDIAN_H_
