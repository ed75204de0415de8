#include "harness/statistics/rank_test.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace atome::harness::report {
namespace {

constexpr double kSignificance = 0.05;
constexpr double kNormalQuantile = 1.959963984540054;  // quantile of 1 - kSignificance / 2
constexpr size_t kMostExact = 40;

struct Ranks {
  std::vector<size_t> doubled;  // twice the mean rank of each value, so whole numbers; a's before b's
  double ties = 0;              // sum of t^3 - t over groups of t equal values
};

Ranks RanksOf(std::span<const double> a, std::span<const double> b) {
  std::vector<double> all(a.begin(), a.end());
  all.insert(all.end(), b.begin(), b.end());
  std::vector<double> sorted = all;
  std::ranges::sort(sorted);
  Ranks ranks;
  for (const double value : all) {
    const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), value);
    const auto below = static_cast<size_t>(first - sorted.begin());
    const auto equal = static_cast<size_t>(last - first);
    ranks.doubled.push_back(2 * below + equal + 1);
    ranks.ties += static_cast<double>(equal * equal - 1);  // added `equal` times for the group
  }
  return ranks;
}

// ways[s] is the number of ways in which `chosen` of the ranks sum to s.
std::vector<double> WaysToSum(const std::vector<size_t>& ranks, size_t chosen) {
  size_t most = 0;
  for (const size_t rank : ranks) most += rank;
  std::vector<std::vector<double>> ways(chosen + 1, std::vector<double>(most + 1));
  ways[0][0] = 1;
  for (const size_t rank : ranks) {
    for (size_t k = chosen; k > 0; --k) {
      for (size_t sum = most; sum >= rank; --sum) ways[k][sum] += ways[k - 1][sum - rank];
    }
  }
  return ways[chosen];
}

}  // namespace

std::optional<int> RankTest(std::span<const double> a, std::span<const double> b) {
  if (a.empty() || b.empty()) return std::nullopt;
  const Ranks ranks = RanksOf(a, b);
  size_t sum_b = 0;
  for (size_t i = a.size(); i < ranks.doubled.size(); ++i) sum_b += ranks.doubled[i];
  const auto count = static_cast<double>(ranks.doubled.size());
  const auto of_b = static_cast<double>(b.size());
  const double above =
      static_cast<double>(sum_b) - of_b * (count + 1);  // twice the excess over the expected sum
  if (ranks.doubled.size() > kMostExact) {
    const double of_a = count - of_b;
    const double variance = of_a * of_b / 12 * (count + 1 - ranks.ties / (count * (count - 1)));
    // Sums of ranks are whole numbers, so the continuity correction is a half.
    if (std::abs(above) / 2 - 0.5 < kNormalQuantile * std::sqrt(variance)) return 0;
    return above > 0 ? 1 : -1;
  }
  const std::vector<double> ways = WaysToSum(ranks.doubled, b.size());
  double all = 0, at_most = 0, at_least = 0;
  for (size_t sum = 0; sum < ways.size(); ++sum) {
    all += ways[sum];
    if (sum <= sum_b) at_most += ways[sum];
    if (sum >= sum_b) at_least += ways[sum];
  }
  if (2 / all > kSignificance) return std::nullopt;
  if (2 * std::min(at_most, at_least) > kSignificance * all) return 0;
  return above > 0 ? 1 : -1;
}

}  // namespace atome::harness::report
