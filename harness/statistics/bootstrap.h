// A mean's interval by resampling, which takes units as independent: what ours are held against.
#ifndef ATOME_HARNESS_STATISTICS_BOOTSTRAP_H_
#define ATOME_HARNESS_STATISTICS_BOOTSTRAP_H_

#include <cstdint>
#include <span>

#include "harness/base/random.h"
#include "harness/statistics/interval.h"

namespace atome::harness {

// From the 2.5 % to the 97.5 % percentile of the means of so many samples drawn from this one with
// replacement (Efron, "Bootstrap methods", 1979): of them a fortieth, rounded down, lies below the interval
// and as many above. At least one unit and one resample.
Interval BootstrapInterval(std::span<const double> sample, uint32_t resamples, Random* random);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_STATISTICS_BOOTSTRAP_H_
