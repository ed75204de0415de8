// The sum of a vector and three others, each with a factor.
#ifndef ATOME_ENGINE_Q15_KERNELS_ADD_TERMS_H_
#define ATOME_ENGINE_Q15_KERNELS_ADD_TERMS_H_

#include <stdint.h>

#include "engine/maths/scaled.h"

namespace atome::q15::kernel {

// A vector [d] that counts (v >> drop) * multiplier >> shift.
struct Term {
  const int32_t* v;
  int32_t multiplier;
  int32_t drop;   // 0 to 31
  int32_t shift;  // 0 to 31
};

// x += one term; returns the magnitude bits of all x, or-ed, as Magnitude has them.
inline uint32_t AddTerm(int32_t* x, uint32_t d, const Term& term) {
  const int32_t* v = term.v;
  const int32_t multiplier = term.multiplier, drop = term.drop, shift = term.shift;
  uint32_t magnitude = 0;
#pragma GCC unroll 4
  for (; d != 0; --d) {
    const int32_t sum = *x + (((*v++ >> drop) * multiplier) >> shift);
    *x++ = sum;
    magnitude |= static_cast<uint32_t>(sum ^ (sum >> 31));
  }
  return magnitude;
}

// x = (x << left >> right) + the three terms, all [d]; d is at least 1, left and right 0 to 31. The caller
// guarantees that every product and sum fits. Returns the magnitude bits of all x, or-ed. A pass a term, so
// that few registers serve.
[[gnu::noinline]] inline uint32_t AddTerms(int32_t* x, uint32_t d, int32_t left, int32_t right,
                                           const Term* terms) {
#pragma GCC unroll 4
  for (uint32_t i = 0; i < d; ++i) x[i] = ShiftLeft(x[i], left) >> right;
  AddTerm(x, d, terms[0]);
  AddTerm(x, d, terms[1]);
  return AddTerm(x, d, terms[2]);
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_ADD_TERMS_H_
