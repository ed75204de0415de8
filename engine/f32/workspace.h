// What the pass of a token works on: the checked model file, the memory behind the engine and where in its
// rings the current position stands. Stands at the start of its caller's memory; the arrays follow as
// MemoryLayout says.
#ifndef ATOME_ENGINE_F32_WORKSPACE_H_
#define ATOME_ENGINE_F32_WORKSPACE_H_

#include <stddef.h>
#include <stdint.h>

#include "engine/atome.h"
#include "engine/config.h"
#include "engine/f32/constants.h"
#include "engine/f32/memory.h"
#include "engine/f32/softmax.h"
#include "engine/files/model_view.h"

namespace atome {

// Bytes of a workspace on a core of 32 bits, with dimensions as constants, then chosen at run time; for plans
// that hosts make.
inline constexpr uint32_t kTargetBytes = 96, kTargetRuntimeBytes = 112;

template <class Shape>
struct Workspace {
  [[no_unique_address]] Shape shape;
  const uint8_t* file;
  const uint8_t* constants = nullptr;
  atome_tap tap = nullptr;
  void* tap_context = nullptr;
  uint32_t position = 0;  // tokens consumed, modulo 2^32
  uint32_t filled = 0;    // positions in the key and value rings, the current one included
  uint32_t slot = 0;      // of the current position in those rings
  int32_t residual_exponent = 0;
  Magnitude residual_magnitude = {};
  int64_t residual_sum = 0;  // of the elements
  Share routes[3] = {};      // of local, state, sparse
  Magnitude quantized_magnitude = {};
  Magnitude local_magnitude = {};
  Magnitude sparse_magnitude = {};
  int32_t sparse_exponent = 0;
  int query_shift = 0;  // of the query as int16
  bool failed = false;  // an activation was not finite

  uint32_t d() const { return shape.d_model(); }
  bool narrow() const { return shape.cache_bits() == 16; }  // of what attention remembers
  uint32_t HistoryLength() const { return shape.kernel_size() - 1; }
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
  float UnembedScale() const { return Derived().Model().unembed_scale; }
  LayerState& State(uint32_t layer) { return At<LayerState>(Layout().States())[layer]; }
  int32_t* Recurrent(uint32_t layer) { return At<int32_t>(Layout().Recurrent()) + size_t{layer} * d(); }
  int32_t* History(uint32_t layer) {
    return At<int32_t>(Layout().History()) + layer * HistoryLength() * size_t{d()};
  }
  int32_t* Key(uint32_t layer, uint32_t at) {
    return At<int32_t>(Layout().Keys()) + (layer * shape.max_seq() + at) * size_t{shape.d_head()};
  }
  int32_t* Value(uint32_t layer, uint32_t at) {
    return At<int32_t>(Layout().Values()) + (layer * shape.max_seq() + at) * size_t{d()};
  }
  // The same of a cache of 16 bits, and their shifts, [S] each.
  int16_t* NarrowKey(uint32_t layer, uint32_t at) {
    return At<int16_t>(Layout().Keys()) + (layer * shape.max_seq() + at) * size_t{shape.d_head()};
  }
  int16_t* NarrowValue(uint32_t layer, uint32_t at) {
    return At<int16_t>(Layout().Values()) + (layer * shape.max_seq() + at) * size_t{d()};
  }
  uint8_t* KeyShifts(uint32_t layer) {
    return At<uint8_t>(Layout().Shifts()) + layer * size_t{shape.max_seq()};
  }
  uint8_t* ValueShifts(uint32_t layer) { return KeyShifts(shape.n_layers() + layer); }

  int32_t* Residual() { return At<int32_t>(Layout().Residual()); }
  int32_t* Quantized() { return At<int32_t>(Layout().Quantized()); }
  int32_t* Query() { return At<int32_t>(Layout().Query()); }
  int32_t* KeySums() { return At<int32_t>(Layout().KeySums()); }
  int16_t* NarrowQuery() { return At<int16_t>(Layout().NarrowQuery()); }
  Candidate* Candidates() { return At<Candidate>(Layout().Candidates()); }
  int32_t* RouterSums() { return At<int32_t>(Layout().RouterSums()); }
  int32_t* Product() { return At<int32_t>(Layout().Product()); }
  int32_t* Local() { return At<int32_t>(Layout().Local()); }
  int32_t* Sparse() { return At<int32_t>(Layout().Sparse()); }
  int32_t* Tables() { return At<int32_t>(Layout().Tables()); }

  void Tap(atome_op op, int layer, const float* values, uint32_t count) {
    if constexpr (kTaps) {
      if (tap != nullptr) tap(tap_context, op, layer, values, count);
    }
  }
  // A scaled vector, [d].
  void TapScaled(atome_op op, int layer, const int32_t* elements, int exponent) {
    TapEach(op, layer, [&](uint32_t i) { return Scale2(static_cast<float>(elements[i]), -exponent); });
  }
  // Sums of products with q, [d], times the scale of their tensor.
  void TapSums(atome_op op, uint32_t layer, const int32_t* sums, Factor alpha) {
    const float scale =
        Scale2(static_cast<float>(alpha.multiplier), -alpha.exponent - Constants(layer).norm.shift);
    TapEach(op, static_cast<int>(layer), [&](uint32_t i) { return static_cast<float>(sums[i]) * scale; });
  }

 private:
  template <class Value>
  void TapEach(atome_op op, int layer, const Value& value) {
    if constexpr (kTaps) {
      if (tap == nullptr) return;
      float* values = At<float>(Layout().Taps());
      for (uint32_t i = 0; i < d(); ++i) values[i] = value(i);
      tap(tap_context, op, layer, values, d());
    }
  }
};

}  // namespace atome

#endif  // ATOME_ENGINE_F32_WORKSPACE_H_
