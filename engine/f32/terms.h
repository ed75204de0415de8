// The terms of a mix: vectors, each times a factor; engine/f32/numerics.md, "One token".
#ifndef ATOME_ENGINE_F32_TERMS_H_
#define ATOME_ENGINE_F32_TERMS_H_

#include <stdint.h>

#include "engine/maths/kernels/wide.h"
#include "engine/maths/scaled.h"

namespace atome {

// multiplier * elements[i] * 2^up / 2^32, rounded down.
struct Term {
  const int32_t* elements;
  int32_t multiplier;
  int up;

  int32_t AddTo(int32_t sum, uint32_t i) const {
    return kernel::MulHighAdd(sum, multiplier, ShiftLeft(elements[i], up));
  }
};

// A factor times a vector, before it has the exponent of the sum.
struct Part {
  const int32_t* elements;
  int32_t multiplier;
  int32_t exponent;  // of the upper halves of their products
  int length;        // of the vector

  Part() = default;
  Part(const int32_t* vector, int32_t vector_exponent, int vector_length, Factor factor)
      : elements(vector),
        multiplier(factor.multiplier),
        exponent(factor.exponent + vector_exponent - 32),
        length(vector_length) {}

  // The greatest exponent at which no term has more than 30 bits.
  int32_t Limit() const { return exponent + 31 - length; }
  // At an exponent of at most Limit() - 2.
  Term At(int32_t of_sum) const {
    const int32_t drop = exponent - of_sum;
    return {elements, multiplier >> ShiftOf(drop), ShiftOf(-drop)};
  }
};

}  // namespace atome

#endif  // ATOME_ENGINE_F32_TERMS_H_
