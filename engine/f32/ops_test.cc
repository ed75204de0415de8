// Ops of f32 against the contract, written out in wide integers: exponents far apart and at the least that is
// finite, elements and factors at the ends of their ranges.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "engine/cached_shape.h"
#include "engine/f32/ops/mix.h"
#include "engine/f32/ops/state.h"
#include "engine/f32/workspace.h"
#include "engine/testing/model_builder.h"
#include "engine/testing/op_vectors.h"

namespace atome {
namespace {

using testing::Between;
using testing::Drop;
using testing::LengthOf;
using testing::MagnitudeOf;
using testing::Put;
using testing::Source;
using Shape = CachedShape<RuntimeShape, RuntimeCache<32, 16>>;
__extension__ using Wide = __int128;

int64_t DropR(int64_t v, int64_t n) {
  n = std::min<int64_t>(n, 31);
  return n == 0 ? v : (v + (int64_t{1} << (n - 1))) >> n;
}
int64_t High(int64_t a, int64_t b) { return a * b >> 32; }

std::vector<int32_t> Vector(Source* source, uint32_t d, int bits) {
  return testing::Vector(source, d, bits, testing::Least::kMinusMost);
}

// A workspace of two layers with constants of its own and no model.
class Owned {
 public:
  explicit Owned(uint16_t d) {
    EXPECT_TRUE(shape_.Set(atome_config{5, d, 2, 4, 3, 3, 4}) && shape_.Set(Format::kColumns) &&
                shape_.SetCache(32));
    constants_.resize(ConstantsLayout<Shape>(shape_).TotalBytes() / 8);
    const uint64_t bytes = MemoryLayout<Shape>(shape_, sizeof(Workspace<Shape>)).TotalBytes();
    memory_.reset(new uint64_t[bytes / 8 + 1]());
    w_ = new (memory_.get()) Workspace<Shape>{.shape = shape_, .file = nullptr};
    w_->constants = reinterpret_cast<const uint8_t*>(constants_.data());
  }
  Workspace<Shape>& operator*() { return *w_; }
  Workspace<Shape>* operator->() { return w_; }
  ConstantsBlock<Shape, uint8_t> constants() {
    return {shape_, reinterpret_cast<uint8_t*>(constants_.data())};
  }

