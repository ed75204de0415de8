// What the pass of a token works on: the checked model file and the memory behind the engine. Stands at the
// start of its caller's memory; the arrays follow.
#ifndef ATOME_ENGINE_PLAIN_WORKSPACE_H_
#define ATOME_ENGINE_PLAIN_WORKSPACE_H_

#include <stddef.h>
#include <stdint.h>

#include "engine/atome_plain.h"
#include "engine/config.h"
#include "engine/plain/plain_file.h"
#include "engine/plain/shape.h"

namespace atome::plain {

struct Workspace {
  Workspace(const atome_plain_config& of, const uint8_t* at) : config(of), file(at) { bytes = Place(); }

  atome_plain_config config;
  PlainFile file;
  uint64_t bytes;  // from `this` to the end of the last array
  atome_tap tap = nullptr;
  void* tap_context = nullptr;
  uint32_t position = 0;  // tokens consumed
  bool failed = false;    // an activation was not finite
  float score_scale = 0;  // A

  // Carried from token to token. Keys and values, [L][S][d], are float with FP32 weights, else codes, int16,
  // with an exponent a position, [L][S]. `least`: of the values' exponents so far, [L].
  void *keys, *values;
  int16_t *key_exponents, *value_exponents, *least;
  // Used within a token: x; n: a norm's result, then attention's; q: a query, then a product that x takes in;
  // float [d] all. h: float [max(d, ff)]. codes: of a product's input, int16 [max(d, ff)], whole groups of 4.
  // scores: float [S], or int32 with int8 weights; shares: int16 [S], with int8 weights only.
  float *x, *n, *q, *h;
  void* scores;
  int16_t *codes, *shares;

  uint32_t d() const { return config.d_model; }
  uint32_t HeadWidth() const { return config.d_model / config.n_heads; }
  const uint8_t* Section(PlainFile::Kind kind, uint32_t layer) const {
    return file.file() + file.Offset(PlainFile::Index(kind, layer, config.n_layers));
  }
  // Of a block's cache.
  size_t CacheRow(uint32_t layer, uint32_t at) const { return size_t{layer} * config.max_seq + at; }

  // x += y.
  void AddToResidual(const float* y) {
    for (uint32_t i = 0; i < d(); ++i) x[i] += y[i];
  }

  void Tap(atome_op op, int layer, const float* of, uint32_t count) {
    if constexpr (kTaps) {
      if (tap != nullptr) tap(tap_context, op, layer, of, count);
    }
  }

 private:
  // Sets every pointer; returns the bytes.
  uint64_t Place() {
    const uint64_t L = config.n_layers, S = config.max_seq, d = config.d_model;
    const uint64_t wide = config.d_ff > d ? config.d_ff : d;
    const bool int8 = config.weights == ATOME_PLAIN_INT8;
    uint64_t at = sizeof(Workspace);
    keys = Take<void>(&at, L * S * d * (int8 ? 2 : 4));
    values = Take<void>(&at, L * S * d * (int8 ? 2 : 4));
    key_exponents = Take<int16_t>(&at, int8 ? L * S * 2 : 0);
    value_exponents = Take<int16_t>(&at, int8 ? L * S * 2 : 0);
    least = Take<int16_t>(&at, int8 ? L * 2 : 0);
    x = Take<float>(&at, d * 4);
    n = Take<float>(&at, d * 4);
    q = Take<float>(&at, d * 4);
    h = Take<float>(&at, wide * 4);
    codes = Take<int16_t>(&at, int8 ? RoundUp(static_cast<uint32_t>(wide), 4) * 2 : 0);
    scores = Take<void>(&at, S * 4);
    shares = Take<int16_t>(&at, int8 ? S * 2 : 0);
    return (at + 7) / 8 * 8;
  }

  template <class T>
  T* Take(uint64_t* at, uint64_t size) {
    *at = (*at + 7) / 8 * 8;
    const auto taken = reinterpret_cast<uintptr_t>(this) + static_cast<uintptr_t>(*at);
    *at += size;
    return reinterpret_cast<T*>(taken);
  }
};

}  // namespace atome::plain

#endif  // ATOME_ENGINE_PLAIN_WORKSPACE_H_
