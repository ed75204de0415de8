// The loops of a pass, each for the best instructions that this processor has; chosen at the first call.
// Layers are worked off one by one for all positions of a chunk, so every kernel takes `count` of them.
//
// Rows of int32 stand at kAlignment and are padded with zeros to whole kLanes; "stride" is their distance in
// elements. Padding stays zero through every kernel. engine/f32/numerics.md says what is computed; a length
// is the contract's len(v).
#ifndef ATOME_ENGINE_HOST_INTERNAL_KERNELS_H_
#define ATOME_ENGINE_HOST_INTERNAL_KERNELS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/f32/constants.h"
#include "engine/f32/memory.h"
#include "engine/host/internal/ternary_matrix.h"

namespace atome::host {

// How long the elements of q may be: any int32, or 14 bits and a sign.
enum class Elements { kAny, kShort };

// sums[r] = sum over columns c of trit[r][c] q[c], modulo 2^32, for `count` vectors. Where they fill half a
// register or more, the codes of the matrix are read once for all of them, else its tiles for each. q
// [count][q_stride], q_stride at least columns; sums [count][sums_stride], sums_stride at least rows; scratch
// for this matrix or a larger one.
void Multiply(const TernaryMatrix& matrix, Elements elements, size_t count, const int32_t* q, size_t q_stride,
              int32_t* sums, size_t sums_stride, ManyScratch* scratch);

struct NormLayer {
  const int32_t* gamma;  // [d], and below
  const int32_t* beta;
  uint32_t d;
  size_t stride;
  NormConstants constants;
};
// q [count][stride], lengths [count], of x [count][stride] with exponents [count].
void Norm(const NormLayer& layer, size_t count, const int32_t* x, const int32_t* exponents, int32_t* q,
          int32_t* q_lengths);

// What the three pathways of a block need beside their inputs.
struct BlockLayer {
  const int32_t* conv;  // trits [K][stride], age by age
  const int32_t* decay;
  const int32_t* gain;
  uint32_t d, d_head, kernel_size, top_k, max_seq;
  size_t stride;
  LayerConstants constants;
};

// s [stride]; carried from position to position.
struct Carried {
  int32_t* s;
  int32_t exponent;
  int32_t length;
};

// Of one row of projections: the value [stride], then key and query [head stride each], then the router's 3.
struct Projections {
  int32_t* rows;  // of the first position; rows before it are those of earlier ones
  size_t before;  // how many those are
  size_t stride;
  size_t key, query, router;  // where in a row
};

// A position that attention chooses.
struct Candidate {
  int64_t score;
  const int32_t* value;  // of that position, a row
  union {
    float share;     // exp of its scaled distance to the best, until the sum of all is known
    int32_t weight;  // w, in units of 2^-30
  };
};

// Rows of a window with a key in each, and what is chosen for it.
struct KeyRows {
  const int32_t* keys;    // of the oldest row
  const int32_t* values;  // likewise
  size_t stride;
  size_t head;  // a multiple of kLanes
};

inline constexpr size_t kMostHead = 256;  // of any configuration

struct BlockScratch {
  int32_t* local;   // [stride]
  int32_t* sparse;  // [stride]
  float* columns;   // keys turned, [head stride][columns_stride]
  size_t columns_stride;
  float* scores;    // [columns_stride]
  Candidate* best;  // [top_k]
};

// Everything of a block after its norm and products: shifts keys and queries, routes, and adds the three
// pathways to x [count][stride]. q [count][stride], with K - 1 rows of earlier positions before it. Returns
// how many positions, from the first, stay finite; what follows them is undefined, the carried state too.
size_t MixPathways(const BlockLayer& layer, size_t count, const int32_t* q, const int32_t* q_lengths,
                   const Projections& projections, Carried* carried, const BlockScratch& scratch, int32_t* x,
                   int32_t* exponents);

// logits[i] = fl(float(sums[i]) * scale), i below count. `sums` is aligned, `logits` need not be.
void ScaleSums(const int32_t* sums, size_t count, float scale, float* logits);

// The instructions in use, as "AVX3".
const char* TargetInUse();

// All that this build and this processor have, best first, as hwy::SetSupportedTargetsForTest takes them.
std::vector<int64_t> Targets();

}  // namespace atome::host

#endif  // ATOME_ENGINE_HOST_INTERNAL_KERNELS_H_
