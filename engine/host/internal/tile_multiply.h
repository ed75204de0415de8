// Ternary products by a processor's matrix instructions (AMX), where it has them.
#ifndef ATOME_ENGINE_HOST_INTERNAL_TILE_MULTIPLY_H_
#define ATOME_ENGINE_HOST_INTERNAL_TILE_MULTIPLY_H_

#include <cstddef>
#include <cstdint>

#include "engine/host/internal/kernels.h"
#include "engine/host/internal/ternary_matrix.h"

namespace atome::host {

// Whether this processor has them and this system lets us use them; asks at the first call.
bool HasTiles();

// Multiply of kernels.h for any count; 16 vectors take the time of about three single ones. HasTiles() must
// hold.
void MultiplyByTiles(const TernaryMatrix& matrix, Elements elements, size_t count, const int32_t* q,
                     size_t q_stride, int32_t* sums, size_t sums_stride, ManyScratch* scratch);

// Likewise of one vector; pays with elements of any length.
void MultiplyOneByTiles(const TernaryMatrix& matrix, const int32_t* q, int32_t* sums, ManyScratch* scratch);

}  // namespace atome::host

#endif  // ATOME_ENGINE_HOST_INTERNAL_TILE_MULTIPLY_H_
