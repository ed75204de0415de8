#include "harness/size/state_bytes.h"

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
  if (max_seq < even_from_) return Asked(max_seq);
  const uint32_t first = even_from_ + (max_seq - even_from_) % kPeriod;
  const std::optional<uint64_t> short_one = Asked(first), next = Asked(first + kPeriod);
  if (!short_one || !next || *next < *short_one) return std::nullopt;
  return *short_one + (max_seq - first) / kPeriod * (*next - *short_one);
}

std::optional<uint32_t> StateBytes::LongestWithin(uint64_t bytes) {
  const std::optional<uint64_t> least = At(even_from_), next = At(even_from_ + kPeriod);
  if (!least || !next) return std::nullopt;
  uint32_t longest = even_from_;
  if (*least <= bytes) {
    if (*next == *least) return kLongest;
    // Too long or too short by less than a period, because of the rounding.
    longest = static_cast<uint32_t>(
        std::min<uint64_t>(even_from_ + (bytes - *least) * kPeriod / (*next - *least), kLongest));
  }
  const auto fits = [&](uint32_t max_seq) {
    const std::optional<uint64_t> state = At(max_seq);
    return state && *state <= bytes;
  };
  while (!fits(longest)) {
    if (--longest == 0) return std::nullopt;
  }
  while (longest < kLongest && fits(longest + 1)) ++longest;
  return longest;
}

}  // namespace atome::harness
