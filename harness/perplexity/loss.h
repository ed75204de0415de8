// What one position's logits say of the token that follows. Sums are double, in one fixed order, by our own
// exp and log: the same bits on every host.
#ifndef ATOME_HARNESS_PERPLEXITY_LOSS_H_
#define ATOME_HARNESS_PERPLEXITY_LOSS_H_

#include <cstdint>
#include <span>

namespace atome::harness {

// Logarithm of the sum of e^logit; nats. `logits` not empty, finite.
double LogSumExp(std::span<const float> logits);

// sum p log(p / q) of the distributions p and q that two rows of logits make; nats. Their LogSumExp are
// given.
double KlDivergence(std::span<const float> p, double p_log_sum, std::span<const float> q, double q_log_sum);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_PERPLEXITY_LOSS_H_
