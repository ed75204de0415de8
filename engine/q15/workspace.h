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

template <class Shape>
struct Workspace {
  [[no_unique_address]] Shape shape;
  const uint8_t* file;
  const uint8_t* constants = nullptr;
  atome_tap tap = nullptr;
  void* tap_context = nullptr;
  uint32_t position = 0;     // tokens consumed, modulo 2^32
  uint32_t filled = 0;       // positions attention sees, the current one included
  uint32_t recent_slot = 0;  // of the current position in the rings of q
  uint32_t cache_slot = 0;   // and in those of attention
  int32_t residual_exponent = 0;
  Magnitude residual_magnitude = {};
  Magnitude local_magnitude = {};
  Magnitude recurrent_magnitude = {};
  Magnitude sparse_magnitude = {};
  int32_t score_drop = 0;   // bits that the query and u have lost
  uint32_t routes[3] = {};  // r, in 2^-15

  uint32_t d() const { return shape.d_model(); }
  MemoryLayout<Shape> Layout() const { return MemoryLayout<Shape>(shape, sizeof(Workspace)); }

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
  // The same in 8 bits, and its shift; `slot` below S.
  int8_t* Cached(uint32_t layer, uint32_t slot) {
    return At<int8_t>(Layout().Cache()) + (layer * shape.max_seq() + slot) * size_t{d()};
  }
  uint8_t* Shifts(uint32_t layer) { return At<uint8_t>(Layout().Shifts()) + layer * size_t{shape.max_seq()}; }

  int32_t* Residual() { return At<int32_t>(Layout().Residual()); }
  int16_t* Quantized() { return At<int16_t>(Layout().Quantized()); }
  int32_t* QuerySums() { return At<int32_t>(Layout().Sums()); }
  int32_t* RouterSums() { return QuerySums() + shape.d_head(); }
  int16_t* Query() { return At<int16_t>(Layout().Query()); }
  int16_t* Lookout() { return At<int16_t>(Layout().Lookout()); }
  Candidate* Candidates() { return At<Candidate>(Layout().Candidates()); }
  int32_t* Local() { return At<int32_t>(Layout().Local()); }
  int32_t* Sparse() { return At<int32_t>(Layout().Sparse()); }
  uint16_t* Tables() { return At<uint16_t>(Layout().Tables()); }
  int32_t* Scores() { return At<int32_t>(Layout().Tables()); }
  const int16_t** Rows() { return At<const int16_t*>(Layout().Tables()); }

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
  // Sums, [d], times a tensor's scale and 2^-P.
  void TapSums(atome_op op, int layer, const int32_t* sums, atome_tensor tensor) {
    if constexpr (kTaps) {
      const uint32_t index = static_cast<uint32_t>(layer);
      const float scale = Scale2(Model().Scale(tensor, index), -Constants(index).norm.shift);
      TapEach(op, layer, [&](uint32_t i) { return static_cast<float>(sums[i]) * scale; });
    }
  }

 private:
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
