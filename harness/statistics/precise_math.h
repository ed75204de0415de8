// exp and log of doubles with the same bits on every host, within 2 ULP. A C library's bits depend on its
// version and on the processor's instructions.
#ifndef ATOME_HARNESS_STATISTICS_PRECISE_MATH_H_
#define ATOME_HARNESS_STATISTICS_PRECISE_MATH_H_

#include <bit>
#include <cstdint>

namespace atome::harness {

inline constexpr double kLn2 = 0x1.62e42fefa39efp-1;

// e^x for x from -708 to 709; x is clamped to this range. It has no branches, so that loops over it become
// vector instructions.
inline double Exp(double x) {
  x = x < -708 ? -708 : x;
  x = x > 709 ? 709 : x;
  // x = k ln 2 + r with |r| <= ln 2 / 2; adding 1.5 * 2^52 rounds to an integer, which stands in the low
  // bits.
  constexpr double kRound = 0x1.8p52;
  const double rounded = x * 0x1.71547652b82fep0 + kRound;
  const double k = rounded - kRound;
  // ln 2 in two parts; k times the first, of 32 bits, is exact.
  const double r = (x - k * 0x1.62e42feep-1) - k * 0x1.a39ef35793c76p-33;
  // 1 / 2! to 1 / 13!, in pairs so that fewer operations wait for each other.
  const double r2 = r * r, r4 = r2 * r2;
  const double low = (1.0 / 2 + r * (1.0 / 6)) + r2 * (1.0 / 24 + r * (1.0 / 120));
  const double middle = (1.0 / 720 + r * (1.0 / 5040)) + r2 * (1.0 / 40320 + r * (1.0 / 362880));
  const double high =
      (1.0 / 3628800 + r * (1.0 / 39916800)) + r2 * (1.0 / 479001600 + r * (1.0 / 6227020800));
  const double sum = low + r4 * (middle + r4 * high);
  const double power = 1 + (r + r2 * sum);
  return power * std::bit_cast<double>((std::bit_cast<uint64_t>(rounded) + 1023) << 52);
}

// ln x for a normal positive x.
inline double Log(double x) {
  // x = 2^k m with m from sqrt(1/2) to sqrt(2); ln m = 2 artanh((m - 1) / (m + 1)).
  const uint64_t bits = std::bit_cast<uint64_t>(x);
  const uint64_t above = (bits - 0x3FE6A09E667F3BCD) >> 52;  // k modulo 2^12
  const auto k =
      static_cast<double>(above < 0x800 ? static_cast<int64_t>(above) : static_cast<int64_t>(above) - 0x1000);
  const double m = std::bit_cast<double>(bits - (above << 52));
  const double f = m - 1;
  const double s = f / (2 + f), z = s * s;
  constexpr double kTerms[] = {1.0 / 25, 1.0 / 23, 1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15,
                               1.0 / 13, 1.0 / 11, 1.0 / 9,  1.0 / 7,  1.0 / 5,  1.0 / 3};
  double sum = 0;
  for (const double term : kTerms) sum = sum * z + term;
  // f - s (f - 2 z sum): the large part of the sum is exact.
  const double low = k * 0x1.a39ef35793c76p-33 - s * (f - 2 * z * sum);
  return k * 0x1.62e42feep-1 + (f + low);
}

}  // namespace atome::harness

#endif  // ATOME_HARNESS_STATISTICS_PRECISE_MATH_H_
