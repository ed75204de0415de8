// What the pass of a token works on, variant q15. Stands at the start of its caller's memory; the arrays
// follow as MemoryLayout says.
#ifndef ATOME_ENGINE_Q15_WORKSPACE_H_
#define ATOME_ENGINE_Q15_WORKSPACE_H_

#include <stddef.h>
#include <stdint.h>

#include "engine/atome.h"
#include "engine/config.h"
#include "engine/files/model_view.h"
#include "engine/q15/constants.h"
#include "engine/q15/memory.h"

namespace atome::q15 {

// Bytes of a workspace on a core of 32 bits, with dimensions as constants, then chosen at run time; for plans
// that hosts make.
inline constexpr uint32_t kTargetBytes = 72, kTargetRuntimeBytes = 88;

template <class Shape>
struct Workspace {
  [[no_unique_address]] Shape shape;
  const uint8_t* file;
  const uint8_t* constants = nullptr;
  atome_tap tap = nullptr;
  void* tap_context = nullptr;
  uint32_t position = 0;     // tokens consumed, modulo 2^32
  uint32_t filled = 0;       // positions attention sees, the current one included
  uint32_t recent_slot = 0;  // of the oldest position in the rings of q, whose place the current one takes
  uint32_t cache_slot = 0;   // of the current position in those of attention
  int32_t residual_exponent = 0;
  Magnitude residual_magnitude = {};
  Magnitude local_magnitude = {};
  Magnitude recurrent_magnitude = {};
  Magnitude sparse_magnitude = {};
  int32_t sparse_exponent = 0;
  int32_t score_drop = 0;   // bits that the query has lost
  uint32_t routes[3] = {};  // r, in 2^-15

  uint32_t d() const { return shape.d_model(); }
  MemoryLayout<Shape> Layout() const {
    static_assert(sizeof(void*) != 4 ||
                  sizeof(Workspace) == (FixedFormat<Shape> ? kTargetBytes : kTargetRuntimeBytes));
    return MemoryLayout<Shape>(shape, sizeof(Workspace));
  }

  template <class T>
  T* At(uint64_t offset) {
    return reinterpret_cast<T*>(reinterpret_cast<uint8_t*>(this) + static_cast<size_t>(offset));
  }
  ModelView<Shape> Model() const { return ModelView<Shape>(shape, file); }

  ConstantsBlock<Shape, const uint8_t> Derived() const { return {shape, constants}; }
  const LayerConstants& Constants(uint32_t layer) const { return Derived().Layer(layer); }
  int32_t* Recurrent(uint32_t layer) { return At<int32_t>(Layout().Recurrent()) + size_t{layer} * d(); }
  // q of a position, [d]; `slot` below Layout().Recent().
  int16_t* Recent(uint32_t layer, uint32_t slot) {
    return At<int16_t>(Layout().Ring()) + (layer * Layout().Recent() + slot) * size_t{d()};
  }
  // Of all positions: keys [S][h], wide, or with a cache of 8 bits narrow; values [S][d]; shifts [S].
  int16_t* WideKeys(uint32_t layer) { return At<int16_t>(Layout().Keys()) + KeysBefore(layer); }
  int8_t* NarrowKeys(uint32_t layer) { return At<int8_t>(Layout().Keys()) + KeysBefore(layer); }
  int8_t* Values(uint32_t layer) {
    return At<int8_t>(Layout().Values()) + size_t{layer} * shape.max_seq() * d();
  }
  uint8_t* KeyShifts(uint32_t layer) {
    return At<uint8_t>(Layout().KeyShifts()) + layer * size_t{shape.max_seq()};
  }
  uint8_t* ValueShifts(uint32_t layer) {
    return At<uint8_t>(Layout().ValueShifts()) + layer * size_t{shape.max_seq()};
  }

  int32_t* Residual() { return At<int32_t>(Layout().Residual()); }
  int16_t* Quantized() { return At<int16_t>(Layout().Quantized()); }
  // Of wv, wk, wq, router.
  int32_t* Sums() { return At<int32_t>(Layout().Sums()); }
  int32_t* RouterSums() { return Sums() + d() + 2 * shape.d_head(); }
  int16_t* Query() { return At<int16_t>(Layout().Query()); }
  Candidate* Candidates() { return At<Candidate>(Layout().Candidates()); }
  int32_t* Local() { return At<int32_t>(Layout().Local()); }
  uint16_t* Tables() { return At<uint16_t>(Layout().Tables()); }
  int32_t* Scores() { return At<int32_t>(Layout().Rows()); }
  int16_t** Rows() { return At<int16_t*>(Layout().Rows()); }

  void Tap(atome_op op, int layer, const float* values, uint32_t count) {
    if constexpr (kTaps) {
      if (tap != nullptr) tap(tap_context, op, layer, values, count);
    }
  }
  // Integers, [d], times 2^-exponent.
  template <class T>
  void TapScaled(atome_op op, int layer, const T* elements, int exponent) {
    if constexpr (kTaps) {
      TapEach(op, layer, [&](uint32_t i) { return Scale2(static_cast<float>(elements[i]), -exponent); });
    }
  }
  // Sums, [d], times a tensor's scale, of that magnitude and sign, and 2^-exponent.
  void TapSums(atome_op op, int layer, const int32_t* sums, int exponent, Real magnitude, int sign) {
    if constexpr (kTaps) {
      const float scale =
          Scale2(static_cast<float>(sign) * static_cast<float>(magnitude.m), -magnitude.k - exponent);
      TapEach(op, layer, [&](uint32_t i) { return static_cast<float>(sums[i]) * scale; });
    }
  }

 private:
  size_t KeysBefore(uint32_t layer) const { return size_t{layer} * shape.max_seq() * shape.d_head(); }

  template <class Value>
  void TapEach(atome_op op, int layer, const Value& value) {
    if (tap == nullptr) return;
    float* values = At<float>(Layout().Taps());
    for (uint32_t i = 0; i < d(); ++i) values[i] = value(i);
    tap(tap_context, op, layer, values, d());
  }
};

}  // namespace atome::q15

#endif  // ATOME_ENGINE_Q15_WORKSPACE_H_
