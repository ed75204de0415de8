// What an engine of variant q15 keeps in the memory its caller gives it, and where. Every array starts at a
// multiple of 4 bytes.
#ifndef ATOME_ENGINE_Q15_MEMORY_H_
#define ATOME_ENGINE_Q15_MEMORY_H_

#include <stdint.h>

#include "engine/config.h"
#include "engine/maths/scaled.h"
#include "engine/q15/constants.h"
#include "engine/q15/kernels/tables.h"

namespace atome::q15 {

// A position attention may choose: where it stands in the ring, its score, then its weight.
struct Candidate {
  int32_t score;
  uint32_t slot;
  uint32_t weight;  // a power of two until the sum of all is known, then in units of 2^-15
};

// Offsets in bytes from the start of the memory; `header_bytes` is what stands before the arrays.
template <class Shape>
class MemoryLayout {
 public:
  constexpr MemoryLayout(const Shape& shape, uint32_t header_bytes)
      : shape_(shape), header_(Round(header_bytes)) {}

  // Positions of a layer's ring of q: as many as the convolution reads, and with a cache of 16 bits
  // attention.
  constexpr uint32_t Recent() const {
    const uint32_t kernel = shape_.kernel_size(), window = shape_.max_seq();
    return shape_.cache_bits() == 16 && window > kernel ? window : kernel;
  }

  // Groups of columns whose tables stand at once: more of them save rows' sums a trip to memory and back. A
  // cache of 8 bits is for those who have no memory to spare.
  constexpr uint32_t TableGroups() const { return small() ? 1 : 7; }
  // Scores that stand at once, in the memory of the tables.
  constexpr uint32_t Scores() const { return TableGroups() * kernel::kTableStride / 2; }

  // Groups of five of the query's elements.
  constexpr uint32_t QueryGroups() const { return ConstantsLayout<Shape>(shape_).QueryGroups(); }

  // Carried from token to token, cleared by a reset: s, int32 [L][d]; rings of q, int16 [L][Recent][d]; with
  // a cache of 8 bits rings of int8 [L][S][d] and their shifts, uint8 [L][S].
  constexpr uint64_t Recurrent() const { return header_; }
  constexpr uint64_t Ring() const { return Recurrent() + L() * d() * 4; }
  constexpr uint64_t Cache() const { return Ring() + Halves(L() * Recent() * d()); }
  constexpr uint64_t Shifts() const { return Cache() + (small() ? Round(L() * S() * d()) : 0); }
  constexpr uint64_t EndOfCarried() const { return Shifts() + (small() ? Round(L() * S()) : 0); }

  // Used within a token: x, int32 [d]; q, then the mix of earlier ones, int16 [d], and zeros to whole groups
  // of columns; sums of the query's and the router's rows, int32 [h + 3]; the query likewise, int16 [h]; u,
  // int16 [d]; Candidate [k]; sums of the local and of the sparse pathway, int32 [d]; tables, uint16
  // [TableGroups][244], and in their place the scores, int32 [Scores], or the rows that the convolution
  // reads, pointers [K]; with taps, float [d].
  constexpr uint64_t Residual() const { return EndOfCarried(); }
  constexpr uint64_t Quantized() const { return Residual() + d() * 4; }
  constexpr uint64_t Sums() const { return Quantized() + Halves(d() + kernel::kGroup - 1); }
  constexpr uint64_t Query() const { return Sums() + (shape_.d_head() + 3) * 4; }
  constexpr uint64_t Lookout() const { return Query() + Halves(QueryGroups() * kernel::kGroup); }
  constexpr uint64_t Candidates() const { return Lookout() + Halves(d()); }
  constexpr uint64_t Local() const { return Candidates() + shape_.top_k() * sizeof(Candidate); }
  constexpr uint64_t Sparse() const { return Local() + d() * 4; }
  constexpr uint64_t Tables() const { return (Sparse() + d() * 4 + 7) / 8 * 8; }
  constexpr uint64_t Taps() const {
    const uint64_t tables = TableGroups() * kernel::kTableStride * 2,
                   rows = shape_.kernel_size() * sizeof(void*);
    return Tables() + Round(tables > rows ? tables : rows);
  }
  constexpr uint64_t TotalBytes() const { return (Taps() + (kTaps ? d() * 4 : 0) + 7) / 8 * 8; }

 private:
  static constexpr uint64_t Round(uint64_t bytes) { return (bytes + 3) / 4 * 4; }
  static constexpr uint64_t Halves(uint64_t count) { return Round(count * 2); }
  constexpr bool small() const { return shape_.cache_bits() == 8; }
  constexpr uint64_t L() const { return shape_.n_layers(); }
  constexpr uint64_t d() const { return shape_.d_model(); }
  constexpr uint64_t S() const { return shape_.max_seq(); }

  const Shape& shape_;
  uint64_t header_;
};

}  // namespace atome::q15

#endif  // ATOME_ENGINE_Q15_MEMORY_H_
