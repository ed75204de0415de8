// The inner loop of products over FP32 numbers.
#ifndef ATOME_ENGINE_PLAIN_KERNELS_ROW_PRODUCTS_H_
#define ATOME_ENGINE_PLAIN_KERNELS_ROW_PRODUCTS_H_

#include <stdint.h>

#include "engine/plain/kernels/floats.h"

namespace atome::plain::kernel {

// y[r] = sum of rows[r][i] x[i]; rows [count][columns].
inline void RowProducts(const float* rows, uint32_t count, uint32_t columns, const float* x, float* y) {
  for (; count != 0; --count, rows += columns) *y++ = Dot(rows, x, columns);
}

}  // namespace atome::plain::kernel

#endif  // ATOME_ENGINE_PLAIN_KERNELS_ROW_PRODUCTS_H_
