// The kernels of f32's norm, softmax and mix against what they are by definition, as kernel_checks.h.
#ifndef ATOME_ENGINE_TESTING_NORM_CHECKS_H_
#define ATOME_ENGINE_TESTING_NORM_CHECKS_H_

#include <stdint.h>

#include "engine/f32/kernels/add_terms.h"
#include "engine/f32/kernels/centred_squares.h"
#include "engine/f32/kernels/normal_high.h"
#include "engine/f32/kernels/reciprocal.h"
#include "engine/f32/kernels/scale_centred.h"
#include "engine/testing/random_words.h"

namespace atome::testing {

class NormChecks : RandomWords {
 public:
  // The name of the first kernel that is wrong, or null.
  const char* FirstWrong() {
    if (!Reciprocals()) return "Reciprocal";
    if (!Normals()) return "NormalHigh";
    for (uint32_t d = 1; d <= kWidth; ++d) {
      if (!Squares(d)) return "CentredSquares";
      if (!Scaled(d)) return "ScaleCentred";
      if (!Terms(d)) return "AddTerms";
    }
    return nullptr;
  }

 private:
  static constexpr uint32_t kWidth = 69;  // past every block of a kernel
  static constexpr int32_t kGuard = 77;   // stands where nothing may be written
  static constexpr int32_t kMost = 1 << 30;

  static int32_t High(int32_t a, int32_t b) { return static_cast<int32_t>((int64_t{a} * b) >> 32); }
  static int32_t HighRounded(int32_t a, int32_t b) {
    return static_cast<int32_t>((int64_t{a} * b + (int64_t{1} << 31)) >> 32);
  }
  static uint32_t MagnitudeOf(int32_t v) { return static_cast<uint32_t>(v ^ (v >> 31)); }

  // By what a quotient is: no 64-bit division on a core.
  bool Reciprocal(uint32_t z) {
    constexpr uint64_t kDividend = 0x1FFFFFFFFFFFFFFF;
    const uint64_t quotient = static_cast<uint32_t>(kernel::Reciprocal(z)), part = quotient * z;
    return part <= kDividend && kDividend - part < z;
  }
  bool Reciprocals() {
    for (uint32_t near = 0; near < 300; ++near) {
      if (!Reciprocal(0x40000000 + near) || !Reciprocal(0x7FFFFFFF - near)) return false;
      if (!Reciprocal(0x40000000 + (near << 15)) || !Reciprocal(0x40000000 + (Word() >> 2))) return false;
    }
    return true;
  }

  bool Normals() {
    int32_t up;
    if (kernel::NormalHigh(0, kMost, &up) != 0 || up != kNever) return false;
    for (int bits = 0; bits < 64; ++bits) {
      const uint64_t power = uint64_t{1} << bits;
      const uint64_t values[] = {power, power | (power - 1), power | (Word() & (power - 1))};
      for (const uint64_t v : values) {
        const int32_t factor = SignedBits(32), found = kernel::NormalHigh(v, factor, &up);
        const uint64_t expected = bits <= 30 ? v << (30 - bits) : v >> (bits - 30);
        if (up != 30 - bits || found != High(static_cast<int32_t>(expected), factor)) return false;
      }
    }
    return true;
  }

  bool Squares(uint32_t d) {
    for (uint32_t kind = 0; kind < 4; ++kind) {
      // The greatest: |c| of 26 bits, alternating, then all of one sign.
      const int drop = kind < 2 ? 5 : static_cast<int>(Below(6));
      int32_t mean = kind == 0 ? 0 : kind == 1 ? -kMost : SignedBits(30);
      for (uint32_t i = 0; i < d; ++i) {
        x_[i] = kind == 0   ? (i % 2 ? kMost : -kMost)
                : kind == 1 ? kMost - 17
                            : mean / 2 + SignedBits(26 + static_cast<uint32_t>(drop));
      }
      if (kind >= 2) mean = mean / 2;
      if (kind == 3) mean += 3;
      q_[d] = kGuard;
      const uint64_t found = kernel::CentredSquares(x_, d, mean, drop, q_);
      uint64_t expected = 0;
      for (uint32_t i = 0; i < d; ++i) {
        const int64_t c = (int64_t{x_[i]} - mean + ((1 << drop) >> 1)) >> drop;
        if (q_[i] != c) return false;
        expected += static_cast<uint64_t>(c * c);
      }
      if (found != expected || q_[d] != kGuard) return false;
    }
    return true;
  }

  void FillNorm(uint32_t d, uint32_t bits) {
    for (uint32_t i = 0; i < d; ++i) {
      x_[i] = q_[i] = SignedBits(bits);
      gamma_[i] = SignedBits(32) == INT32_MIN ? 1 : SignedBits(32);
      beta_[i] = SignedBits(28);
    }
    q_[d] = kGuard;
  }

  bool Scaled(uint32_t d) {
    const int up = static_cast<int>(Below(20)), left = static_cast<int>(Below(7));
    const int32_t factor = static_cast<int32_t>(Word() >> (2 + left));
    FillNorm(d, static_cast<uint32_t>(31 - up));
    const uint32_t found = kernel::ScaleCentred(gamma_, beta_, d, factor, up, left, q_);
    uint32_t magnitude = 0;
    for (uint32_t i = 0; i < d; ++i) {
      const int32_t expected =
          HighRounded(x_[i] * (1 << up), High(gamma_[i], factor)) * (1 << left) + beta_[i];
      if (q_[i] != expected) return false;
      magnitude |= MagnitudeOf(expected);
    }
    return found == magnitude && q_[d] == kGuard;
  }

  bool Terms(uint32_t d) {
    for (uint32_t kind = 0; kind < 3; ++kind) {
      const int drop = kind == 2 ? 2 : static_cast<int>(Below(9));
      Term terms[3];
      int32_t* const vectors[] = {q_, gamma_, beta_};
      for (int j = 0; j < 3; ++j) {
        terms[j] = {vectors[j], SignedBits(29), kind == 0 ? 0 : static_cast<int>(Below(3))};
        for (uint32_t i = 0; i < d; ++i) vectors[j][i] = SignedBits(29);
      }
      for (uint32_t i = 0; i < d; ++i) expected_[i] = x_[i] = kind == 2 ? -kMost : SignedBits(30);
      x_[d] = kGuard;
      int64_t sum = 5, expected_sum = 0;
      const uint32_t found = kernel::AddTerms(terms, d, drop, x_, &sum);
      uint32_t magnitude = 0;
      for (uint32_t i = 0; i < d; ++i) {
        int32_t expected = expected_[i] >> drop;
        for (const Term& term : terms) expected += High(term.multiplier, term.elements[i] * (1 << term.up));
        if (x_[i] != expected) return false;
        magnitude |= MagnitudeOf(expected);
        expected_sum += expected;
      }
      if (found != magnitude || sum != expected_sum || x_[d] != kGuard) return false;
    }
    return true;
  }

  int32_t x_[kWidth + 1], q_[kWidth + 1], gamma_[kWidth + 1], beta_[kWidth + 1], expected_[kWidth + 1];
};

}  // namespace atome::testing

#endif  // ATOME_ENGINE_TESTING_NORM_CHECKS_H_
