// The kernels of q15's attention against what they are by definition, at odd lengths, the ends of their
// ranges and any alignment. Freestanding, as kernel_checks.h is.
#ifndef ATOME_ENGINE_TESTING_Q15_CHECKS_H_
#define ATOME_ENGINE_TESTING_Q15_CHECKS_H_

#include <stdint.h>

#include "engine/q15/kernels/add_terms.h"
#include "engine/q15/kernels/convolve_five.h"
#include "engine/q15/kernels/mix_four.h"
#include "engine/q15/kernels/normalise.h"
#include "engine/q15/kernels/scores.h"
#include "engine/q15/kernels/scores_small.h"
#include "engine/q15/real.h"
#include "engine/q15/trits.h"
#include "engine/testing/random_words.h"

namespace atome::testing {

class Q15Checks : RandomWords {
 public:
  // The name of the first kernel that is wrong, or null. The object is large: not for a stack.
  const char* FirstWrong() {
    for (uint32_t d = 1; d <= kWidth; ++d) {
      for (uint32_t count = 1; count <= kKeys; ++count) {
        if (!Products(wide_, d, count)) return "Scores of 16 bits";
        if (!Products(narrow_, d, count)) return "Scores of 8 bits";
      }
      if (!Convolution(d)) return "ConvolveFive of q15";
      if (!Terms(d)) return "AddTerms of q15";
      for (int repeat = 0; repeat < 4; ++repeat) {
        if (!Narrowed(d)) return "Narrow";
        if (!Centred(d)) return "Centre";
        if (!Stretched(d)) return "Stretch";
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

  bool Convolution(uint32_t d) {
    int16_t* rows[5];
    for (uint32_t j = 0; j < 5; ++j) {
      rows[j] = wide_ + j * (kWidth + 3) + Word() % 3;
      for (uint32_t i = 0; i < d; ++i) rows[j][i] = static_cast<int16_t>(Signed(32767));
    }
    const int16_t past = rows[4][d] = static_cast<int16_t>(Word());
    uint8_t* codes = reinterpret_cast<uint8_t*>(narrow_) + Word() % 4;
    for (uint32_t i = 0; i < d; ++i) codes[i] = static_cast<uint8_t>(Word() % 243);
    uint32_t magnitude = 0;
    for (uint32_t i = 0; i < d; ++i) {
      expected_[i] = 0;
      for (uint32_t j = 0, code = codes[i]; j < 5; ++j, code /= 3)
        expected_[i] += (static_cast<int32_t>(code % 3) - 1) * rows[j][i];
      magnitude |= static_cast<uint32_t>(expected_[i] < 0 ? -expected_[i] - 1 : expected_[i]);
    }
    out_[d] = kGuard;
    const uint32_t answer = q15::kernel::ConvolveFive(codes, rows, d, out_, q15::kTritTable.packed);
    for (uint32_t i = 0; i < d; ++i) {
      if (out_[i] != expected_[i] || rows[4][i] != rows[0][i]) return false;
    }
    return answer == magnitude && out_[d] == kGuard && rows[4][d] == past;
  }

  // Elements of 32 bits, of which 15 are left; every product and sum under 2^30.
  bool Terms(uint32_t d) {
    q15::kernel::Term terms[3];
    for (uint32_t j = 0; j < 3; ++j) {
      const uint32_t bits = 1 + Word() % 31;
      for (uint32_t i = 0; i < d; ++i) {
        const int32_t v = static_cast<int32_t>(Word()) >> (31 - bits);
        vectors_[j][i] = i % 5 == 0 ? (v < 0 ? -1 : 0) ^ static_cast<int32_t>((1u << bits) - 1) : v;
      }
      terms[j] = {vectors_[j], static_cast<int32_t>(Word() % 65535) - 32767,
                  static_cast<int32_t>(bits > 15 ? bits - 15 : 0), static_cast<int32_t>(2 + Word() % 30)};
    }
    const int32_t left = static_cast<int32_t>(Word() % 3),
                  right = left == 0 ? static_cast<int32_t>(Word() % 32) : 0;
    uint32_t magnitude = 0;
    for (uint32_t i = 0; i < d; ++i) {
      out_[i] = static_cast<int32_t>(Word()) >> (left == 0 ? 2 : 2 + left);
      int64_t sum = (int64_t{out_[i]} * (1 << left)) >> right;
      for (uint32_t j = 0; j < 3; ++j)
        sum += (int64_t{vectors_[j][i]} >> terms[j].drop) * terms[j].multiplier >> terms[j].shift;
      expected_[i] = static_cast<int32_t>(sum);
      magnitude |= static_cast<uint32_t>(sum < 0 ? -expected_[i] - 1 : expected_[i]);
    }
    out_[d] = kGuard;
    const uint32_t answer = q15::kernel::AddTerms(out_, d, left, right, terms);
    for (uint32_t i = 0; i < d; ++i) {
      if (out_[i] != expected_[i]) return false;
    }
    return answer == magnitude && out_[d] == kGuard;
  }

  bool Narrowed(uint32_t d) {
    const uint32_t bits = Word() % 31;  // of x
    const int32_t right = bits > 14 ? static_cast<int32_t>(bits - 14) : 0;
    const int32_t left = bits > 14 ? 0 : static_cast<int32_t>(14 - bits);
    int32_t sum = 0;
    for (uint32_t i = 0; i < d; ++i) {
      vectors_[0][i] =
          (static_cast<int32_t>(Word()) >> (31 - bits)) | (Word() % 4 == 0 ? (1 << bits) - 1 : 0);
      const int64_t half = right > 0 ? int64_t{1} << (right - 1) : 0;
      expected_[i] = static_cast<int32_t>(((vectors_[0][i] + half) >> right) * (1 << left));
      sum += expected_[i];
    }
    wide_[d] = kGuard;
    if (q15::kernel::Narrow(vectors_[0], d, right, left, wide_) != sum || wide_[d] != kGuard) return false;
    for (uint32_t i = 0; i < d; ++i) {
      if (wide_[i] != expected_[i]) return false;
    }
    return true;
  }

  bool Centred(uint32_t d) {
    const int32_t most = 1 << Word() % 15, mean = static_cast<int32_t>(Word() % 32767) - 16383,
                  z = static_cast<int32_t>(Word() % 6);
    uint32_t squares = 0, magnitude = 0, answer = 1;
    for (uint32_t i = 0; i < d; ++i) {
      expected_[i] = static_cast<int32_t>(Word() % static_cast<uint32_t>(2 * most)) - most;
      if (expected_[i] + mean > 32767 || expected_[i] + mean < -32768) expected_[i] = 0;
      wide_[i] = static_cast<int16_t>(expected_[i] + mean);
      magnitude |= static_cast<uint32_t>(expected_[i] < 0 ? -expected_[i] - 1 : expected_[i]);
      const int32_t part = (expected_[i] + (1 << z) / 2) >> z;
      squares += static_cast<uint32_t>(part) * static_cast<uint32_t>(part);
    }
    wide_[d] = kGuard;
    if (q15::kernel::Centre(wide_, d, mean, z, &answer) != squares || wide_[d] != kGuard) return false;
    for (uint32_t i = 0; i < d; ++i) {
      if (wide_[i] != expected_[i]) return false;
    }
    return q15::BitLength32(answer) == q15::BitLength32(magnitude);
  }

  bool Stretched(uint32_t d) {
    int16_t *gamma = wide_ + kWidth + 3, *beta = gamma + kWidth + Word() % 3;
    const uint32_t bits = Word() % 16;  // of q
    const int32_t g = static_cast<int32_t>(16384 + Word() % 16384) << (15 - bits);
    const int32_t drop = static_cast<int32_t>(1 + Word() % 31);
    for (uint32_t i = 0; i < d; ++i) {
      wide_[i] = static_cast<int16_t>(static_cast<int32_t>(Word()) >> (31 - bits));
      gamma[i] = static_cast<int16_t>(Signed(32767) | 1);
      beta[i] = static_cast<int16_t>(Signed(32767));
      const int32_t y = (wide_[i] * g + (1 << 14)) >> 15;
      const int64_t scaled = (int64_t{y} * gamma[i] + (int64_t{1} << drop) / 2) >> drop;
      expected_[i] = static_cast<int16_t>(scaled + beta[i]);
    }
    wide_[d] = kGuard;
    q15::kernel::Stretch(wide_, d, g, drop, gamma, beta);
    for (uint32_t i = 0; i < d; ++i) {
      if (wide_[i] != expected_[i]) return false;
    }
    return wide_[d] == kGuard;
  }

  alignas(4) int16_t query_[kWidth];
  int16_t wide_[kWidth * kKeys + 4];
  int8_t narrow_[kWidth * kKeys + 4];
  int32_t scores_[kKeys + 1];
  int32_t out_[kWidth + 1];
  int32_t expected_[kWidth];
  int32_t vectors_[3][kWidth];
};

}  // namespace atome::testing

#endif  // ATOME_ENGINE_TESTING_Q15_CHECKS_H_
