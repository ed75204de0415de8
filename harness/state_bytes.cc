#include "harness/state_bytes.h"

#include <algorithm>

namespace atome::harness {
namespace {

constexpr uint32_t kPeriod = 8;
constexpr uint32_t kLongest = 65535;  // engine/atome.h

}  // namespace

std::optional<uint64_t> StateBytes::Asked(uint32_t max_seq) {
  const auto known = answers_.find(max_seq);
  if (known != answers_.end()) return known->second;
  return answers_[max_seq] = ask_(max_seq);
}

std::optional<uint64_t> StateBytes::At(uint32_t max_seq) {
  const uint32_t first = 1 + (max_seq - 1) % kPeriod;
  const std::optional<uint64_t> short_one = Asked(first), next = Asked(first + kPeriod);
  if (!short_one || !next || *next < *short_one) return std::nullopt;
  return *short_one + (max_seq - first) / kPeriod * (*next - *short_one);
}

std::optional<uint32_t> StateBytes::LongestWithin(uint64_t bytes) {
  const std::optional<uint64_t> least = At(1), next = At(1 + kPeriod);
  if (!least || !next || *least > bytes) return std::nullopt;
  if (*next == *least) return kLongest;
  // Too long or too short by less than a period, because of the rounding.
  auto longest =
      static_cast<uint32_t>(std::min<uint64_t>(1 + (bytes - *least) * kPeriod / (*next - *least), kLongest));
  const auto fits = [&](uint32_t max_seq) {
    const std::optional<uint64_t> state = At(max_seq);
    return state && *state <= bytes;
  };
  while (longest > 1 && !fits(longest)) --longest;
  while (longest < kLongest && fits(longest + 1)) ++longest;
  return longest;
}

}  // namespace atome::harness
