// What an engine keeps in the memory its caller gives it, and where, as engine/internal/memory.h, in few bytes:
// the sums of a pathway, q and the tables of a product share memory, and of the vectors only what a token
// could not derive is kept. What is short stands first, so that an offset fits an instruction.
#ifndef ATOME_ENGINE_INTERNAL_MEMORY_H_
#define ATOME_ENGINE_INTERNAL_MEMORY_H_

#include <stdint.h>

#include "engine/config.h"
#include "engine/internal/layer_norm.h"
#include "engine/internal/product.h"
#include "engine/internal/scaled.h"

namespace atome {

// Constants of one layer that follow from its scales and vectors; engine/numerics.md, "Constants derived".
struct LayerConstants {
  float router_scale;  // s_R
  float score_scale;   // A
  NormConstants norm;
  int16_t gain_exponent;
  int16_t query_sign;  // g
};

// What else a layer carries from token to token beside its arrays.
struct LayerState {
  int32_t exponent;  // of s
};

// A position attention may choose, and its integer score.
struct Candidate {
  int64_t score;
  const int32_t* value;  // of that position, [d]
  union {
    float share;     // exp of its scaled distance to the best, until the sum of all is known
    int32_t weight;  // w, in units of 2^-30
  };
};

// Offsets in bytes from the start of the memory; `header_bytes` is what stands before the arrays.
template <class Shape>
class MemoryLayout {
 public:
  constexpr MemoryLayout(const Shape& shape, uint32_t header_bytes)
      : shape_(shape), header_(Round(header_bytes)) {}

  // Used within a token: Candidate [k]; x, int32 [d]; q, then the sums of the sparse pathway, int32 [d], and
  // zeros to whole groups of columns; query, int32 [h], then the router's sums, int32 [3], later its shares,
  // float [3]; tables of product.h, then the sums of the local pathway, int32 [d]; with taps, the values of
  // one, float [d].
  constexpr uint64_t Candidates() const { return header_; }
  constexpr uint64_t Residual() const { return Candidates() + shape_.top_k() * sizeof(Candidate); }
  constexpr uint64_t Quantized() const { return Residual() + 4 * d(); }
  constexpr uint64_t Sparse() const { return Quantized(); }
  constexpr uint64_t Query() const { return Quantized() + 4 * (d() + kernel::kGroup - 1); }
  constexpr uint64_t RouterSums() const { return Query() + 4 * uint64_t{shape_.d_head()}; }
  constexpr uint64_t Tables() const { return RouterSums() + 4 * 3; }
  constexpr uint64_t Local() const { return Tables(); }
  constexpr uint64_t Taps() const { return Tables() + 4 * (d() > kernel::kTables ? d() : kernel::kTables); }

  // Set when a model is opened, a layer after the other: LayerConstants; decay of the state, int32 [d].
  constexpr uint64_t Constants(uint32_t layer) const {
    return Taps() + (kTaps ? 4 * d() : 0) + layer * (sizeof(LayerConstants) + 4 * d());
  }
  constexpr uint64_t Decay(uint32_t layer) const { return Constants(layer) + sizeof(LayerConstants); }

  // Carried from token to token, cleared by a reset, a layer after the other: LayerState; s, int32 [d]; the
  // last K - 1 values of each channel of q, newest first, int32 [d][K-1]; a ring of values, int32 [d], each
  // with its key, int32 [h], in the order of the rows that make them.
  constexpr uint64_t Carried() const { return Constants(static_cast<uint32_t>(L())); }
  constexpr uint64_t State(uint32_t layer) const { return Carried() + layer * CarriedOfLayer(); }
  constexpr uint64_t Recurrent(uint32_t layer) const { return State(layer) + sizeof(LayerState); }
  constexpr uint64_t History(uint32_t layer) const { return Recurrent(layer) + 4 * d(); }
  constexpr uint64_t Value(uint32_t layer, uint32_t at) const {
    return History(layer) + 4 * (shape_.kernel_size() - 1) * d() + at * ValueBytes();
  }
  constexpr uint64_t EndOfCarried() const { return Carried() + L() * CarriedOfLayer(); }
  constexpr uint64_t TotalBytes() const { return Round(EndOfCarried()); }

 private:
  static constexpr uint64_t Round(uint64_t bytes) { return (bytes + 7) / 8 * 8; }
  constexpr uint64_t L() const { return shape_.n_layers(); }
  constexpr uint64_t d() const { return shape_.d_model(); }
  constexpr uint64_t ValueBytes() const { return 4 * (d() + shape_.d_head()); }
  constexpr uint64_t CarriedOfLayer() const {
    return sizeof(LayerState) + 4 * d() * shape_.kernel_size() + shape_.max_seq() * ValueBytes();
  }

  const Shape& shape_;
  uint64_t header_;
};

}  // namespace atome

#endif  // ATOME_ENGINE_INTERNAL_MEMORY_H_
