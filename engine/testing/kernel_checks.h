// The kernels against what they are by definition, at odd lengths. Freestanding, so that the kernels of a
// target are checked on the target; kernels_test.cc checks the plain ones.
#ifndef ATOME_ENGINE_TESTING_KERNEL_CHECKS_H_
#define ATOME_ENGINE_TESTING_KERNEL_CHECKS_H_

#include <stdint.h>

#include "engine/f32/constants.h"
#include "engine/f32/kernels/convolve_bytes.h"
#include "engine/f32/kernels/convolve_five.h"
#include "engine/f32/kernels/estimates.h"
#include "engine/f32/kernels/mix_four.h"
#include "engine/f32/kernels/mix_four_narrow.h"
#include "engine/f32/kernels/scale_sums.h"
#include "engine/f32/kernels/scores.h"
#include "engine/f32/kernels/state_step.h"
#include "engine/f32/kernels/ternary_columns.h"
#include "engine/f32/kernels/update_state.h"
#include "engine/maths/float_bits.h"
#include "engine/maths/kernels/dots.h"
#include "engine/maths/kernels/wide.h"
#include "engine/testing/random_words.h"

namespace atome::testing {

class KernelChecks : RandomWords {
 public:
  // The name of the first kernel that is wrong, or null. The object is large: not for a stack.
  const char* FirstWrong() {
    if (!Wide()) return "wide";
    if (!Table()) return "MakeTable";
    if (!Products()) return "AddProducts";
    if (!Scores()) return "Scores";
    if (!Estimates()) return "Estimates";
    if (!Mix()) return "MixFour";
    if (!Dots()) return "Dots";
    if (!MixNarrow()) return "MixFourNarrow";
    for (uint32_t length = 0; length <= 4; ++length) {
      if (!Convolution(length, false)) return "ConvolveBytes";
    }
    if (!Convolution(4, true)) return "ConvolveFive";
    if (!Floats()) return "ScaleSums";
    if (!State()) return "UpdateState";
    return nullptr;
  }

 private:
  static constexpr uint32_t kRows = 37, kMostStride = kRows + 8, kWidth = 37, kKeys = 7;
  static constexpr int32_t kGuard = 77;  // stands where nothing may be written

  static int32_t Trit(uint32_t code, uint32_t j) {
    for (; j != 0; --j) code /= 3;
    return static_cast<int32_t>(code % 3) - 1;
  }

  bool Wide() {
    constexpr int32_t kEnds[] = {INT32_MIN, -INT32_MAX, -65536, -32769, -1,    0,
                                 1,         32767,      65535,  65536,  98303, INT32_MAX};
    for (int32_t a : kEnds) {
      for (int32_t b : kEnds) {
        if (!Product(a, b, 0)) return false;
      }
    }
    for (int repeat = 0; repeat < 200; ++repeat) {
      if (!Product(SignedBits(1 + Below(32)), SignedBits(1 + Below(32)), SignedBits(31))) return false;
    }
    return true;
  }
  static bool Product(int32_t a, int32_t b, int32_t sum) {
    const int64_t product = int64_t{a} * b;
    const int32_t high = static_cast<int32_t>(product >> 32);
    if (kernel::MulHigh(a, b) != high) return false;
    if (kernel::MulHighRounded(a, b) != static_cast<int32_t>((product + (int64_t{1} << 31)) >> 32))
      return false;
    if (kernel::MulHighAdd(sum / 2, a, b) != sum / 2 + high) return false;
    return kernel::MulAdd(sum, a, b) == sum + product;
  }

  bool Table() {
    int32_t x[kernel::kGroup];
    for (int repeat = 0; repeat < 20; ++repeat) {
      for (int32_t& value : x) value = SignedBits(1 + Below(29));
      tables_[0] = tables_[kernel::kTable + 1] = kGuard;
      kernel::MakeTable(x, tables_ + 1);
      if (tables_[0] != kGuard || tables_[kernel::kTable + 1] != kGuard) return false;
      for (uint32_t code = 0; code < kernel::kTable; ++code) {
        int32_t sum = 0;
        for (uint32_t j = 0; j < kernel::kGroup; ++j) sum += Trit(code, j) * x[j];
        if (tables_[1 + code] != sum) return false;
      }
    }
    return true;
  }

