#include "harness/statistics/student_t.h"

#include <cmath>

namespace atome::harness {
namespace {

constexpr double kPi = 0x1.921fb54442d18p+1;

// Taylor's series for |x| <= pi / 4: the terms left out are below 1e-17.
double SmallCos(double x) {
  const double square = x * x;
  double sum = 0;
  for (int n = 16; n > 0; n -= 2) sum = (1 - sum) * square / (n * (n - 1));
  return 1 - sum;
}
double SmallSin(double x) {
  const double square = x * x;
  double sum = 0;
  for (int n = 17; n > 1; n -= 2) sum = (1 - sum) * square / (n * (n - 1));
  return x - x * sum;
}

struct Turn {
  double sine, cosine;
};

// For x from 0 to pi / 2, given as it is and as what is left of pi / 2, which is exact for either half.
Turn TurnBy(double x, double rest) {
  if (x <= rest) return {SmallSin(x), SmallCos(x)};
  return {SmallCos(rest), SmallSin(rest)};
}

// P(|T| < t) for t = sqrt(degrees) tan(x).
double Inside(const Turn& turn, double x, uint32_t degrees) {
  const double square = turn.cosine * turn.cosine;
  const bool odd = degrees % 2 == 1;
  double term = odd ? turn.cosine : 1, sum = degrees == 1 ? 0 : term;
  for (uint32_t k = odd ? 3 : 2; k < degrees; k += 2) {
    term *= square * (k - 1) / k;
    sum += term;
  }
  return odd ? 2 / kPi * (x + turn.sine * sum) : turn.sine * sum;
}

}  // namespace

double CosPi(uint64_t over, uint64_t under) {
  over %= 2 * under;
  if (over > under) over = 2 * under - over;
  const bool negative = 2 * over > under;
  if (negative) over = under - over;
  const auto of = static_cast<double>(under);
  const double x = kPi * (static_cast<double>(over) / of);
  const double rest = kPi * (static_cast<double>(under - 2 * over) / (2 * of));
  const double cosine = TurnBy(x, rest).cosine;
  return negative ? -cosine : cosine;
}

double StudentQuantile(double tail, uint32_t degrees) {
  // `rest` is the angle that is left of pi / 2; t falls as it grows. Halved until nothing is between its
  // bounds.
  double least = 0, most = kPi / 2, rest = most / 2;
  while (rest != least && rest != most) {
    const double x = kPi / 2 - rest;
    (1 - Inside(TurnBy(x, rest), x, degrees) < 2 * tail ? least : most) = rest;
    rest = least + (most - least) / 2;
  }
  const Turn turn = TurnBy(kPi / 2 - rest, rest);
  return std::sqrt(static_cast<double>(degrees)) * turn.sine / turn.cosine;
}

}  // namespace atome::harness
