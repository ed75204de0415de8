// The inner loop of products over FP32 numbers, for cores with an FPU: two rows at a time share what is
// loaded of x.
#ifndef ATOME_ENGINE_PLAIN_KERNELS_ROW_PRODUCTS_H_
#define ATOME_ENGINE_PLAIN_KERNELS_ROW_PRODUCTS_H_

#include <stdint.h>

#include "engine/plain/kernels/floats.h"

namespace atome::plain::kernel {

// y[r] = sum of rows[r][i] x[i]; rows [count][columns].
inline void RowProducts(const float* rows, uint32_t count, uint32_t columns, const float* x, float* y) {
  if (columns < 4) {
    for (; count != 0; --count, rows += columns) *y++ = Dot(rows, x, columns);
    return;
  }
  for (; count >= 2; count -= 2, y += 2) {
    const float* a = rows;
    const float* b = rows + columns;
    const float* v = x;
    float a0 = a[0] * v[0], a1 = a[1] * v[1], a2 = a[2] * v[2], a3 = a[3] * v[3];
    float b0 = b[0] * v[0], b1 = b[1] * v[1], b2 = b[2] * v[2], b3 = b[3] * v[3];
    for (uint32_t left = columns / 4 - 1; left != 0; --left) {
      a += 4, b += 4, v += 4;
      const float v0 = v[0], v1 = v[1], v2 = v[2], v3 = v[3];
      a0 += a[0] * v0;
      b0 += b[0] * v0;
      a1 += a[1] * v1;
      b1 += b[1] * v1;
      a2 += a[2] * v2;
      b2 += b[2] * v2;
      a3 += a[3] * v3;
      b3 += b[3] * v3;
    }
    a += 4, b += 4, v += 4;
    const uint32_t rest = columns % 4;
    if (rest > 0) a0 += a[0] * v[0], b0 += b[0] * v[0];
    if (rest > 1) a1 += a[1] * v[1], b1 += b[1] * v[1];
    if (rest > 2) a2 += a[2] * v[2], b2 += b[2] * v[2];
    y[0] = (a0 + a1) + (a2 + a3);
    y[1] = (b0 + b1) + (b2 + b3);
    rows += 2 * columns;
  }
  if (count != 0) *y = Dot(rows, x, columns);
}

}  // namespace atome::plain::kernel

#endif  // ATOME_ENGINE_PLAIN_KERNELS_ROW_PRODUCTS_H_