  bool Products() {
    for (int32_t& entry : tables_) entry = SignedBits(28);
    for (uint32_t rows = 0; rows <= kRows; ++rows) {
      for (uint32_t groups = 1; groups <= kernel::kMostGroups; ++groups) {
        const uint32_t stride = rows + Below(9);
        for (uint8_t& code : codes_) code = static_cast<uint8_t>(Below(kernel::kTable));
        for (int32_t& sum : out_) sum = kGuard;
        kernel::AddProducts(codes_, stride, rows, tables_, groups, out_);
        for (uint32_t r = 0; r < rows; ++r) {
          int32_t sum = kGuard;
          for (uint32_t g = 0; g < groups; ++g) sum += tables_[g * kernel::kTable + codes_[g * stride + r]];
          if (out_[r] != sum) return false;
        }
        if (out_[rows] != kGuard) return false;
      }
    }
    return true;
  }

  bool Scores() {
    for (uint32_t h = 1; h <= kWidth; ++h) {
      for (uint32_t count = 1; count <= kKeys; ++count) {
        for (int32_t& value : values_[0]) value = SignedBits(29);
        for (uint32_t i = 0; i < h * count; ++i) tables_[i] = SignedBits(29);
        if ((h + count) % 3 == 0) {  // the ends of the range, and one from them
          const int32_t most = static_cast<int32_t>((1u << 31 >> ScoreShift(h)) - (h == 1));
          for (int32_t& value : values_[0])
            value = Below(2) == 0 ? most : static_cast<int32_t>(Below(2)) - most;
          for (uint32_t i = 0; i < h * count; ++i)
            tables_[i] = Below(4) == 0 ? most : static_cast<int32_t>(Below(2)) - most;
        }
        for (int64_t& score : scores_) score = kGuard;
        kernel::Scores(values_[0], tables_, h, count, scores_);
        for (uint32_t j = 0; j < count; ++j) {
          int64_t sum = 0;
          for (uint32_t r = 0; r < h; ++r) sum += int64_t{values_[0][r]} * tables_[j * h + r];
          if (scores_[j] != sum) return false;
        }
        if (scores_[count] != kGuard) return false;
      }
    }
    return true;
  }

  bool Estimates() {
    for (uint32_t h = 1; h <= kWidth; ++h) {
      for (uint32_t count = 1; count <= kKeys; ++count) {
        const bool extreme = (h + count) % 3 == 0;
        for (int32_t& value : values_[0]) value = extreme ? 1 - 2 * (1 << 12) : SignedBits(13);
        for (uint32_t i = 0; i < h * count; ++i) tables_[i] = extreme ? 1 - (1 << 28) : SignedBits(29);
        for (int32_t& estimate : out_) estimate = kGuard;
        kernel::Estimates(values_[0], tables_, h, count, out_ + 1);
        for (uint32_t j = 0; j < count; ++j) {
          int32_t sum = 0;
          for (uint32_t r = 0; r < h; ++r) sum += values_[0][r] * (tables_[j * h + r] >> 16);
          if (out_[1 + j] != sum) return false;
        }
        if (out_[0] != kGuard || out_[1 + count] != kGuard) return false;
      }
    }
    return true;
  }

  bool Mix() {
    const int32_t* at[4] = {values_[0], values_[1], values_[2], values_[3]};
    int32_t weights[4];
    for (uint32_t d = 1; d <= kWidth; ++d) {
      for (auto& row : values_) {
        for (int32_t& value : row) value = SignedBits(30);
      }
      for (int32_t& weight : weights) weight = static_cast<int32_t>(Below(1u << 28));
      if (d % 4 == 0) {  // the greatest sums of what halves may be taken of them
        for (int32_t& weight : weights) weight = (1 << 14) - 1;
        weights[d / 4 % 4] += (1 << 30) - (3 << 14);
        for (auto& row : values_) {
          for (int32_t& value : row) value = d % 8 == 0 ? INT32_MAX : INT32_MIN;
        }
      } else if (d % 4 == 1) {
        for (int32_t& weight : weights) weight = 0;
        weights[d / 4 % 4] = 1 << 30;
        for (int32_t& value : values_[d / 4 % 4]) value = SignedBits(32);
      }
      out_[d] = kGuard;
      const uint32_t answer = kernel::MixFour(at, weights, d, out_);
      uint32_t magnitude = 0;
      for (uint32_t i = 0; i < d; ++i) {
        int64_t sum = 0;
        for (uint32_t j = 0; j < 4; ++j) sum += int64_t{weights[j]} * values_[j][i];
        if (out_[i] != static_cast<int32_t>(sum >> 30)) return false;
        magnitude |= static_cast<uint32_t>(out_[i] ^ (out_[i] >> 31));
      }
      if (answer != magnitude || out_[d] != kGuard) return false;
    }
    return true;
  }

