// LayerNorm in integers; engine/f32/numerics.md, "LayerNorm".
#ifndef ATOME_ENGINE_F32_LAYER_NORM_H_
#define ATOME_ENGINE_F32_LAYER_NORM_H_

#include <stdint.h>

#include "engine/f32/constants.h"
#include "engine/f32/kernels/centred_squares.h"
#include "engine/f32/kernels/normal_high.h"
#include "engine/f32/kernels/reciprocal.h"
#include "engine/f32/kernels/scale_centred.h"
#include "engine/files/model_file.h"
#include "engine/maths/float_bits.h"
#include "engine/maths/kernels/square_root.h"
#include "engine/maths/kernels/wide.h"
#include "engine/maths/scaled.h"

namespace atome {

// 1 / sqrt(total * 2^-exponent), 0 < total < 2^31: Newton's iteration from a line. The multiplier is that of
// a number from 2^-1.5 to 2^-0.5, relative error under 5e-9.
inline Factor InverseRoot(uint32_t total, int32_t exponent) {
  const int32_t odd = exponent & 1;
  exponent += odd;
  total <<= odd;
  if (total >> 31 != 0) {
    total >>= 2;
    exponent -= 2;
  }
  for (; total >> 29 == 0; total <<= 2) exponent += 2;
  const int32_t n = static_cast<int32_t>(total);  // from 2 to 8, in 2^-28
  int32_t y = 0x608509C0 - kernel::MulHigh(n, 0x6E4EAD0C);
  for (int step = 0; step < 4; ++step) {
    const int32_t square = 2 * kernel::MulHighRounded(y, y);
    y += kernel::MulHighRounded(y, ((1 << 27) - kernel::MulHighRounded(square, n)) * 16);
  }
  return {y, 45 - (exponent >> 1)};
}

// x, [d], of int32 times 2^-exponent, and what who wrote it saw on the way.
struct Residual {
  const int32_t* elements;
  int32_t exponent;
  Magnitude magnitude;
  int64_t sum;
};

// The sum over d elements, divided by d and rounded to nearest, halves up. |sum| is at most d * 2^30.
inline int32_t MeanOf(int64_t sum, uint32_t d) {
  if (__builtin_constant_p(d) && (d & (d - 1)) == 0)
    return static_cast<int32_t>((sum + (d >> 1)) >> __builtin_ctz(d));
  // As a number of 43 bits that is not negative, 16 of them after the others.
  const uint64_t raised = static_cast<uint64_t>(sum) + (uint64_t{d} << 30) + (d >> 1);
  const uint32_t upper = static_cast<uint32_t>(raised >> 16), quotient = upper / d;
  const uint32_t rest = (upper - quotient * d) << 16 | (static_cast<uint32_t>(raised) & 0xFFFF);
  return static_cast<int32_t>((quotient << 16) + rest / d - (1u << 30));
}

// What a centred vector is multiplied by: a factor that holds the inverse of sqrt(variance + 1e-5).
struct NormScale {
  int32_t factor;
  int up;    // of an element, before the product
  int left;  // of the product

  // `squares`: the sum of the squares of d elements in units of 2^-p.
  NormScale(uint64_t squares, int32_t p, uint32_t d, const NormConstants& constants) {
    constexpr int32_t kEpsilon = 0x29F16B12, kEpsilonExponent = 46;  // 1e-5
    int32_t squares_up;
    const int32_t variance = kernel::NormalHigh(squares, constants.inverse_width, &squares_up);
    const int32_t exponent = 2 * p + squares_up + 30 - __builtin_clz(d);
    const int32_t total = (variance >> ShiftOf(exponent - kEpsilonExponent)) +
                          (kEpsilon >> ShiftOf(kEpsilonExponent - exponent));
    const Factor g =
        InverseRoot(static_cast<uint32_t>(total), exponent < kEpsilonExponent ? exponent : kEpsilonExponent);
    // No element exceeds the square root of `squares`.
    const int room = ShiftOf(31 - ((32 - squares_up) >> 1));
    const int32_t n = p + room + constants.gamma_exponent + g.exponent - 64 - constants.shift;
    factor = g.multiplier >> ShiftOf(n - room);
    left = ShiftOf(-n);
    up = ShiftOf(room - n);
    if (up > room) up = room;
  }
};

// (2^61 - 1) / d with d shifted up to 31 bits.
inline int32_t InverseWidth(uint32_t d) { return kernel::Reciprocal(d << (__builtin_clz(d) - 1)); }

// q = LayerNorm(x; gamma, beta) times 2^P, all [d]; gamma is scaled by its exponent, beta by P. |x| is at
// most 2^30. Returns the magnitude of q.
inline Magnitude LayerNorm(const Residual& x, const int32_t* gamma, const int32_t* beta, uint32_t d,
                           const NormConstants& constants, int32_t* q) {
  const int surplus = x.magnitude.Length() - 25;
  const int drop = surplus > 0 ? surplus : 0;  // so that 2048 squares fit
  const uint64_t squares = kernel::CentredSquares(x.elements, d, MeanOf(x.sum, d), drop, q);
  const NormScale scale(squares, x.exponent - drop, d, constants);
  return Magnitude(kernel::ScaleCentred(gamma, beta, d, scale.factor, scale.up, scale.left, q));
}

// P: the power of two at which a normalised vector is quantised so that neither a ternary product nor a
// convolution of `taps` taps can leave int32. Sets `*finite` to false when the bound overflows.
inline int NormShift(FloatTensor gamma, FloatTensor beta, uint32_t d, uint32_t taps, bool* finite) {
  float gamma_squares = 0.0f, beta_sum = 0.0f, gamma_most = 0.0f, beta_most = 0.0f;
  for (uint32_t i = 0; i < d; ++i) {
    const float g = Abs(gamma[i]), b = Abs(beta[i]);
    gamma_squares = gamma_squares + g * g;
    beta_sum = beta_sum + b;
    if (g > gamma_most) gamma_most = g;
    if (b > beta_most) beta_most = b;
  }
  const float width = Sqrt(static_cast<float>(d));
  const float product_bound = width * Sqrt(gamma_squares) + beta_sum;
  const float taps_bound = static_cast<float>(taps) * (width * gamma_most + beta_most);
  const float bound = (product_bound > taps_bound ? product_bound : taps_bound) * 0x1.02p+0f;
  if (!IsFinite(bound)) *finite = false;
  // The biased exponent of `bound` is 126 more than the least E with bound < 2^E.
  const int p = 31 - (static_cast<int>(ToBits(bound) >> 23) - 126);
  return p < 87 ? p : 87;
}

}  // namespace atome

#endif  // ATOME_ENGINE_F32_LAYER_NORM_H_
