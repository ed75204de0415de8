// The kernels of q15's attention against what they are by definition, at odd lengths, the ends of their
// ranges and any alignment. Freestanding, as kernel_checks.h is.
#ifndef ATOME_ENGINE_TESTING_Q15_CHECKS_H_
#define ATOME_ENGINE_TESTING_Q15_CHECKS_H_

#include <stdint.h>

#include "engine/q15/kernels/mix_four.h"
#include "engine/q15/kernels/scores.h"
#include "engine/q15/kernels/scores_small.h"

namespace atome::testing {

class Q15Checks {
 public:
  // The name of the first kernel that is wrong, or null. The object is large: not for a stack.
  const char* FirstWrong() {
    for (uint32_t d = 1; d <= kWidth; ++d) {
      for (uint32_t count = 1; count <= kKeys; ++count) {
        if (!Products(wide_, d, count)) return "Scores of 16 bits";
        if (!Products(narrow_, d, count)) return "Scores of 8 bits";
      }
      for (int kind = 0; kind < 4; ++kind) {
        if (!Mix(d, kind)) return "MixFour of q15";
      }
    }
    return nullptr;
  }

 private:
  static constexpr uint32_t kWidth = 53, kKeys = 9;
  static constexpr int32_t kGuard = 77;  // stands where nothing may be written

  uint32_t Word() {
    seed_ ^= seed_ << 13;
    seed_ ^= seed_ >> 17;
    seed_ ^= seed_ << 5;
    return seed_;
  }

  // From -most - 1 to most, an end one time in four.
  int32_t Signed(int32_t most) {
    const uint32_t word = Word();
    if (word % 8 == 0) return most;
    if (word % 8 == 1) return -most - 1;
    return static_cast<int32_t>(word >> 3) % most;
  }

  // A query of d elements that sum to no more than 2^16 in magnitude, as the contract has it.
  template <class Element>
  bool Products(Element* rows, uint32_t d, uint32_t count) {
    constexpr int32_t kMost = sizeof(Element) == 2 ? 32767 : 127;
    const int32_t most = static_cast<int32_t>(65535 / d > 16384 ? 16384 : 65535 / d);
    const uint32_t skew = Word() % 4;
    for (uint32_t c = 0; c < d; ++c) query_[c] = static_cast<int16_t>(Signed(most) + (Word() % 2));
    for (uint32_t i = 0; i < d * count; ++i) rows[skew + i] = static_cast<Element>(Signed(kMost));
    scores_[count] = kGuard;
    q15::kernel::Scores(query_, rows + skew, d, count, scores_);
    for (uint32_t j = 0; j < count; ++j) {
      uint32_t sum = 0;
      for (uint32_t c = 0; c < d; ++c)
        sum += static_cast<uint32_t>(query_[c]) * static_cast<uint32_t>(int32_t{rows[skew + j * d + c]});
      if (static_cast<uint32_t>(scores_[j]) != sum) return false;
    }
    return scores_[count] == kGuard;
  }

  bool Mix(uint32_t d, int kind) {
    static constexpr int32_t kWeights[4][4] = {
        {32767, 0, 0, 1}, {8192, 8192, 8192, 8192}, {0, 0, 0, 0}, {1, 20000, 9000, 3000}};
    const int8_t* at[4];
    for (uint32_t j = 0; j < 4; ++j) {
      int8_t* row = narrow_ + j * (kWidth + 4) + Word() % 4;
      for (uint32_t c = 0; c < d; ++c) row[c] = static_cast<int8_t>(Signed(127));
      at[j] = row;
    }
    const int32_t start = static_cast<int32_t>(Word() % 32769);
    out_[d] = kGuard;
    const uint32_t answer = q15::kernel::MixFour(at, kWeights[kind], start, d, out_);
    uint32_t magnitude = 0;
    for (uint32_t c = 0; c < d; ++c) {
      int32_t sum = start;
      for (uint32_t j = 0; j < 4; ++j) sum += kWeights[kind][j] * at[j][c];
      if (out_[c] != sum) return false;
      magnitude |= static_cast<uint32_t>(sum < 0 ? -sum - 1 : sum);
    }
    return answer == magnitude && out_[d] == kGuard;
  }

  uint32_t seed_ = 2463534242u;
  alignas(4) int16_t query_[kWidth];
  int16_t wide_[kWidth * kKeys + 4];
  int8_t narrow_[kWidth * kKeys + 4];
  int32_t scores_[kKeys + 1];
  int32_t out_[kWidth + 1];
};

}  // namespace atome::testing

#endif  // ATOME_ENGINE_TESTING_Q15_CHECKS_H_
