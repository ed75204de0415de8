// What an engine keeps in the memory its caller gives it, and where, as engine/f32/memory.h, in few bytes:
// the sums of a pathway, q and the tables of a product share memory. What is short stands first, so that an
// offset fits an instruction.
#ifndef ATOME_ENGINE_F32_SMALL_MEMORY_H_
#define ATOME_ENGINE_F32_SMALL_MEMORY_H_

#include <stdint.h>

#include "engine/config.h"
#include "engine/f32_small/product.h"
#include "engine/maths/scaled.h"

namespace atome {

// What else a layer carries from token to token beside its arrays.
struct LayerState {
  int32_t exponent;  // of s
};

// A position attention may choose, and its integer score.
struct Candidate {
  int64_t score;
  const void* row;  // of that position in the ring of values
  int32_t weight;   // w, in units of 2^-30
};

// Offsets in bytes from the start of the memory; `header_bytes` is what stands before the arrays. Bytes: a
// type that holds the total.
template <class Shape, class Bytes = uint64_t>
class MemoryLayout {
 public:
  constexpr MemoryLayout(const Shape& shape, uint32_t header_bytes)
      : shape_(shape), header_(Round(header_bytes)) {}

  // Used within a token: Candidate [k + 1]; x, int32 [d]; q, then the sums of the
  // sparse pathway, int32 [d], and zeros to whole groups of columns; query, int32 [h], then the router's
  // sums, int32 [3]; tables of product.h, then the sums of the local pathway,
  // int32 [d]; with a cache of 16 bits the sums of value and key, int32 [d + h], the query as int16 [h] and
  // the exponent of the sparse pathway's sums, int32; with taps, the values of one, float [d].
  constexpr Bytes Candidates() const { return header_; }
  constexpr Bytes Residual() const { return Candidates() + (shape_.top_k() + 1) * sizeof(Candidate); }
  constexpr Bytes Quantized() const { return Residual() + 4 * d(); }
  constexpr Bytes Sparse() const { return Quantized(); }
  constexpr Bytes Query() const { return Quantized() + 4 * (d() + kernel::kGroup - 1); }
  constexpr Bytes RouterSums() const { return Query() + 4 * Bytes{shape_.d_head()}; }
  constexpr Bytes Tables() const { return RouterSums() + 4 * 3; }
  constexpr Bytes Local() const { return Tables(); }
  constexpr Bytes Fresh() const { return Tables() + 4 * (d() > kernel::kTables ? d() : kernel::kTables); }
  constexpr Bytes SparseExponent() const { return Fresh() + (narrow() ? 4 * (d() + shape_.d_head()) : 0); }
  constexpr Bytes NarrowQuery() const { return SparseExponent() + (narrow() ? 4 : 0); }
  constexpr Bytes Taps() const {
    return NarrowQuery() + (narrow() ? (2 * Bytes{shape_.d_head()} + 3) / 4 * 4 : 0);
  }

  // Carried from token to token, cleared by a reset, a layer after the other: LayerState; s, int32 [d]; the
  // last K - 1 values of each channel of q, newest first, int32 [d][K-1]; a ring of values, int32 [d], each
  // with its key, int32 [h], in the order of the rows that make them; with a cache of 16 bits both as int16,
  // then their shifts, uint8 each.
  constexpr Bytes Carried() const { return Taps() + (kTaps ? 4 * d() : 0); }
  constexpr Bytes State(uint32_t layer) const { return Carried() + layer * CarriedOfLayer(); }
  constexpr Bytes Recurrent(uint32_t layer) const { return State(layer) + sizeof(LayerState); }
  constexpr Bytes History(uint32_t layer) const { return Recurrent(layer) + 4 * d(); }
  constexpr Bytes Value(uint32_t layer, uint32_t at) const {
    return History(layer) + 4 * (shape_.kernel_size() - 1) * d() + at * ValueBytes();
  }
  constexpr Bytes EndOfCarried() const { return Carried() + L() * CarriedOfLayer(); }
  constexpr Bytes TotalBytes() const { return Round(EndOfCarried()); }

 private:
  static constexpr Bytes Round(Bytes bytes) { return (bytes + 7) / 8 * 8; }
  constexpr Bytes L() const { return shape_.n_layers(); }
  constexpr Bytes d() const { return shape_.d_model(); }
  constexpr bool narrow() const { return shape_.cache_bits() == 16; }
  constexpr Bytes ValueBytes() const {
    return narrow() ? 2 * (d() + shape_.d_head()) + 2 : 4 * (d() + shape_.d_head());
  }
  constexpr Bytes CarriedOfLayer() const {
    return sizeof(LayerState) + 4 * d() * shape_.kernel_size() +
           (shape_.max_seq() * ValueBytes() + 3) / 4 * 4;
  }

  const Shape& shape_;
  Bytes header_;
};

}  // namespace atome

#endif  // ATOME_ENGINE_F32_SMALL_MEMORY_H_
