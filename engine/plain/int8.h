// A model of int8 weights: its products, and attention over keys and values of int16, all in exact integers.
#ifndef ATOME_ENGINE_PLAIN_INT8_H_
#define ATOME_ENGINE_PLAIN_INT8_H_

#include <stdint.h>

#include "engine/maths/kernels/wide.h"
#include "engine/plain/codes.h"
#include "engine/plain/functions.h"
#include "engine/plain/kernels/codes.h"
#include "engine/plain/kernels/row_sums.h"
#include "engine/plain/workspace.h"
#include "engine/q15/real.h"

namespace atome::plain {

struct Int8 {
  static constexpr uint32_t kPowerEnds = 1u << 21;  // where Power2 is 0

  // What a product takes: codes, zeros to whole groups of 4.
  struct Input {
    const int16_t* codes;
    uint32_t columns;
    int exponent;
  };

  static void Reset(Workspace& w) {
    for (uint32_t layer = 0; layer < w.config.n_layers; ++layer) w.least[layer] = INT16_MAX;
  }

  // False when an element is not finite.
  static bool Read(Workspace& w, const float* x, uint32_t columns, Input* input) {
    for (uint32_t i = columns; i % 4 != 0; ++i) w.codes[kernel::PlaceOf(i)] = 0;
    *input = {w.codes, columns, 0};
    return ToCodes(x, columns, ProductBits(columns), w.codes, &input->exponent,
                   [](uint32_t i) { return kernel::PlaceOf(i); });
  }

  // y = the matrix at `at`, which has `rows` rows, times the input; returns what follows the matrix.
  [[gnu::noinline]] static const uint8_t* Multiply(const Input& input, const uint8_t* at, uint32_t rows,
                                                   float* y) {
    const uint32_t* scale = reinterpret_cast<const uint32_t*>(at);
    const int8_t* codes = reinterpret_cast<const int8_t*>(at + size_t{rows} * 4);
    const uint32_t width = RoundUp(input.columns, 4);
    kernel::RowSums(codes, rows, width, input.codes, [&](int32_t sum) {
      *y++ = static_cast<float>(sum) * FromBits(Scale2Bits(*scale++, -input.exponent));
    });
    return at + size_t{rows} * (4 + width);
  }

  // Element i of row `row` of the matrix at `at`.
  struct Row {
    Row(const uint8_t* at, uint32_t rows, uint32_t columns, uint32_t row)
        : scale(reinterpret_cast<const float*>(at)[row]),
          codes(reinterpret_cast<const int8_t*>(at) + size_t{rows} * 4 + size_t{row} * RoundUp(columns, 4)) {}
    float operator[](uint32_t i) const { return scale * static_cast<float>(codes[i]); }
    float scale;
    const int8_t* codes;
  };

  // GELU as Fp32's, but for its exponential, in integers.
  static float Activate(float x) {
    const uint32_t v = ToBits(GeluArgument(x) * 0x1.715476p+0f);
    const auto below = static_cast<uint32_t>(FixedBits(v & ~kSignBit, 16));
    const uint32_t h = 0xFFFFFFFFu / (0x10000u + q15::Power2(below < kPowerEnds ? below : kPowerEnds));
    return Scale2(x * static_cast<float>(static_cast<int32_t>(v & kSignBit ? 0x10000 - h : h)), -16);
  }

  static int16_t* Keys(Workspace& w, uint32_t layer, uint32_t at) {
    return static_cast<int16_t*>(w.keys) + w.CacheRow(layer, at) * w.d();
  }
  static int16_t* Values(Workspace& w, uint32_t layer, uint32_t at) {
    return static_cast<int16_t*>(w.values) + w.CacheRow(layer, at) * w.d();
  }

