// What the pass of a token works on: the checked model file, the memory behind the engine and where in its
// rings the current position stands. Stands at the start of its caller's memory; the arrays follow as
// MemoryLayout says.
#ifndef ATOME_ENGINE_INTERNAL_WORKSPACE_H_
#define ATOME_ENGINE_INTERNAL_WORKSPACE_H_

#include <stddef.h>
#include <stdint.h>

#include "engine/atome.h"
#include "engine/config.h"
#include "engine/internal/memory.h"
#include "engine/internal/model_view.h"

namespace atome {

template <class Shape>
struct Workspace {
  [[no_unique_address]] Shape shape;
  const uint8_t* file;
  atome_tap tap = nullptr;
  void* tap_context = nullptr;
  uint32_t position = 0;      // tokens consumed, modulo 2^32
  uint32_t filled = 0;        // positions in the key and value rings, the current one included
  uint32_t slot = 0;          // of the current position in those rings
  uint32_t history_slot = 0;  // of the current position in the convolution's rings
  float unembed_scale = 0.0f;
  int32_t final_shift = 0;
  bool failed = false;  // an activation was not finite

  uint32_t d() const { return shape.d_model(); }
  uint32_t HistoryLength() const { return shape.kernel_size() - 1; }
  MemoryLayout<Shape> Layout() const { return MemoryLayout<Shape>(shape, sizeof(Workspace)); }

  template <class T>
  T* At(uint64_t offset) {
    return reinterpret_cast<T*>(reinterpret_cast<uint8_t*>(this) + static_cast<size_t>(offset));
  }
  ModelView<Shape> Model() const { return ModelView<Shape>(shape, file); }

  LayerConstants& Constants(uint32_t layer) { return At<LayerConstants>(Layout().Constants())[layer]; }
  float* Decay(uint32_t layer) { return At<float>(Layout().Decay()) + size_t{layer} * d(); }
  float* Recurrent(uint32_t layer) { return At<float>(Layout().Recurrent()) + size_t{layer} * d(); }
  int32_t* Key(uint32_t layer, uint32_t at) {
    return At<int32_t>(Layout().Keys()) + (layer * shape.max_seq() + at) * size_t{shape.d_head()};
  }
  int32_t* Value(uint32_t layer, uint32_t at) {
    return At<int32_t>(Layout().Values()) + (layer * shape.max_seq() + at) * size_t{d()};
  }
  // Of the vector q that stood `age` positions ago (1 to K-1); `age` 0 is the slot the current one will take.
  int32_t* History(uint32_t layer, uint32_t age) {
    const uint32_t at = history_slot >= age ? history_slot - age : history_slot + HistoryLength() - age;
    return At<int32_t>(Layout().History()) + (layer * HistoryLength() + at) * size_t{d()};
  }

  float* Residual() { return At<float>(Layout().Residual()); }
  float* Normalized() { return At<float>(Layout().Normalized()); }
  int32_t* Quantized() { return At<int32_t>(Layout().Quantized()); }
  int32_t* Query() { return At<int32_t>(Layout().Query()); }
  Candidate* Candidates() { return At<Candidate>(Layout().Candidates()); }
  int32_t* RouterSums() { return At<int32_t>(Layout().RouterSums()); }
  int32_t* Tables() { return At<int32_t>(Layout().Tables()); }
  float* Routes() { return At<float>(Layout().Routes()); }
  float* Local() { return At<float>(Layout().Local()); }
  float* State() { return At<float>(Layout().State()); }
  float* Sparse() { return At<float>(Layout().Sparse()); }

  void Tap(atome_op op, int layer, const float* values, uint32_t count) {
    if constexpr (kTaps) {
      if (tap != nullptr) tap(tap_context, op, layer, values, count);
    }
  }
};

}  // namespace atome

#endif  // ATOME_ENGINE_INTERNAL_WORKSPACE_H_
