// What an engine keeps in the memory its caller gives it, and where. Every array starts at a multiple of 8
// bytes.
#ifndef ATOME_ENGINE_F32_MEMORY_H_
#define ATOME_ENGINE_F32_MEMORY_H_

#include <stdint.h>

#include "engine/config.h"
#include "engine/f32/kernels/ternary_columns.h"
#include "engine/image/tiles.h"
#include "engine/maths/scaled.h"
#include "engine/shape.h"

namespace atome {

// What else a layer carries from token to token beside its arrays.
struct LayerState {
  int32_t exponent;  // of s
  Magnitude magnitude;
};

// A position attention may choose, and its integer score.
struct Candidate {
  int64_t score;
  uint32_t slot;   // of that position in the rings
  int32_t weight;  // w, in units of 2^-30
};

// Groups of columns whose tables stand at once. More of them save rows' sums a trip to memory and back.
inline constexpr uint32_t kTableGroups = 7;

// Offsets in bytes from the start of the memory; `header_bytes` is what stands before the arrays.
template <class Shape>
class MemoryLayout {
 public:
  constexpr MemoryLayout(const Shape& shape, uint32_t header_bytes)
      : shape_(shape), header_(Round(header_bytes)) {}

  // Carried from token to token, cleared by a reset: LayerState [L]; s, int32 [L][d]; the last K - 1 values
  // of each channel of q, newest first, int32 [L][d][K-1]; then rings: keys, [L][S][h]; values, [L][S][d]:
  // int32, or with a cache of 16 bits int16 and after them their shifts, uint8 [2][L][S], the keys' first.
  constexpr uint64_t Carried() const { return States(); }
  constexpr uint64_t States() const { return header_; }
  constexpr uint64_t Recurrent() const { return States() + Round(L() * sizeof(LayerState)); }
  constexpr uint64_t History() const { return Recurrent() + Words(L() * d()); }
  constexpr uint64_t Keys() const { return History() + Words(L() * (shape_.kernel_size() - 1) * d()); }
  constexpr uint64_t Values() const { return Keys() + Cells(L() * S() * shape_.d_head()); }
  constexpr uint64_t Shifts() const { return Values() + Cells(L() * S() * d()); }
  constexpr uint64_t EndOfCarried() const { return Shifts() + (narrow() ? Round(2 * L() * S()) : 0); }

  // Used within a token: x, int32 [d]; q, int32 [d], and zeros to whole groups of columns; query, int32 [h],
  // and with a cache of 16 bits the sums of the key, int32 [h], and the query as int16 [h]; Candidate [k];
  // the router's sums, int32 [3]; the sums of the local and of the sparse pathway, int32 [d], and in their
  // place the product of a block's matrix in tiles, int32 [rows of its tiles]; tables of look-ups, int32
  // [kTableGroups][243] or [groups of a chunk][81]; with taps, the values of one, float [d].
  constexpr uint64_t Residual() const { return EndOfCarried(); }
  constexpr uint64_t Quantized() const { return Residual() + Words(d()); }
  constexpr uint64_t Query() const { return Quantized() + Words(d() + kernel::kGroup - 1); }
  constexpr uint64_t KeySums() const { return Query() + Words(shape_.d_head()); }
  constexpr uint64_t NarrowQuery() const { return KeySums() + (narrow() ? Words(shape_.d_head()) : 0); }
  constexpr uint64_t Candidates() const { return NarrowQuery() + (narrow() ? Cells(shape_.d_head()) : 0); }
  constexpr uint64_t RouterSums() const { return Candidates() + shape_.top_k() * sizeof(Candidate); }
  constexpr uint64_t Local() const { return RouterSums() + Words(3); }
  constexpr uint64_t Sparse() const { return Local() + Words(d()); }
  constexpr uint64_t Product() const { return Local(); }
  constexpr uint64_t Tables() const {
    const uint64_t sums = Sparse() + Words(d()), product = Product() + Words(tiles::Rows(BlockRows(shape_)));
    return MayBeTiles<Shape> && product > sums ? product : sums;
  }
  constexpr uint64_t Taps() const { return Tables() + Words(TableWords()); }
  constexpr uint64_t TotalBytes() const { return Taps() + (kTaps ? Words(d()) : 0); }

 private:
  static constexpr uint64_t Round(uint64_t bytes) { return (bytes + 7) / 8 * 8; }
  static constexpr uint64_t Words(uint64_t count) { return Round(count * 4); }
  // At least one table of columns, as scores stand in the same memory.
  constexpr uint64_t TableWords() const {
    const uint64_t columns = (MayBeColumns<Shape> ? kTableGroups : 1) * kernel::kTable;
    const uint64_t groups = tiles::Groups(shape_.d_model());
    const uint64_t tiled = (groups < tiles::kGroups ? groups : tiles::kGroups) * tiles::kCodes;
    return MayBeTiles<Shape> && tiled > columns ? tiled : columns;
  }
  constexpr bool narrow() const { return shape_.cache_bits() == 16; }
  // Elements of what attention remembers.
  constexpr uint64_t Cells(uint64_t count) const { return Round(count * (narrow() ? 2 : 4)); }
  constexpr uint64_t L() const { return shape_.n_layers(); }
  constexpr uint64_t d() const { return shape_.d_model(); }
  constexpr uint64_t S() const { return shape_.max_seq(); }

  const Shape& shape_;
  uint64_t header_;
};

}  // namespace atome

#endif  // ATOME_ENGINE_F32_MEMORY_H_
