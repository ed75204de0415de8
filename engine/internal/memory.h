// What an engine keeps in the memory its caller gives it, and where. Every array starts at a multiple of 8
// bytes.
#ifndef ATOME_ENGINE_INTERNAL_MEMORY_H_
#define ATOME_ENGINE_INTERNAL_MEMORY_H_

#include <stdint.h>

#include "engine/internal/kernels/ternary_columns.h"

namespace atome {

// Constants of one layer that follow from its scales and vectors; engine/numerics.md, "Constants derived".
struct LayerConstants {
  float router_scale;  // s_R
  float local_scale;   // s_C
  float sparse_scale;  // s_V
  float score_scale;   // A
  int16_t norm_shift;  // P
  int16_t query_sign;  // g
};

// A position attention may choose, and its integer score.
struct Candidate {
  int64_t score;
  uint32_t slot;  // of the key and value rings
  union {
    float share;     // exp of its scaled distance to the best, until the sum of all is known
    int32_t weight;  // w, in units of 2^-30
  };
};

// Groups of columns whose tables stand at once. More of them save rows' sums a trip to memory and back.
inline constexpr uint32_t kTableGroups = 4;

// Offsets in bytes from the start of the memory; `header_bytes` is what stands before the arrays.
template <class Shape>
class MemoryLayout {
 public:
  constexpr MemoryLayout(const Shape& shape, uint32_t header_bytes)
      : shape_(shape), header_(Round(header_bytes)) {}

  // Set when a model is opened: LayerConstants [L]; decay, float [L][d].
  constexpr uint64_t Constants() const { return header_; }
  constexpr uint64_t Decay() const { return Constants() + Round(L() * sizeof(LayerConstants)); }

  // Carried from token to token, cleared by a reset: s, float [L][d]; then rings: q, int32 [L][K-1][d]; keys,
  // int32 [L][S][h]; values, int32 [L][S][d].
  constexpr uint64_t Recurrent() const { return Decay() + Words(L() * d()); }
  constexpr uint64_t History() const { return Recurrent() + Words(L() * d()); }
  constexpr uint64_t Keys() const { return History() + Words(L() * (shape_.kernel_size() - 1) * d()); }
  constexpr uint64_t Values() const { return Keys() + Words(L() * shape_.max_seq() * shape_.d_head()); }
  constexpr uint64_t EndOfCarried() const { return Values() + Words(L() * shape_.max_seq() * d()); }

  // Used within a token: x, float [d]; n, float [d]; q, int32 [d]; query, int32 [h]; Candidate [k]; the
  // router's shares, float [3]; the outputs of the three pathways, float [d] each.
  constexpr uint64_t Residual() const { return EndOfCarried(); }
  constexpr uint64_t Normalized() const { return Residual() + Words(d()); }
  constexpr uint64_t Quantized() const { return Normalized() + Words(d()); }
  constexpr uint64_t Query() const { return Quantized() + Words(d()); }
  constexpr uint64_t Candidates() const { return Query() + Words(shape_.d_head()); }
  constexpr uint64_t Routes() const { return Candidates() + shape_.top_k() * sizeof(Candidate); }
  constexpr uint64_t Local() const { return Routes() + Words(3); }
  constexpr uint64_t State() const { return Local() + Words(d()); }
  constexpr uint64_t Sparse() const { return State() + Words(d()); }
  // With ATOME03: the router's sums, int32 [3]; tables of kernels/ternary_columns.h, int32
  // [kTableGroups][243].
  constexpr uint64_t RouterSums() const { return Sparse() + Words(d()); }
  constexpr uint64_t Tables() const { return RouterSums() + Words(3); }
  constexpr uint64_t TotalBytes() const { return Tables() + Words(kTableGroups * kernel::kTable); }

 private:
  static constexpr uint64_t Round(uint64_t bytes) { return (bytes + 7) / 8 * 8; }
  static constexpr uint64_t Words(uint64_t count) { return Round(count * 4); }
  constexpr uint64_t L() const { return shape_.n_layers(); }
  constexpr uint64_t d() const { return shape_.d_model(); }

  const Shape& shape_;
  uint64_t header_;
};

}  // namespace atome

#endif  // ATOME_ENGINE_INTERNAL_MEMORY_H_
