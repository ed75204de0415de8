// What one position's logits say of the token that follows. Sums are double, in one fixed order, by our own
// exp and log: the same bits on every host.
#ifndef ATOME_HARNESS_PERPLEXITY_LOSS_H_
#define ATOME_HARNESS_PERPLEXITY_LOSS_H_

#include <cstdint>
#include <span>
#include <vector>

namespace atome::harness {

// Logarithm of the sum of e^logit; nats. `logits` not empty, finite.
double LogSumExp(std::span<const float> logits);

// sum p log(p / q) of the distributions p and q that two rows of logits make; nats. Their LogSumExp are
// given.
double KlDivergence(std::span<const float> p, double p_log_sum, std::span<const float> q, double q_log_sum);

// The same two for one width of vectors.
struct LossLoops {
  const char* name;
  double (*log_sum_exp)(std::span<const float> logits);
  double (*kl_divergence)(std::span<const float> p, double p_log_sum, std::span<const float> q,
                          double q_log_sum);
};

// All that this processor runs, fastest first; not empty. They give the same bits.
std::vector<LossLoops> LossLoopsHere();

}  // namespace atome::harness

#endif  // ATOME_HARNESS_PERPLEXITY_LOSS_H_