  // The current position's key and value: codes of products, as Multiply.
  static bool Remember(Workspace& w, uint32_t layer, const Input& input, const uint8_t** at) {
    const uint32_t d = w.d();
    const size_t row = w.CacheRow(layer, w.position);
    const auto in_order = [](uint32_t i) { return i; };
    int exponent;
    *at = Multiply(input, *at, d, w.h);
    if (!ToCodes(w.h, d, ScoreBits(w.HeadWidth()), Keys(w, layer, w.position), &exponent, in_order))
      return false;
    w.key_exponents[row] = static_cast<int16_t>(exponent);
    *at = Multiply(input, *at, d, w.h);
    if (!ToCodes(w.h, d, 15, Values(w, layer, w.position), &exponent, in_order)) return false;
    w.value_exponents[row] = static_cast<int16_t>(exponent);
    if (exponent < w.least[layer]) w.least[layer] = static_cast<int16_t>(exponent);
    return true;
  }

  // n = attention of q. False when an element of q is not finite.
  static bool Attend(Workspace& w, uint32_t layer) {
    const uint32_t d = w.d(), width = w.HeadWidth(), count = w.position + 1;
    int query_exponent;
    if (!ToCodes(w.q, d, ScoreBits(width), w.codes, &query_exponent, [](uint32_t i) { return i; }))
      return false;
    const int32_t scale = Fixed(w.score_scale * 0x1.715476p+0f, 30);
    float* out = w.n;
    for (uint32_t head = 0; head < d; head += width) {
      Score(w, layer, head, query_exponent - 18, scale);
      const int32_t total = Weigh(w, layer);
      const float unit = Scale2(1.0f / static_cast<float>(total), -w.least[layer]);
      kernel::MixRows(w.shares, Values(w, layer, 0) + head, d, count, width,
                      [&](int32_t sum) { *out++ = static_cast<float>(sum) * unit; });
    }
    return true;
  }

 private:
  // Scores of a head, as powers of two in 2^-16, at most 2^30 in magnitude.
  static void Score(Workspace& w, uint32_t layer, uint32_t head, int exponent, int32_t scale) {
    const int16_t* key = Keys(w, layer, 0) + head;
    const int16_t* key_exponents = w.key_exponents + w.CacheRow(layer, 0);
    int32_t* scores = static_cast<int32_t*>(w.scores);
    for (uint32_t j = 0; j <= w.position; ++j, key += w.d()) {
      const int32_t sum = kernel::Dot(w.codes + head, key, w.HeadWidth());
      const int32_t score = atome::kernel::MulHigh(sum, scale);
      const int n = exponent + key_exponents[j];
      scores[j] = n >= 0 ? score >> (n < 31 ? n : 31) : ShiftUp(score, -n);
    }
  }

  static int32_t ShiftUp(int32_t score, int n) {
    constexpr int32_t kMost = 1 << 30;
    if (score == 0) return 0;
    if (n > 30 || score >= kMost >> n || -score >= kMost >> n) return score > 0 ? kMost : -kMost;
    return score * (1 << n);
  }

  // Turns scores into shares, in units that differ as their values' exponents do; returns what they add up to
  // in units of the least exponent.
  static int32_t Weigh(Workspace& w, uint32_t layer) {
    const uint32_t count = w.position + 1;
    const int16_t* exponents = w.value_exponents + w.CacheRow(layer, 0);
    int32_t* scores = static_cast<int32_t*>(w.scores);
    int32_t most = scores[0];
    for (uint32_t j = 1; j < count; ++j) most = scores[j] > most ? scores[j] : most;
    uint32_t sum = 0;
    for (uint32_t j = 0; j < count; ++j) {
      const uint32_t below = static_cast<uint32_t>(most) - static_cast<uint32_t>(scores[j]);
      const uint32_t power = q15::Power2(below < kPowerEnds ? below : kPowerEnds);
      scores[j] = static_cast<int32_t>(power);
      sum += power;
    }
    const int shift = q15::BitLength32(sum) - 15;
    int32_t total = 0;
    for (uint32_t j = 0; j < count; ++j) {
      const int more = shift + exponents[j] - w.least[layer];
      total += q15::DropRounded(scores[j], shift);
      w.shares[j] = static_cast<int16_t>(q15::DropRounded(scores[j], more < 31 ? more : 31));
    }
    return total;
  }
};

}  // namespace atome::plain

#endif  // ATOME_ENGINE_PLAIN_INT8_H_
