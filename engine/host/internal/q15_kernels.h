// The loops of a pass of variant q15 beside those of kernels.h, with the same rows; engine/q15/numerics.md
// says what is computed. What is int16 there stands in lanes of int32 here.
#ifndef ATOME_ENGINE_HOST_INTERNAL_Q15_KERNELS_H_
#define ATOME_ENGINE_HOST_INTERNAL_Q15_KERNELS_H_

#include <cstddef>
#include <cstdint>

#include "engine/host/internal/kernels.h"
#include "engine/q15/constants.h"

namespace atome::host {

struct Q15NormLayer {
  const int32_t* gamma;  // [d], and below; low halves
  const int32_t* beta;
  uint32_t d;
  size_t stride;
  q15::NormConstants constants;
};
// q [count][stride] of x [count][stride], exponents and lengths [count] of x.
void Q15Norm(const Q15NormLayer& layer, size_t count, const int32_t* x, const int32_t* exponents,
             const int32_t* lengths, int32_t* q);

struct Q15BlockLayer {
  const int32_t* conv;  // trits [K][stride], age by age; low halves
  const int32_t* decay;
  const int32_t* gain;  // low halves
  uint32_t d, d_head, kernel_size, top_k, max_seq;
  int cache_bits;
  size_t stride;
  q15::LayerConstants constants;
};

// A position that attention may choose.
struct Q15Candidate {
  int32_t score;
  const int32_t* row;  // of projections
  uint32_t weight;
};

// KeyColumns, where the key of the first position is to stand.
struct Q15Keys {
  int32_t* columns;  // [head stride / 2][stride]
  size_t stride;
  size_t first;
};

struct Q15BlockScratch {
  int32_t* local;      // [stride]
  int32_t* sparse;     // [stride]
  int16_t* query;      // [head stride]
  int32_t* scores;     // [max_seq, to four vectors]
  Q15Candidate* best;  // [top_k]
};

// As MixPathways of kernels.h; nothing can fail. Writes keys; in a row of projections the value becomes what
// is remembered of it, and its shift stands behind the router's sums. s [stride]. Lengths are of x.
void Q15MixPathways(const Q15BlockLayer& layer, size_t count, const int32_t* q,
                    const Projections& projections, const Q15Keys& keys, int32_t* s,
                    const Q15BlockScratch& scratch, int32_t* x, int32_t* exponents, int32_t* lengths);

}  // namespace atome::host

#endif  // ATOME_ENGINE_HOST_INTERNAL_Q15_KERNELS_H_
