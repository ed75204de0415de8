// Whether repetitions of one measurement are slower than those of another, with no assumption on how their
// noise is distributed.
#ifndef ATOME_HARNESS_STATISTICS_RANK_TEST_H_
#define ATOME_HARNESS_STATISTICS_RANK_TEST_H_

#include <optional>
#include <span>

namespace atome::harness::report {

// The Wilcoxon-Mann-Whitney test, two-sided, at 5 %, ties by mean ranks: exact up to 40 values in all, beyond
// by the normal approximation. 1 when those of `b` are greater, -1 when they are less, 0 when neither can be
// said; nothing when so few values could never say it (3 and 3, say).
std::optional<int> RankTest(std::span<const double> a, std::span<const double> b);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_STATISTICS_RANK_TEST_H_
