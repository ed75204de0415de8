// The inner loops over FP32 numbers. Sums have the contract's four chains.
#ifndef ATOME_ENGINE_PLAIN_KERNELS_FLOATS_H_
#define ATOME_ENGINE_PLAIN_KERNELS_FLOATS_H_

#include <stdint.h>

namespace atome::plain::kernel {

// sum of term(i), i = 0 .. count - 1, count at least 1.
template <class Term>
inline float Sum(uint32_t count, const Term& term) {
  float s[4] = {term(0), 0.0f, 0.0f, 0.0f};
  if (count > 1) s[1] = term(1);
  if (count > 2) s[2] = term(2);
  if (count > 3) s[3] = term(3);
  uint32_t i = 4;
  for (; i + 4 <= count; i += 4) {
    s[0] += term(i);
    s[1] += term(i + 1);
    s[2] += term(i + 2);
    s[3] += term(i + 3);
  }
  if (i < count) s[0] += term(i);
  if (i + 1 < count) s[1] += term(i + 1);
  if (i + 2 < count) s[2] += term(i + 2);
  return (s[0] + s[1]) + (s[2] + s[3]);
}

inline float Dot(const float* a, const float* b, uint32_t count) {
  return Sum(count, [a, b](uint32_t i) { return a[i] * b[i]; });
}

// out[i] = (sum of weights[j] rows[j][i], in order of j) scale, i = 0 .. width - 1; rows are `stride` apart,
// `count` is at least 1.
inline void MixRows(const float* weights, const float* rows, uint32_t stride, uint32_t count, uint32_t width,
                    float scale, float* out) {
  uint32_t i = 0;
  for (; i + 4 <= width; i += 4, rows += 4) {
    const float* row = rows;
    float a = weights[0] * row[0], b = weights[0] * row[1], c = weights[0] * row[2], e = weights[0] * row[3];
    for (uint32_t j = 1; j < count; ++j) {
      row += stride;
      a += weights[j] * row[0];
      b += weights[j] * row[1];
      c += weights[j] * row[2];
      e += weights[j] * row[3];
    }
    out[i] = a * scale;
    out[i + 1] = b * scale;
    out[i + 2] = c * scale;
    out[i + 3] = e * scale;
  }
  for (; i < width; ++i, ++rows) {
    const float* row = rows;
    float a = weights[0] * row[0];
    for (uint32_t j = 1; j < count; ++j) a += weights[j] * (row += stride)[0];
    out[i] = a * scale;
  }
}

}  // namespace atome::plain::kernel

#endif  // ATOME_ENGINE_PLAIN_KERNELS_FLOATS_H_
