// LayerNorm of q15 against the contract, written out in integers of 64 bits, for every width and at the ends
// of exponents and elements.
#include "engine/q15/layer_norm.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "engine/testing/model_builder.h"

namespace atome::q15 {
namespace {

using testing::Source;

int BitsOf(uint64_t n) {
  int bits = 0;
  for (; n != 0; n >>= 1) ++bits;
  return bits;
}

int64_t Isqrt(int64_t n) {
  auto root = static_cast<int64_t>(std::sqrt(static_cast<double>(n)));
  while (root * root > n) --root;
  while ((root + 1) * (root + 1) <= n) ++root;
  return root;
}

int64_t DropR(int64_t v, int n) {
  n = std::min(n, 31);
  return n == 0 ? v : (v + (int64_t{1} << (n - 1))) >> n;
}

// len: bits of the longest element.
template <class T>
int LengthOf(const std::vector<T>& v) {
  int length = 0;
  for (const T each : v)
    length = std::max(length, BitsOf(static_cast<uint64_t>(each < 0 ? -int64_t{each} - 1 : each)));
  return length;
}

struct Root {
  int64_t g;
  int a;  // of the root's argument
};

// 1 / sqrt(variance + 1e-5) of S in units of 2^-2p, p - z given as `half`.
Root ContractsRoot(int64_t squares, int half, int64_t d) {
  const int n = 32 - 2 * half;
  int64_t total =
      n >= 0 ? squares + (42950 * d >> std::min(n, 31)) : (squares >> std::min(-n, 31)) + 42950 * d;
  int a = n >= 0 ? 2 * half : 32;
  total = std::max<int64_t>(total, 1);
  int r = 32 - BitsOf(static_cast<uint64_t>(total));
  int64_t variance = (total << r) / d;
  a += r;
  r = 32 - BitsOf(static_cast<uint64_t>(variance));
  if ((a + r) % 2 != 0) --r;
  variance = r >= 0 ? variance << r : variance >> 1;
  a += r;
  return {((int64_t{1} << 30) - 1) / Isqrt(variance), a};
}

std::vector<int16_t> ContractsNorm(const std::vector<int32_t>& x, int exponent,
                                   const std::vector<int16_t>& gamma, const std::vector<int16_t>& beta,
                                   const NormConstants& constants) {
  const auto d = static_cast<int64_t>(x.size());
  int log = 0;  // ceil(log2 d)
  while ((int64_t{1} << log) < d) ++log;
  const int z = log / 2, s = LengthOf(x) - 14, p = exponent - s;
  std::vector<int64_t> c;
  int64_t sum = 0;
  for (const int32_t each : x) {
    c.push_back(s > 0 ? DropR(each, s) : int64_t{each} << -s);
    sum += c.back();
  }
  const int64_t mean = (sum + d * (1 << 15) + (d >> 1)) / d - (1 << 15);
  int64_t squares = 0;
  for (int64_t& each : c) {
    each -= mean;
    squares += DropR(each, z) * DropR(each, z);
  }
  const Root root = ContractsRoot(squares, p - z, d);
  const int w = 15 - LengthOf(c);
  const int n = std::clamp(p + w + 15 - root.a / 2 + constants.gamma_exponent - constants.shift, 1, 31);
  std::vector<int16_t> q;
  for (size_t i = 0; i < c.size(); ++i) {
    const int64_t y = (c[i] * (int64_t{1} << w) * root.g + (1 << 14)) >> 15;
    q.push_back(static_cast<int16_t>(DropR(y * gamma[i], n) + beta[i]));
  }
  return q;
}

// Vectors of `d` elements of up to `bits` bits: random, one at either end, all alike but one, and all alike.
std::vector<int32_t> Vector(Source* source, uint32_t d, int bits, int kind) {
  const int32_t most = static_cast<int32_t>((int64_t{1} << bits) - 1);
  std::vector<int32_t> x(d);
  for (int32_t& each : x) {
    const auto random =
        static_cast<int32_t>(static_cast<int64_t>(source->Below(2 * static_cast<uint32_t>(most) + 1)) - most);
    each = kind == 0 ? random : kind == 1 ? most : kind == 2 ? -most : kind == 3 ? random / 256 : 0;
  }
  if (kind == 1 || kind == 4) x[source->Below(d)] = kind == 1 ? most - 1 : 1;
  if (kind == 3) x[source->Below(d)] = source->Below(2) != 0 ? most : -most;
  if (kind == 5) std::ranges::fill(x, most);
  return x;
}

TEST(Q15LayerNorm, IsTheContractsForEveryWidth) {
  Source source(31);
  for (uint32_t d = 1; d <= 80; ++d) {
    for (int repeat = 0; repeat < 60; ++repeat) {
      const int bits = repeat % 6 == 0 ? 30 : static_cast<int>(source.Below(31));
      const std::vector<int32_t> x = Vector(&source, d, bits, repeat % 7);
      const int exponent = static_cast<int>(source.Below(90)) - 30;
      const NormConstants constants = {static_cast<int16_t>(8 + source.Below(9)),
                                       static_cast<int16_t>(12 + source.Below(5))};
      std::vector<int16_t> gamma(d), beta(d);
      for (int16_t& each : gamma) each = static_cast<int16_t>(static_cast<int>(source.Below(65535)) - 32767);
      for (int16_t& each : beta) each = static_cast<int16_t>(static_cast<int>(source.Below(2001)) - 1000);
      Magnitude magnitude;
      for (const int32_t each : x) magnitude.Add(each);
      std::vector<int16_t> q(d);
      LayerNorm(x.data(), exponent, magnitude, gamma.data(), beta.data(), d, constants, q.data());
      ASSERT_EQ(q, ContractsNorm(x, exponent, gamma, beta, constants))
          << "d " << d << ", bits " << bits << ", exponent " << exponent << ", kind " << repeat % 7;
    }
  }
}

TEST(Q15LayerNorm, IsTheContractsForWideVectors) {
  Source source(32);
  for (const uint32_t d : {127u, 128u, 129u, 255u, 256u, 257u, 1023u, 1024u, 1025u, 2047u, 2048u}) {
    for (int repeat = 0; repeat < 14; ++repeat) {
      const std::vector<int32_t> x = Vector(&source, d, repeat % 2 == 0 ? 30 : 13, repeat % 7);
      const std::vector<int16_t> gamma(d, 23000), beta(d, -77);
      Magnitude magnitude;
      for (const int32_t each : x) magnitude.Add(each);
      std::vector<int16_t> q(d);
      LayerNorm(x.data(), 20, magnitude, gamma.data(), beta.data(), d, {10, 15}, q.data());
      ASSERT_EQ(q, ContractsNorm(x, 20, gamma, beta, {10, 15})) << d << " " << repeat;
    }
  }
}

// A mean of exactly a half is rounded up: of 0 and 1, at 14 bits 0 and 8192 (the elements have one bit), less
// 4096; of -1 and 0 the same halves. With widths that are odd the rounding adds (d >> 1) / d, which is under
// a half.
TEST(Q15LayerNorm, TheMeanIsRoundedToNearestHalvesUp) {
  const auto centred = [](std::vector<int32_t> x) {
    const auto d = static_cast<uint32_t>(x.size());
    Magnitude magnitude;
    for (const int32_t each : x) magnitude.Add(each);
    const std::vector<int16_t> gamma(d, 1 << 14), beta(d, 0);
    std::vector<int16_t> q(d);
    // At a variance far above 1e-5 an element is its share of the deviation, in units of 2^-12.
    LayerNorm(x.data(), 0, magnitude, gamma.data(), beta.data(), d, {12, 14}, q.data());
    return q;
  };
  // Elements of 14 bits, so that nothing is shifted: 10001 and 10002 less their mean of 10002 are -1 and 0.
  EXPECT_EQ(centred({10001, 10002}), (std::vector<int16_t>{-5792, 0}));
  EXPECT_EQ(centred({-10002, -10001}), (std::vector<int16_t>{-5792, 0}));
  // A mean of 10000 1/3, then 10000 2/3: the nearest are 10000 and 10001.
  EXPECT_EQ(centred({10000, 10000, 10001})[0], 0);
  EXPECT_EQ(centred({10000, 10001, 10001})[1], 0);
}

TEST(Q15DeviationOf, IsTheContractsAtTheEndsOfItsExponents) {
  Source source(33);
  for (const uint32_t d : {1u, 2u, 3u, 5u, 8u, 64u, 100u, 2047u, 2048u}) {
    for (int p = -70; p <= 70; ++p) {
      for (const uint32_t squares : {0u, 1u, 2u, 3u, 1u << 16, 1u << 30, (1u << 31) - 1, 1u << 31,
                                     static_cast<uint32_t>(source.Word()) >> 1}) {
        const Deviation found = DeviationOf(squares, p, d);
        const Root root = ContractsRoot(squares, p, d);
        ASSERT_EQ(found.g, root.g) << squares << " " << p << " " << d;
        ASSERT_EQ(found.exponent, 30 - root.a / 2) << squares << " " << p << " " << d;
        ASSERT_GE(found.g, 1 << 14);
        ASSERT_LT(found.g, 1 << 15);
      }
    }
  }
}

}  // namespace
}  // namespace atome::q15
