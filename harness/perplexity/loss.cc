#include "harness/perplexity/loss.h"

#include <algorithm>
#include <cstddef>

#include "harness/perplexity/precise_math.h"

namespace atome::harness {
namespace {

// term(0) + ... + term(count - 1) in eight sums, which are then added in pairs.
template <class Term>
double Sum(size_t count, const Term& term) {
  constexpr size_t kLanes = 8;
  double sums[kLanes] = {};
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes)
    for (size_t lane = 0; lane < kLanes; ++lane) sums[lane] += term(i + lane);
  for (size_t lane = 0; i < count; ++i, ++lane) sums[lane] += term(i);
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

}  // namespace

double LogSumExp(std::span<const float> logits) {
  const float* values = logits.data();
  const double most = *std::ranges::max_element(logits);
  return most + Log(Sum(logits.size(), [values, most](size_t i) { return Exp(values[i] - most); }));
}

double KlDivergence(std::span<const float> p, double p_log_sum, std::span<const float> q, double q_log_sum) {
  const float *a = p.data(), *b = q.data();
  const double sum = Sum(p.size(), [=](size_t i) {
    const double log_p = a[i] - p_log_sum, log_q = b[i] - q_log_sum;
    return Exp(log_p) * (log_p - log_q);
  });
  return std::max(0.0, sum);  // rounding may leave it below
}

}  // namespace atome::harness
