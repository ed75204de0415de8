#include "harness/statistics/proportion.h"

#include <algorithm>
#include <cmath>

namespace atome::harness {

Interval ShareInterval(uint64_t found, uint64_t drawn) {
  constexpr double kZ = 1.959963984540054;  // a normal number's magnitude exceeds it in 5 % of cases
  const auto n = static_cast<double>(drawn);
  const double share = static_cast<double>(found) / n;
  const double square = kZ * kZ / n;
  const double middle = share + square / 2;
  const double half = kZ * std::sqrt(share * (1 - share) / n + square / (4 * n));
  return {found == 0 ? 0 : std::max(0.0, (middle - half) / (1 + square)),
          found == drawn ? 1 : std::min(1.0, (middle + half) / (1 + square))};
}

}  // namespace atome::harness