 private:
  Shape shape_;
  std::vector<uint64_t> constants_;
  std::unique_ptr<uint64_t[]> memory_;
  Workspace<Shape>* w_;
};

struct Term {
  std::vector<int32_t> v;
  int64_t exponent;
  Factor factor;
  Share share;
};

struct Mixed {
  std::vector<int32_t> x;
  int64_t exponent, sum;
};

// "x += the three" of the contract.
Mixed ContractsMix(const std::vector<int32_t>& x, int64_t exponent, const std::vector<Term>& terms) {
  struct Scaled {
    int64_t f, k;
  };
  std::vector<Scaled> scaled;
  int64_t common = exponent + 30 - LengthOf(x);
  for (const Term& term : terms) {
    // times((m, k), R, N)
    const int64_t p = High(term.factor.multiplier, term.share.share);
    Scaled times = {0, kNever};
    if (p != 0) {
      const int u = 31 - LengthOf({static_cast<int32_t>(p)});
      times = {p * (int64_t{1} << u), int64_t{term.factor.exponent} + term.share.drop - 2 + u};
    }
    scaled.push_back(times);
    common = std::min(common, times.k + term.exponent - 1 - LengthOf(term.v));
  }
  common -= 2;
  Mixed mixed{{}, common, 0};
  for (size_t i = 0; i < x.size(); ++i) {
    int64_t sum = exponent >= common ? Drop(x[i], exponent - common) : int64_t{x[i]} << (common - exponent);
    for (size_t t = 0; t < terms.size(); ++t) {
      const int64_t j = scaled[t].k + terms[t].exponent - 32 - common;
      const int64_t factor = j <= 0 ? scaled[t].f : Drop(scaled[t].f, j);
      // Where the factor is 0, so is the product, however far up the element is taken.
      const Wide element = j < 0 && factor != 0 ? Wide{terms[t].v[i]} << -j : Wide{terms[t].v[i]};
      sum += static_cast<int64_t>(factor * element >> 32);
    }
    mixed.x.push_back(static_cast<int32_t>(sum));
    mixed.sum += sum;
  }
  return mixed;
}

TEST(F32Mix, IsTheContractsWhicheverPartIsTheLargest) {
  Source source(51);
  int kinds[4] = {}, least = 0, under = 0;
  for (int repeat = 0; repeat < 8'000; ++repeat) {
    const auto d = static_cast<uint16_t>(1 + source.Below(20));
    const uint32_t layer = source.Below(2);
    Owned w(d);
    LayerConstants& constants = w.constants().Layer(layer);
    const auto factor = [&] {
      if (source.Below(12) == 0) return Factor{0, kNever};
      const auto size = static_cast<int32_t>((1u << 30) + source.Below(1u << 30));
      return Factor{source.Below(2) != 0 ? size : -size, static_cast<int32_t>(source.Below(60)) + 10};
    };
    const auto bits = [&](int most) {
      return static_cast<int>(source.Below(static_cast<uint32_t>(most) + 2)) - 1;
    };
    constants.local = factor(), constants.sparse = factor();
    constants.norm.shift = static_cast<int16_t>(source.Below(60));
    for (Share& route : w->routes) {
      route = {static_cast<int32_t>(source.Below((1u << 30) + 1)), static_cast<int32_t>(source.Below(47))};
      if (source.Below(12) == 0) route.share = source.Below(2) != 0 ? 0 : 1 << 30;
    }
    const std::vector<int32_t> x = Vector(&source, d, bits(30)), local = Vector(&source, d, bits(31)),
                               recurrent = Vector(&source, d, bits(31)),
                               sparse = Vector(&source, d, bits(31));
    Put(x, w->Residual()), Put(local, w->Local()), Put(recurrent, w->Recurrent(layer)),
        Put(sparse, w->Sparse());
    w->residual_magnitude = MagnitudeOf(x), w->local_magnitude = MagnitudeOf(local);
    w->State(layer) = {static_cast<int32_t>(source.Below(90)) - 20, MagnitudeOf(recurrent)};
    if (source.Below(10) == 0)
      w->State(layer) = {kNever, {}}, Put(std::vector<int32_t>(d, 0), w->Recurrent(layer));
    w->sparse_magnitude = MagnitudeOf(sparse);
    w->sparse_exponent = static_cast<int32_t>(source.Below(80));
    w->residual_exponent = static_cast<int32_t>(source.Below(90)) - 20;
    // One time in four where the sum's exponent is about the least.
    if (repeat % 4 == 0)
      w->residual_exponent = kLeastExponent - 31 + LengthOf(x) + static_cast<int>(repeat / 4 % 6);
    const std::vector<int32_t> s(w->Recurrent(layer), w->Recurrent(layer) + d);
    const Mixed expected = ContractsMix(x, w->residual_exponent,
                                        {{local, constants.norm.shift, constants.local, w->routes[0]},
                                         {s, w->State(layer).exponent, {1 << 30, 30}, w->routes[1]},
                                         {sparse, w->sparse_exponent, constants.sparse, w->routes[2]}});
    least += expected.exponent == -96;
    under += expected.exponent < -96;
    const bool finite = op::Mix<Shape>::Run(*w, layer);
    ASSERT_EQ(finite, expected.exponent >= -96) << repeat << ": " << expected.exponent;
    if (!finite) continue;
    kinds[expected.exponent < w->residual_exponent ? 0 : expected.exponent == w->residual_exponent ? 1 : 2]++;
    ASSERT_EQ(w->residual_exponent, expected.exponent) << repeat;
    ASSERT_EQ(std::vector<int32_t>(w->Residual(), w->Residual() + d), expected.x) << repeat;
    ASSERT_EQ(w->residual_magnitude.Length(), LengthOf(expected.x)) << repeat;
    ASSERT_EQ(w->residual_sum, expected.sum) << repeat;
  }
  EXPECT_GT(least, 100);
  EXPECT_GT(under, 100);
}

// r = max(0, 29 - len(s)); fade = exponent of s + r - 1; k = 31 - len(q); add = H + P + k - 32; e = min(fade,
// add - 2); s_i = drop(high_r(D_i, s_i * 2^r), fade - e) + drop_r(high(u'_i, q_i * 2^k), add - e)
TEST(F32State, IsTheContractsWhicheverIsTheLarger) {
  Source source(52);
  int faded = 0, added = 0, least = 0, under = 0;
  for (int repeat = 0; repeat < 6'000; ++repeat) {
    const auto d = static_cast<uint16_t>(1 + source.Below(20));
    const uint32_t layer = source.Below(2);
    Owned w(d);
    LayerConstants& constants = w.constants().Layer(layer);
    const std::vector<int32_t> s = Vector(&source, d, static_cast<int>(source.Below(33)) - 1),
                               q = Vector(&source, d, static_cast<int>(source.Below(33)) - 1);
    Put(s, w->Recurrent(layer)), Put(q, w->Quantized());
    w->quantized_magnitude = MagnitudeOf(q);
    w->State(layer) = {static_cast<int32_t>(source.Below(100)) - 30, MagnitudeOf(s)};
    if (LengthOf(s) == 0 && repeat % 2 == 0) w->State(layer).exponent = kNever;
    constants.gain_exponent = static_cast<int16_t>(source.Below(60));
    constants.norm.shift = static_cast<int16_t>(static_cast<int>(source.Below(60)) - 10);
    const int r = std::max(0, 29 - LengthOf(s)), k = 31 - LengthOf(q);
    if (repeat % 4 == 0) w->State(layer).exponent = -96 - r + 1 + static_cast<int>(repeat / 4 % 5) - 2;
    if (repeat % 4 == 1)  // the same by what is added
      constants.norm.shift =
          static_cast<int16_t>(-96 + 34 - k - constants.gain_exponent + repeat / 4 % 5 - 2);
    const int64_t fade = int64_t{w->State(layer).exponent} + r - 1;
    const int64_t add = constants.gain_exponent + constants.norm.shift + k - 32;
    const int64_t e = std::min(fade, add - 2);
    std::vector<int32_t> expected;
    for (uint32_t i = 0; i < d; ++i) {
      const int32_t decay = Between(&source, -INT32_MAX, INT32_MAX),
                    gain = Between(&source, -INT32_MAX, INT32_MAX);
      w.constants().Decay(layer)[i] = decay;
      w.constants().Gain(layer)[i] = gain;
      const int64_t old = (int64_t{decay} * (int64_t{s[i]} << r) + (int64_t{1} << 31)) >> 32;
      expected.push_back(
          static_cast<int32_t>(Drop(old, fade - e) + DropR(High(gain, int64_t{q[i]} << k), add - e)));
    }
    faded += e == fade, added += e == add - 2, least += e == -96, under += e < -96;
    const bool finite = op::State<Shape>::Run(*w, layer);
    ASSERT_EQ(finite, e >= -96) << repeat << ": " << e;
    if (!finite) continue;
    ASSERT_EQ(w->State(layer).exponent, e) << repeat;
    ASSERT_EQ(std::vector<int32_t>(w->Recurrent(layer), w->Recurrent(layer) + d), expected) << repeat;
    ASSERT_EQ(w->State(layer).magnitude.Length(), LengthOf(expected)) << repeat;
  }
  for (const int count : {faded, added, least, under}) EXPECT_GT(count, 100);
}

}  // namespace
}  // namespace atome
