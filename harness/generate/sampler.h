// Chooses the next token by the logits and a seed. The same logits give the same token on every host.
#ifndef ATOME_HARNESS_GENERATE_SAMPLER_H_
#define ATOME_HARNESS_GENERATE_SAMPLER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "harness/base/random.h"

namespace atome::harness {

struct Sampling {
  double temperature = 0.8;  // at least 0; 0: the greatest logit
  uint32_t top_k = 0;        // only the k greatest logits; 0: all
  double top_p = 1;  // then only the likeliest tokens that together have this share; above 0, at most 1
  uint64_t seed = 0;
};

// A token's weight is w_i = Exp((logit_i - greatest logit) / temperature) in binary64, with the Exp of
// harness/statistics/precise_math.h. Tokens stand in order of logit, the greatest first, of equal ones the
// lowest token first; all sums run in this order.
// - top_k keeps the first k.
// - top_p keeps the first whose weights sum to at least top_p times the sum of all that were kept (the
//   nucleus of Holtzman and others, "The curious case of neural text degeneration", 2020).
// - u = (next of SplitMix64 >> 11) * 2^-53; the token is the first whose sum of weights up to it is above u
// times
//   the sum of those kept.
// Without temperature the token is the first of this order, and no number is drawn.
class Sampler {
 public:
  explicit Sampler(const Sampling& sampling) : sampling_(sampling), random_(sampling.seed) {}

  // `logits` has at least one element. Nothing when one of them is not finite.
  std::optional<uint32_t> Next(std::span<const float> logits);

 private:
  Sampling sampling_;
  Random random_;
  std::vector<uint32_t> order_;
  std::vector<double> weights_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_GENERATE_SAMPLER_H_
