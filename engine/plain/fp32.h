// A model of FP32 weights: its products, and attention over keys and values of FP32.
#ifndef ATOME_ENGINE_PLAIN_FP32_H_
#define ATOME_ENGINE_PLAIN_FP32_H_

#include <stdint.h>

#include "engine/plain/functions.h"
#include "engine/plain/kernels/floats.h"
#include "engine/plain/kernels/row_products.h"
#include "engine/plain/workspace.h"

namespace atome::plain {

struct Fp32 {
  // What a product takes.
  struct Input {
    const float* x;
    uint32_t columns;
  };

  static void Reset(Workspace&) {}

  // False when an element is not finite and that matters here.
  static bool Read(Workspace&, const float* x, uint32_t columns, Input* input) {
    *input = {x, columns};
    return true;
  }

  // y = the matrix at `at`, which has `rows` rows, times the input; returns what follows the matrix.
  [[gnu::noinline]] static const uint8_t* Multiply(const Input& input, const uint8_t* at, uint32_t rows,
                                                   float* y) {
    kernel::RowProducts(reinterpret_cast<const float*>(at), rows, input.columns, input.x, y);
    return at + size_t{rows} * input.columns * 4;
  }

  // Element i of row `row` of the matrix at `at`.
  struct Row {
    Row(const uint8_t* at, uint32_t, uint32_t columns, uint32_t row)
        : elements(reinterpret_cast<const float*>(at) + size_t{row} * columns) {}
    float operator[](uint32_t i) const { return elements[i]; }
    const float* elements;
  };

  static float Activate(float x) { return Gelu(x); }

  static float* Keys(Workspace& w, uint32_t layer, uint32_t at) {
    return static_cast<float*>(w.keys) + w.CacheRow(layer, at) * w.d();
  }
  static float* Values(Workspace& w, uint32_t layer, uint32_t at) {
    return static_cast<float*>(w.values) + w.CacheRow(layer, at) * w.d();
  }

  // The current position's key and value: products, as Multiply.
  static bool Remember(Workspace& w, uint32_t layer, const Input& input, const uint8_t** at) {
    *at = Multiply(input, *at, w.d(), Keys(w, layer, w.position));
    *at = Multiply(input, *at, w.d(), Values(w, layer, w.position));
    return true;
  }

  // n = attention of q. False when a score is not finite.
  static bool Attend(Workspace& w, uint32_t layer) {
    const uint32_t d = w.d(), width = w.HeadWidth(), count = w.position + 1;
    float* scores = static_cast<float*>(w.scores);
    for (uint32_t head = 0; head < d; head += width) {
      const float* key = Keys(w, layer, 0) + head;
      for (uint32_t j = 0; j < count; ++j, key += d)
        scores[j] = kernel::Dot(w.q + head, key, width) * w.score_scale;
      const float share = Softmax(scores, count);
      if (!(share > 0.0f)) return false;
      kernel::MixRows(scores, Values(w, layer, 0) + head, d, count, width, share, w.n + head);
    }
    return true;
  }
};

}  // namespace atome::plain

#endif  // ATOME_ENGINE_PLAIN_FP32_H_
