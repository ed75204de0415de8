// Decides whether repetitions of one measurement are slower than those of another, for noise of any kind.
#ifndef ATOME_HARNESS_STATISTICS_RANK_TEST_H_
#define ATOME_HARNESS_STATISTICS_RANK_TEST_H_

#include <optional>
#include <span>

namespace atome::harness::report {

// The Wilcoxon-Mann-Whitney test, two-sided, at 5 %, with mean ranks for ties; exact up to 40 values in all,
// above that by the normal approximation. Returns 1 when `b` is greater, -1 when it is less, 0 when
// undecided; nothing when there are too few values to decide at all (3 and 3, say).
std::optional<int> RankTest(std::span<const double> a, std::span<const double> b);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_STATISTICS_RANK_TEST_H_
