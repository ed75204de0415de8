// Seeded random numbers that are the same on every platform; the standard library's distributions are not.
#ifndef ATOME_HARNESS_BASE_RANDOM_H_
#define ATOME_HARNESS_BASE_RANDOM_H_

#include <cstdint>

namespace atome::harness {

// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
class Random {
 public:
  // The streams of one seed are independent.
  explicit Random(uint64_t seed, uint64_t stream = 0) : state_(Mix(seed) + Mix(~stream)) {}

  uint64_t Next() { return Mix(state_ += 0x9E3779B97F4A7C15); }

  // A number from 0 to count - 1, all equally likely; `count` is at least 1 (Lemire, "Fast random integer
  // generation in an interval", 2019).
  uint32_t Below(uint32_t count) {
    for (;;) {
      const uint64_t product = (Next() >> 32) * count;
      const auto low = static_cast<uint32_t>(product);
      if (low >= count || low >= (0u - count) % count) return static_cast<uint32_t>(product >> 32);
    }
  }

 private:
  static uint64_t Mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }

  uint64_t state_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_RANDOM_H_