  // Every width and number of rows, at the ends of the range of the sums: |u| adds up to less than 2^16.
  bool Dots() {
    int16_t* const u = narrow_;
    for (uint32_t width = 1; width <= kNarrowWidth; ++width) {
      for (uint32_t count = 1; count <= kKeys; ++count) {
        int16_t* const rows = narrow_ + kNarrowWidth + 1;  // aligned to 4 bytes or not, by width
        for (uint32_t i = 0; i < width; ++i)
          u[i] = static_cast<int16_t>(SignedBits(17) / static_cast<int32_t>(2 * width));
        if (count % 2 == 0) u[Below(width)] = static_cast<int16_t>(INT16_MIN);
        for (uint32_t i = 0; i < width * count; ++i)
          rows[i] = static_cast<int16_t>(Below(4) == 0 ? INT16_MIN : SignedBits(16));
        out_[count] = kGuard;
        kernel::Dots(u, rows, width, count, out_);
        for (uint32_t j = 0; j < count; ++j) {
          int32_t sum = 0;
          for (uint32_t i = 0; i < width; ++i) sum += u[i] * rows[j * width + i];
          if (out_[j] != sum) return false;
        }
        if (out_[count] != kGuard) return false;
      }
    }
    return true;
  }

  // Rows one after the other, as in a ring: those of an odd width are aligned to 2 bytes alone.
  bool MixNarrow() {
    const int16_t* at[4];
    for (uint32_t d = 1; d <= kWidth; ++d) {
      for (uint32_t i = 0; i < 4 * d; ++i)
        narrow_[i] = static_cast<int16_t>(Below(4) == 0 ? INT16_MIN : SignedBits(16));
      int32_t weights[4], left = 1 << 15;
      for (uint32_t j = 0; j < 4; ++j) {
        at[j] = narrow_ + j * d;
        weights[j] = static_cast<int32_t>(Below(static_cast<uint32_t>(left)));
        left -= weights[j];
      }
      if (d % 5 == 0) weights[0] = INT16_MAX, weights[1] = weights[2] = weights[3] = 0;
      out_[d] = kGuard;
      const uint32_t answer = kernel::MixFourNarrow(at, weights, d, out_);
      uint32_t magnitude = 0;
      for (uint32_t i = 0; i < d; ++i) {
        int32_t sum = 0;
        for (uint32_t j = 0; j < 4; ++j) sum += weights[j] * at[j][i];
        if (out_[i] != sum) return false;
        magnitude |= static_cast<uint32_t>(sum ^ (sum >> 31));
      }
      if (answer != magnitude || out_[d] != kGuard) return false;
    }
    return true;
  }

