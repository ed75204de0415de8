// What an engine of variant q15 keeps in the memory its caller gives it, and where. Every array starts at a
// multiple of 4 bytes.
#ifndef ATOME_ENGINE_Q15_MEMORY_H_
#define ATOME_ENGINE_Q15_MEMORY_H_

#include <stdint.h>

#include "engine/config.h"
#include "engine/image/tiles.h"
#include "engine/maths/scaled.h"
#include "engine/q15/constants.h"
#include "engine/q15/kernels/tables.h"
#include "engine/q15/kernels/tile_tables.h"
#include "engine/shape.h"

namespace atome::q15 {

// A position attention may choose: where it stands in the ring, its score, then its weight.
struct Candidate {
  int32_t score;
  uint32_t slot;
  uint32_t weight;  // a power of two until the sum of all is known, then in units of 2^-15
};

// Offsets in bytes from the start of the memory; `header_bytes` is what stands before the arrays.
// Pointer: where the engine runs.
template <class Shape, class Pointer = void*>
class MemoryLayout {
 public:
  constexpr MemoryLayout(const Shape& shape, uint32_t header_bytes)
      : shape_(shape), header_(Round(header_bytes)) {}

  // Positions of a layer's ring of q: those before the current one that the convolution reads.
  constexpr uint32_t Recent() const { return shape_.kernel_size() - 1; }

  // Groups of columns whose tables stand at once: more of them save rows' sums a trip to memory and back. A
  // cache of 8 bits is for those who have no memory to spare. Of matrices in tiles those of a chunk do.
  constexpr uint32_t TableGroups() const { return small() ? 1 : 7; }
  // Scores that stand at once.
  constexpr uint32_t Scores() const { return 64; }

  // Carried from token to token, cleared by a reset: s, int32 [L][d]; rings of q, int16 [L][Recent][d]; rings
  // of keys, int16 or int8 [L][S][h], and of values, int8 [L][S][d]; shifts of values and, when they have 8
  // bits, of keys, uint8 [L][S].
  constexpr uint64_t Recurrent() const { return header_; }
  constexpr uint64_t Ring() const { return Recurrent() + L() * d() * 4; }
  constexpr uint64_t Keys() const { return Ring() + Halves(L() * Recent() * d()); }
  constexpr uint64_t Values() const {
    const uint64_t elements = L() * S() * h();
    return Keys() + (small() ? Round(elements) : Halves(elements));
  }
  constexpr uint64_t ValueShifts() const { return Values() + Round(L() * S() * d()); }
  constexpr uint64_t KeyShifts() const { return ValueShifts() + Round(L() * S()); }
  constexpr uint64_t EndOfCarried() const { return KeyShifts() + (small() ? Round(L() * S()) : 0); }

  // Used within a token: x, int32 [d]; q, int16 [d], and zeros to whole groups of columns; sums of the rows
  // of a block's matrices, int32 [d + 2 h + 3 and up to whole tiles of 8], of which the first d become the
  // sparse pathway's; the query, int16 [h]; tables, uint16 [TableGroups][244] or [groups of a chunk][82].
  // When these have served, in their place: sums of the local pathway, int32 [d]; Candidate [k]; the rows
  // that the convolution reads, pointers [K], and then scores, int32 [Scores]. With taps, float [d].
  constexpr uint64_t Residual() const { return EndOfCarried(); }
  constexpr uint64_t Quantized() const { return Residual() + d() * 4; }
  constexpr uint64_t Sums() const { return Quantized() + Halves(d() + kernel::kGroup - 1); }
  constexpr uint64_t Query() const { return Sums() + tiles::Rows(BlockRows(shape_)) * 4; }
  constexpr uint64_t Tables() const { return (Query() + Halves(h()) + 7) / 8 * 8; }
  constexpr uint64_t Local() const { return Tables(); }
  constexpr uint64_t Candidates() const { return Local() + d() * 4; }
  constexpr uint64_t Rows() const { return (Candidates() + shape_.top_k() * sizeof(Candidate) + 7) / 8 * 8; }
  constexpr uint64_t Taps() const {
    const uint64_t tables = Tables() + TableEntries() * 2,
                   rows = Rows() + shape_.kernel_size() * sizeof(Pointer), scores = Rows() + Scores() * 4,
                   most = rows > scores ? rows : scores;
    return Round(tables > most ? tables : most);
  }
  constexpr uint64_t TotalBytes() const { return (Taps() + (kTaps ? d() * 4 : 0) + 7) / 8 * 8; }

 private:
  static constexpr uint64_t Round(uint64_t bytes) { return (bytes + 3) / 4 * 4; }
  static constexpr uint64_t Halves(uint64_t count) { return Round(count * 2); }
  constexpr uint64_t TableEntries() const {
    const uint64_t columns = MayBeColumns<Shape> ? TableGroups() * kernel::kTableStride : 0;
    const uint32_t groups = tiles::Groups(shape_.d_model());
    const uint64_t tiled = (groups < tiles::kGroups ? groups : tiles::kGroups) * kernel::kTileStride;
    return MayBeTiles<Shape> && tiled > columns ? tiled : columns;
  }
  constexpr bool small() const { return shape_.cache_bits() == 8; }
  constexpr uint64_t L() const { return shape_.n_layers(); }
  constexpr uint64_t d() const { return shape_.d_model(); }
  constexpr uint64_t h() const { return shape_.d_head(); }
  constexpr uint64_t S() const { return shape_.max_seq(); }

  const Shape& shape_;
  uint64_t header_;
};

}  // namespace atome::q15

#endif  // ATOME_ENGINE_Q15_MEMORY_H_
