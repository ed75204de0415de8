// What the pass of a token works on, as engine/f32/workspace.h, for memory as memory.h here lays it out.
#ifndef ATOME_ENGINE_F32_SMALL_WORKSPACE_H_
#define ATOME_ENGINE_F32_SMALL_WORKSPACE_H_

#include <stddef.h>
#include <stdint.h>

#include "engine/atome.h"
#include "engine/config.h"
#include "engine/f32/constants.h"
#include "engine/f32/softmax.h"
#include "engine/f32_small/memory.h"
#include "engine/f32_small/product.h"
#include "engine/files/model_view.h"

namespace atome {

// Where taps go, in an engine that has any.
template <bool taps>
struct TapTarget {
  atome_tap tap = nullptr;
  void* tap_context = nullptr;
};
template <>
struct TapTarget<false> {};

template <class Shape>
struct Workspace : TapTarget<kTaps> {
  [[no_unique_address]] Shape shape;
  const uint8_t* file;
  const uint8_t* constants;
  uint32_t position;  // tokens consumed, modulo 2^32
  uint32_t filled;    // positions in the ring of values, the current one included
  uint32_t slot;      // of the current position in that ring
  int32_t residual_exponent;
  Share routes[3];  // of local, state, sparse
  bool failed;      // an activation was not finite

  // What a reset or the preparation of a model sets is left open.
  Workspace(const Shape& wanted, const uint8_t* model) : shape(wanted), file(model) {}

  bool narrow() const { return shape.cache_bits() == 16; }  // of what attention remembers
  uint32_t d() const { return shape.d_model(); }
  MemoryLayout<Shape, size_t> Layout() const { return MemoryLayout<Shape, size_t>(shape, sizeof(Workspace)); }

  template <class T>
  T* At(size_t offset) {
    return reinterpret_cast<T*>(reinterpret_cast<uint8_t*>(this) + offset);
  }
  ModelView<Shape> Model() const { return ModelView<Shape>(shape, file); }

  ConstantsBlock<Shape, const uint8_t> Derived() const { return {shape, constants}; }
  const LayerConstants& Constants(uint32_t layer) const { return Derived().Layer(layer); }
  float UnembedScale() const { return Derived().Model().unembed_scale; }
  LayerState& State(uint32_t layer) { return *At<LayerState>(Layout().State(layer)); }
  int32_t* Recurrent(uint32_t layer) { return At<int32_t>(Layout().Recurrent(layer)); }
  int32_t* History(uint32_t layer) { return At<int32_t>(Layout().History(layer)); }
  int32_t* Value(uint32_t layer, uint32_t at) { return At<int32_t>(Layout().Value(layer, at)); }
  // A row of a ring of 16 bits: the value [d], its key [h], their shifts.
  int16_t* NarrowValue(uint32_t layer, uint32_t at) { return At<int16_t>(Layout().Value(layer, at)); }
  uint8_t* Shifts(const void* narrow_row) const {
    return static_cast<uint8_t*>(const_cast<void*>(narrow_row)) + 2 * (d() + shape.d_head());
  }

  int32_t* Residual() { return At<int32_t>(Layout().Residual()); }
  int32_t* Quantized() { return At<int32_t>(Layout().Quantized()); }
  int32_t* Query() { return At<int32_t>(Layout().Query()); }
  Candidate* Candidates() { return At<Candidate>(Layout().Candidates()); }
  int32_t* RouterSums() { return At<int32_t>(Layout().RouterSums()); }
  int32_t* Local() { return At<int32_t>(Layout().Local()); }
  int32_t* Sparse() { return At<int32_t>(Layout().Sparse()); }
  int32_t* Fresh() { return At<int32_t>(Layout().Fresh()); }
  int16_t* NarrowQuery() { return At<int16_t>(Layout().NarrowQuery()); }
  // Of a cache of 16 bits: the shift of the query, then the exponent of the sparse pathway's sums.
  int32_t& SparseExponent() { return *At<int32_t>(Layout().SparseExponent()); }
  int32_t* Tables() { return At<int32_t>(Layout().Tables()); }

  // ATOME03: sums[r] = row r of a matrix times q; as kernel::Product, of which it is the one copy.
  [[gnu::noinline]] void Product(const uint8_t* codes, uint32_t stride, uint32_t rows, kernel::Sum* sums) {
    kernel::Product(codes, stride, rows, Quantized(), d(), Tables(), sums);
  }

  void Tap(atome_op op, int layer, const float* values, uint32_t count) {
    if constexpr (kTaps) {
      if (this->tap != nullptr) this->tap(this->tap_context, op, layer, values, count);
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
      if (this->tap == nullptr) return;
      float* values = At<float>(Layout().Taps());
      for (uint32_t i = 0; i < d(); ++i) values[i] = value(i);
      this->tap(this->tap_context, op, layer, values, d());
    }
  }
};

}  // namespace atome

#endif  // ATOME_ENGINE_F32_SMALL_WORKSPACE_H_
