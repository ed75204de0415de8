// The sum of a vector and three others, each times a factor.
#ifndef ATOME_ENGINE_F32_KERNELS_ADD_TERMS_H_
#define ATOME_ENGINE_F32_KERNELS_ADD_TERMS_H_

#include <stdint.h>

#include "engine/f32/terms.h"
#include "engine/maths/kernels/wide.h"

namespace atome::kernel {

// x[i] = x[i] / 2^drop, rounded down, + the three terms of i; x and elements [d]. Adds the new elements to
// `*sum`. Every x is at most 2^30. Returns the or of their magnitudes, as Magnitude has them.
inline uint32_t AddTerms(const Term* terms, uint32_t d, int drop, int32_t* x, int64_t* sum) {
  const Term a = terms[0], b = terms[1], c = terms[2];
  uint32_t magnitude = 0;
  int64_t total = 0;
  if ((a.up | b.up | c.up) == 0) {
    for (uint32_t i = 0; i < d; ++i) {
      int32_t mixed = MulHighAdd(x[i] >> drop, a.multiplier, a.elements[i]);
      mixed = MulHighAdd(mixed, b.multiplier, b.elements[i]);
      mixed = MulHighAdd(mixed, c.multiplier, c.elements[i]);
      x[i] = mixed;
      total += mixed;
      magnitude |= static_cast<uint32_t>(mixed ^ (mixed >> 31));
    }
  } else {
    for (uint32_t i = 0; i < d; ++i) {
      const int32_t mixed = c.AddTo(b.AddTo(a.AddTo(x[i] >> drop, i), i), i);
      x[i] = mixed;
      total += mixed;
      magnitude |= static_cast<uint32_t>(mixed ^ (mixed >> 31));
    }
  }
  *sum = total;
  return magnitude;
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_ADD_TERMS_H_
