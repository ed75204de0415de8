#include "harness/generate/sampler.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "harness/statistics/precise_math.h"

namespace atome::harness {

std::optional<uint32_t> Sampler::Next(std::span<const float> logits) {
  if (!std::ranges::all_of(logits, [](float logit) { return std::isfinite(logit); })) return std::nullopt;
  // -0 and 0 are equal, so that the lower token of them is the first, as engines choose it.
  if (sampling_.temperature == 0)
    return static_cast<uint32_t>(std::ranges::max_element(logits) - logits.begin());

  order_.resize(logits.size());
  std::iota(order_.begin(), order_.end(), 0u);
  std::ranges::stable_sort(order_, std::ranges::greater(),
                           [logits](uint32_t token) { return logits[token]; });
  if (sampling_.top_k != 0 && sampling_.top_k < order_.size()) order_.resize(sampling_.top_k);

  const double greatest = logits[order_[0]];
  weights_.clear();
  double sum = 0;
  for (const uint32_t token : order_) {
    weights_.push_back(Exp((double{logits[token]} - greatest) / sampling_.temperature));
    sum += weights_.back();
  }
  const double enough = sampling_.top_p * sum;
  size_t kept = 0;
  double kept_sum = 0;
  do kept_sum += weights_[kept++];
  while (kept < weights_.size() && kept_sum < enough);

  const double drawn = static_cast<double>(random_.Next() >> 11) * 0x1p-53 * kept_sum;
  double passed = 0;
  for (size_t i = 0; i + 1 < kept; ++i) {
    passed += weights_[i];
    if (passed > drawn) return order_[i];
  }
  return order_[kept - 1];
}

}  // namespace atome::harness
