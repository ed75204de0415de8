#include "harness/perplexity/loss.h"

#include <algorithm>
#include <cstddef>

#include "harness/statistics/precise_math.h"

namespace atome::harness {
namespace {

// Both loops are compiled once for each width of vectors; the bits are the same (nothing is contracted).
#define ATOME_INLINE [[gnu::always_inline]] inline
#if defined(__x86_64__)
#define ATOME_AVX2 [[gnu::target("avx2")]]
#define ATOME_AVX512 [[gnu::target("avx512f,avx512dq")]]
#endif

constexpr size_t kLanes = 8;

// term(0) + ... + term(count - 1) in eight sums, term i in sum i mod 8, which are then added in pairs. Terms
// are made before they are added, as loops that become vector instructions.
template <class Term>
ATOME_INLINE double Sum(size_t count, const Term& term) {
  constexpr size_t kBlock = 256;
  double sums[kLanes] = {};
  double terms[kBlock];
  for (size_t begin = 0; begin < count; begin += kBlock) {
    const size_t size = std::min(kBlock, count - begin);
    for (size_t i = 0; i < size; ++i) terms[i] = term(begin + i);
    for (size_t i = size; i % kLanes != 0; ++i) terms[i] = 0;
    for (size_t i = 0; i < size; i += kLanes)
      for (size_t lane = 0; lane < kLanes; ++lane) sums[lane] += terms[i + lane];
  }
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

ATOME_INLINE float Most(std::span<const float> values) {
  float most[kLanes];  // of those with the same i mod 8
  std::fill_n(most, kLanes, values[0]);
  size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes)
    for (size_t lane = 0; lane < kLanes; ++lane)
      most[lane] = most[lane] < values[i + lane] ? values[i + lane] : most[lane];
  for (; i < values.size(); ++i) most[0] = std::max(most[0], values[i]);
  return *std::max_element(most, most + kLanes);
}

ATOME_INLINE double LogSumExpOf(std::span<const float> logits) {
  const float* values = logits.data();
  const double most = Most(logits);
  return most + Log(Sum(logits.size(), [values, most](size_t i) { return Exp(values[i] - most); }));
}

ATOME_INLINE double KlDivergenceOf(std::span<const float> p, double p_log_sum, std::span<const float> q,
                                   double q_log_sum) {
  const float *a = p.data(), *b = q.data();
  const double sum = Sum(p.size(), [=](size_t i) {
    const double log_p = a[i] - p_log_sum, log_q = b[i] - q_log_sum;
    return Exp(log_p) * (log_p - log_q);
  });
  return std::max(0.0, sum);  // rounding may leave it below
}

double LogSumExpPlain(std::span<const float> logits) { return LogSumExpOf(logits); }
double KlDivergencePlain(std::span<const float> p, double p_log_sum, std::span<const float> q,
                         double q_log_sum) {
  return KlDivergenceOf(p, p_log_sum, q, q_log_sum);
}

#if defined(__x86_64__)
ATOME_AVX2 double LogSumExpAvx2(std::span<const float> logits) { return LogSumExpOf(logits); }
ATOME_AVX2 double KlDivergenceAvx2(std::span<const float> p, double p_log_sum, std::span<const float> q,
                                   double q_log_sum) {
  return KlDivergenceOf(p, p_log_sum, q, q_log_sum);
}
ATOME_AVX512 double LogSumExpAvx512(std::span<const float> logits) { return LogSumExpOf(logits); }
ATOME_AVX512 double KlDivergenceAvx512(std::span<const float> p, double p_log_sum, std::span<const float> q,
                                       double q_log_sum) {
  return KlDivergenceOf(p, p_log_sum, q, q_log_sum);
}
#endif

const LossLoops& Best() {
  static const LossLoops best = LossLoopsHere().front();
  return best;
}

}  // namespace

std::vector<LossLoops> LossLoopsHere() {
  std::vector<LossLoops> loops;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
    loops.push_back({"avx512", LogSumExpAvx512, KlDivergenceAvx512});
  if (__builtin_cpu_supports("avx2")) loops.push_back({"avx2", LogSumExpAvx2, KlDivergenceAvx2});
#endif
  loops.push_back({"plain", LogSumExpPlain, KlDivergencePlain});
  return loops;
}

double LogSumExp(std::span<const float> logits) { return Best().log_sum_exp(logits); }

double KlDivergence(std::span<const float> p, double p_log_sum, std::span<const float> q, double q_log_sum) {
  return Best().kl_divergence(p, p_log_sum, q, q_log_sum);
}

}  // namespace atome::harness
