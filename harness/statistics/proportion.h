// Intervals for a share of things that were drawn one by one.
#ifndef ATOME_HARNESS_STATISTICS_PROPORTION_H_
#define ATOME_HARNESS_STATISTICS_PROPORTION_H_

#include <cstdint>

#include "harness/statistics/interval.h"

namespace atome::harness {

// The 95 % interval of the share that `found` of `drawn` are a sample of: Wilson's score interval without
// continuity correction (Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in
// Medicine 17, 1998, method 3), which stays within 0 and 1 and says something of 0 of n too. `drawn` is at
// least 1, `found` at most `drawn`. The same bits on every host.
Interval ShareInterval(uint64_t found, uint64_t drawn);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_STATISTICS_PROPORTION_H_