  // A few tokens, so that the history passes through all its places.
  bool Convolution(uint32_t length, bool five) {
    constexpr uint32_t kTokens = 8;
    for (uint32_t d = 1; d <= kWidth; ++d) {
      int32_t* const history = tables_;             // [d][length]
      int32_t* const q = tables_ + 4 * kWidth + 1;  // of every token, [kTokens][d]
      for (uint32_t i = 0; i < d * length; ++i) history[i] = 0;
      history[d * length] = kGuard;
      uint32_t taps = 1;
      for (uint32_t j = 0; j <= length; ++j) taps *= 3;
      for (uint32_t i = 0; i < d; ++i)
        codes_[i] = static_cast<uint8_t>(Below(taps) + (kernel::kTable - taps) / 2);
      for (uint32_t token = 0; token < kTokens; ++token) {
        for (uint32_t i = 0; i < d; ++i) q[token * d + i] = SignedBits(28);
        out_[d] = kGuard;
        const uint32_t answer = five ? kernel::ConvolveFive(codes_, q + token * d, history, d, out_)
                                     : kernel::ConvolveBytes(codes_, q + token * d, history, length, d, out_);
        uint32_t magnitude = 0;
        for (uint32_t i = 0; i < d; ++i) {
          int32_t sum = 0;
          for (uint32_t j = 0; j <= length && j <= token; ++j)
            sum += Trit(codes_[i], j) * q[(token - j) * d + i];
          if (out_[i] != sum) return false;
          magnitude |= static_cast<uint32_t>(sum ^ (sum >> 31));
        }
        if (answer != magnitude || out_[d] != kGuard || history[d * length] != kGuard) return false;
      }
    }
    return true;
  }

  bool State() {
    int32_t *const decay = values_[0], *const gain = values_[1], *const q = values_[2],
                   *const before = values_[3];
    for (uint32_t d = 1; d <= kWidth; ++d) {
      const int s_up = static_cast<int>(Below(29)), q_up = static_cast<int>(Below(31));
      const kernel::StateStep step = {decay,
                                      gain,
                                      q,
                                      s_up,
                                      q_up,
                                      static_cast<int32_t>(Below(32)),
                                      static_cast<int32_t>(d % 5 == 0 ? 0 : Below(32))};
      for (uint32_t i = 0; i < d; ++i) {
        decay[i] = d % 7 == 0 ? INT32_MAX : SignedBits(32);
        gain[i] = d % 7 == 1 ? -INT32_MAX : SignedBits(32);
        q[i] = d % 7 == 2 ? INT32_MIN >> q_up : SignedBits(static_cast<uint32_t>(32 - q_up));
        before[i] = out_[i] = d % 7 == 3 ? -(1 << 29 >> s_up) : SignedBits(static_cast<uint32_t>(30 - s_up));
      }
      out_[d] = kGuard;
      const uint32_t answer = kernel::UpdateState(&step, d, out_);
      uint32_t magnitude = 0;
      for (uint32_t i = 0; i < d; ++i) {
        const int64_t faded = int64_t{decay[i]} * before[i] * (int64_t{1} << s_up);
        const int64_t input = int64_t{gain[i]} * q[i] * (int64_t{1} << q_up) >> 32;
        const int64_t half = (int64_t{1} << step.q_drop) >> 1;
        const int32_t expected = static_cast<int32_t>((((faded + (int64_t{1} << 31)) >> 32) >> step.s_drop) +
                                                      ((input + half) >> step.q_drop));
        if (out_[i] != expected) return false;
        magnitude |= static_cast<uint32_t>(expected ^ (expected >> 31));
      }
      if (answer != magnitude || out_[d] != kGuard) return false;
    }
    return true;
  }

  bool Floats() {
    const float scale = FromBits(0x3A83126Fu);
    for (uint32_t count = 0; count <= 9; ++count) {
      for (int32_t& sum : out_) sum = SignedBits(1 + Below(32));
      for (float& value : floats_) value = -1.0f;
      kernel::ScaleSums(out_, count, scale, floats_);
      for (uint32_t i = 0; i < count; ++i) {
        if (ToBits(floats_[i]) != ToBits(static_cast<float>(out_[i]) * scale)) return false;
      }
      if (floats_[count] != -1.0f) return false;
    }
    return true;
  }

  int32_t tables_[kernel::kMostGroups * kernel::kTable];
  uint8_t codes_[kernel::kMostGroups * kMostStride];
  int32_t out_[kRows + 1];
  int32_t values_[4][kWidth];
  int64_t scores_[kKeys + 1];
  static constexpr uint32_t kNarrowWidth = 35;  // two blocks of 16 and a rest
  alignas(4) int16_t narrow_[kNarrowWidth + 1 + kNarrowWidth * kKeys];
  float floats_[10];
};

}  // namespace atome::testing

#endif  // ATOME_ENGINE_TESTING_KERNEL_CHECKS_H_
