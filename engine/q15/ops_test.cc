// Ops of q15 against the contract, written out in integers of 64 bits: exponents far apart, elements and
// factors at the ends of their ranges.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <vector>

#include "engine/cached_shape.h"
#include "engine/q15/attention.h"
#include "engine/q15/ops/mix.h"
#include "engine/q15/ops/norm.h"
#include "engine/q15/ops/router.h"
#include "engine/q15/ops/state.h"
#include "engine/q15/workspace.h"
#include "engine/testing/model_builder.h"
#include "engine/testing/op_vectors.h"

namespace atome::q15 {
namespace {

using testing::Between;
using testing::BitsOf;
using testing::Drop;
using testing::LengthOf;
using testing::MagnitudeOf;
using testing::Put;
using testing::Source;
using Shape = CachedShape<RuntimeShape, RuntimeCache<16, 8>>;

std::vector<int32_t> Vector(Source* source, uint32_t d, int bits) {
  return testing::Vector(source, d, bits, testing::Least::kBelowMinusMost);
}

// A workspace of two layers with constants of its own and no model.
class Owned {
 public:
  explicit Owned(uint16_t d) {
    EXPECT_TRUE(shape_.Set(atome_config{5, d, 2, 4, 3, 3, 4}) && shape_.Set(Format::kColumns) &&
                shape_.SetCache(16));
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

// A vector of the mix with its factor: r * |alpha| and a sign.
struct Part {
  std::vector<int32_t> v;
  int64_t exponent;
  int64_t share;
  Real scale;
  int sign;
};

struct Mixed {
  std::vector<int32_t> x;
  int64_t exponent;
};

// "x += the three" of the contract.
Mixed ContractsMix(const std::vector<int32_t>& x, int64_t exponent, const std::vector<Part>& parts) {
  struct Term {
    int64_t factor, drop, exponent;
  };
  std::vector<Term> terms;
  int64_t common = exponent + 30 - LengthOf(x);
  for (const Part& part : parts) {
    int64_t factor = part.share * (part.scale.m >> 16);
    const int b = std::max(0, BitsOf(static_cast<uint64_t>(factor)) - 15);
    factor >>= b;
    const int64_t k = factor == 0 ? kNever : part.scale.k - 1 - b;
    const int64_t o = std::max(0, LengthOf(part.v) - 15);
    const int64_t limit = factor == 0 ? kNever : std::min<int64_t>(k + part.exponent - o, kNever);
    terms.push_back({part.sign * factor, o, limit});
    common = std::min(common, limit);
  }
  common -= 2;
  Mixed mixed{{}, common};
  for (size_t i = 0; i < x.size(); ++i) {
    int64_t sum = exponent >= common ? Drop(x[i], exponent - common) : int64_t{x[i]} << (common - exponent);
    for (size_t j = 0; j < parts.size(); ++j)
      sum += Drop(terms[j].factor * (parts[j].v[i] >> terms[j].drop), terms[j].exponent - common);
    mixed.x.push_back(static_cast<int32_t>(sum));
  }
  return mixed;
}

TEST(Q15Mix, IsTheContractsWhicheverPartIsTheLargest) {
  Source source(41);
  int kinds[4] = {};  // of the exponent: x's own, or that of a term
  for (int repeat = 0; repeat < 6'000; ++repeat) {
    const auto d = static_cast<uint16_t>(1 + source.Below(20));
    const uint32_t layer = source.Below(2);
    Owned w(d);
    LayerConstants& constants = w.constants().Layer(layer);
    const auto scale = [&] {
      if (source.Below(12) == 0) return Real{0, kNever};
      return Real{static_cast<uint32_t>(source.Word()) | 1u << 31,
                  static_cast<int32_t>(source.Below(60)) + 10};
    };
    const auto sign = [&] { return static_cast<int8_t>(static_cast<int>(source.Below(3)) - 1); };
    const auto bits = [&](int most) {
      return static_cast<int>(source.Below(static_cast<uint32_t>(most) + 2)) - 1;
    };
    constants.local = scale(), constants.sparse = scale();
    constants.local_sign = sign(), constants.sparse_sign = sign();
    constants.norm.shift = static_cast<int16_t>(source.Below(30));
    constants.gain_exponent = static_cast<int16_t>(source.Below(30));
    const uint32_t first = source.Below(32769), second = source.Below(32769 - first);
    const uint32_t shares[] = {first, second, source.Below(4) == 0 ? 0 : 32768 - first - second};
    std::copy(shares, shares + 3, w->routes);
    const std::vector<int32_t> x = Vector(&source, d, bits(30)), local = Vector(&source, d, bits(20)),
                               recurrent = Vector(&source, d, bits(31)),
                               sparse = Vector(&source, d, bits(23));
    Put(x, w->Residual()), Put(local, w->Local()), Put(recurrent, w->Recurrent(layer)),
        Put(sparse, w->Sums());
    w->residual_exponent = static_cast<int32_t>(source.Below(80)) - 20;
    w->residual_magnitude = MagnitudeOf(x), w->local_magnitude = MagnitudeOf(local);
    w->recurrent_magnitude = MagnitudeOf(recurrent), w->sparse_magnitude = MagnitudeOf(sparse);
    w->sparse_exponent = static_cast<int32_t>(source.Below(60));
    const Mixed expected = ContractsMix(
        x, w->residual_exponent,
        {{local, constants.norm.shift, shares[0], constants.local, constants.local_sign},
         {recurrent, constants.gain_exponent + constants.norm.shift - 13, shares[1], {1u << 31, 31}, 1},
         {sparse, w->sparse_exponent, shares[2], constants.sparse, constants.sparse_sign}});
    kinds[expected.exponent < w->residual_exponent       ? 0
          : expected.exponent == w->residual_exponent    ? 1
          : expected.exponent > w->residual_exponent + 9 ? 2
                                                         : 3]++;
    op::Mix<Shape>::Run(*w, layer);
    ASSERT_EQ(w->residual_exponent, expected.exponent) << repeat;
    ASSERT_EQ(std::vector<int32_t>(w->Residual(), w->Residual() + d), expected.x) << repeat;
    ASSERT_EQ(w->residual_magnitude.Length(), LengthOf(expected.x)) << repeat;
  }
  for (const int kind : kinds) EXPECT_GT(kind, 30);
}

// s_i = (s_i * D_i + 2^14 >> 15) + (u'_i * q_i + 2^12 >> 13)
TEST(Q15State, IsTheContractsAtTheEndsOfItsElements) {
  Source source(42);
  for (int repeat = 0; repeat < 400; ++repeat) {
    const auto d = static_cast<uint16_t>(1 + source.Below(20));
    const uint32_t layer = source.Below(2);
    Owned w(d);
    const std::vector<int32_t> s = Vector(&source, d, repeat % 31);
    Put(s, w->Recurrent(layer));
    std::vector<int32_t> expected;
    for (uint32_t i = 0; i < d; ++i) {
      const auto of16 = [&] {
        return static_cast<int16_t>(std::max(-32767, Between(&source, -32768, 32767)));
      };
      const int16_t decay = of16(), gain = of16(), q = static_cast<int16_t>(Between(&source, -32768, 32767));
      w.constants().Decay(layer)[i] = decay;
      w.constants().Gain(layer)[i] = gain;
      w->Quantized()[i] = q;
      const int64_t faded = (int64_t{s[i]} * decay + (1 << 14)) >> 15,
                    added = (int64_t{gain} * q + (1 << 12)) >> 13;
      // Only what the contract says of |s| fits.
      if (std::abs(faded + added) >= int64_t{1} << 31) {
        w->Recurrent(layer)[i] = 0;
        expected.push_back(static_cast<int32_t>(added));
      } else {
        expected.push_back(static_cast<int32_t>(faded + added));
      }
    }
    op::State<Shape>::Run(*w, layer);
    ASSERT_EQ(std::vector<int32_t>(w->Recurrent(layer), w->Recurrent(layer) + d), expected) << repeat;
    ASSERT_EQ(w->recurrent_magnitude.Length(), LengthOf(expected)) << repeat;
  }
}

TEST(Q15State, ItsExponentIsThatOfItsGainTimesQ) {
  LayerConstants constants{};
  constants.gain_exponent = 20, constants.norm.shift = 9;
  EXPECT_EQ(op::State<Shape>::Exponent(constants), 20 + 9 - 13);
}

// min(2^21, D * A rounded down, in 2^-16)
uint32_t ContractsBelow(uint64_t distance, Real scale) {
  if (distance == 0 || scale.m == 0) return 0;
  const int64_t n = scale.k - 16;
  if (n < 0) return 1u << 21;
  const uint64_t value = n > 63 ? 0 : distance * scale.m >> n;
  return static_cast<uint32_t>(std::min<uint64_t>(value, 1u << 21));
}

// y_i with the sign of alpha_R, t_i = below(max y - y_i, R), r = shares(power2(t_i))
TEST(Q15Router, IsTheContractsForEverySign) {
  Source source(43);
  for (int repeat = 0; repeat < 2'000; ++repeat) {
    Owned w(static_cast<uint16_t>(1 + source.Below(9)));
    const uint32_t layer = source.Below(2);
    LayerConstants& constants = w.constants().Layer(layer);
    constants.router_sign = static_cast<int8_t>(static_cast<int>(repeat % 3) - 1);
    constants.router = {static_cast<uint32_t>(source.Word()) | 1u << 31,
                        static_cast<int32_t>(source.Below(60)) + 12};
    if (repeat % 17 == 0) constants.router = {0, kNever};
    int64_t y[3], most = INT64_MIN;
    for (int i = 0; i < 3; ++i) {
      w->RouterSums()[i] = Between(&source, -(1 << 20), (1 << 20) - 1);
      if (repeat % 5 == 0 && i > 0) w->RouterSums()[i] = w->RouterSums()[0];
      y[i] = constants.router_sign * int64_t{w->RouterSums()[i]};
      most = std::max(most, y[i]);
    }
    uint64_t power[3], sum = 0;
    for (int i = 0; i < 3; ++i) {
      power[i] = Power2(ContractsBelow(static_cast<uint64_t>(most - y[i]), constants.router));
      sum += power[i];
    }
    const int s = BitsOf(sum) - 17;
    const uint64_t inverse = 0xFFFFFFFFu / (sum >> s);
    op::Router<Shape>::Run(*w, layer);
    for (int i = 0; i < 3; ++i) ASSERT_EQ(w->routes[i], power[i] * inverse >> (17 + s)) << repeat << " " << i;
  }
}

TEST(Q15Norm, IsOfTheLayersOwnGammaAndBeta) {
  constexpr uint16_t d = 8;
  for (const uint32_t layer : {0u, 1u, 2u}) {
    Owned w(d);
    std::vector<int32_t> x;
    for (int32_t i = 0; i < d; ++i) x.push_back(i % 2 == 0 ? 4096 : -4096);
    Put(x, w->Residual());
    w->residual_exponent = 12;
    w->residual_magnitude = MagnitudeOf(x);
    for (uint32_t each = 0; each < 3; ++each) {
      for (uint32_t i = 0; i < d; ++i) {
        w.constants().Gamma(each)[i] = static_cast<int16_t>(each == layer ? 1 << 14 : 77);
        w.constants().Beta(each)[i] = static_cast<int16_t>(each == layer ? 100 + i : 77);
      }
    }
    op::Norm<Shape>::Run(*w, layer, {10, 14});
    // Elements of -1 and 1 have a variance of 1: normalised they stay but for 5e-6 of it.
    for (int32_t i = 0; i < d; ++i)
      EXPECT_NEAR(w->Quantized()[i], (i % 2 == 0 ? 1024 : -1024) + 100 + i, 1) << i;
  }
}

// The k greatest, descending, ties as they come, however many come at a time.
TEST(Q15TopK, ChoosesTheGreatestAndOfEqualsTheFirst) {
  Source source(44);
  for (const uint32_t top_k : {1u, 2u, 3u, 4u, 5u, 7u, 64u}) {
    for (int repeat = 0; repeat < 200; ++repeat) {
      const uint32_t count = 1 + source.Below(20), values = repeat % 3 == 0 ? 3 : 1000;
      std::vector<int32_t> scores(count);
      for (int32_t& score : scores) score = static_cast<int32_t>(source.Below(values)) - 1;
      if (repeat % 5 == 0) scores[source.Below(count)] = INT32_MIN + 1;
      if (repeat % 7 == 0) scores[source.Below(count)] = INT32_MAX;
      std::vector<uint32_t> order(count);
      for (uint32_t i = 0; i < count; ++i) order[i] = i;
      std::ranges::stable_sort(order, [&](uint32_t a, uint32_t b) { return scores[a] > scores[b]; });
      std::vector<Candidate> best(top_k);
      TopK chosen(best.data(), top_k);
      for (uint32_t at = 0; at < count;) {
        const uint32_t some = std::min(count - at, 1 + source.Below(6));
        chosen.Offer(some, 100 + at, [&](uint32_t i) { return scores[at + i]; });
        at += some;
      }
      const uint32_t found = chosen.Weigh(RealOf(1, 20));
      ASSERT_EQ(found, std::min(count, top_k));
      uint64_t sum = 0;
      std::vector<uint64_t> power;
      for (uint32_t j = 0; j < found; ++j) {
        ASSERT_EQ(best[j].score, scores[order[j]]) << top_k << " " << repeat;
        ASSERT_EQ(best[j].slot, 100 + order[j]) << top_k << " " << repeat;
        const int64_t distance = int64_t{scores[order[0]]} - scores[order[j]];
        power.push_back(Power2(ContractsBelow(static_cast<uint64_t>(distance), RealOf(1, 20))));
        sum += power.back();
      }
      const int s = BitsOf(sum) - 17;
      for (uint32_t j = 0; j < found; ++j)
        ASSERT_EQ(best[j].weight, power[j] * (0xFFFFFFFFu / (sum >> s)) >> (17 + s))
            << top_k << " " << repeat;
    }
  }
}

// w_i >> rv - rv_i, then V_c = (sum w_i value_i,c) + ((sum w_i) >> 1)
TEST(Q15MixValues, IsTheContractsForEveryNumberOfPositions) {
  Source source(45);
  constexpr uint32_t kSlots = 12;
  for (uint32_t count = 1; count <= 9; ++count) {
    for (uint32_t d = 1; d <= 19; ++d) {
      std::vector<int8_t> values(kSlots * d);
      for (int8_t& value : values) value = static_cast<int8_t>(Between(&source, -128, 127));
      std::vector<uint8_t> shifts(kSlots);
      for (uint8_t& shift : shifts) shift = static_cast<uint8_t>(source.Below(d % 4 == 0 ? 1 : 9));
      std::vector<Candidate> candidates(count);
      uint32_t left = 32768;
      for (Candidate& candidate : candidates) {
        candidate.slot = source.Below(kSlots);
        candidate.weight = std::min(source.Below(left + 1), 32767u);
        left -= candidate.weight;
      }
      std::vector<uint64_t> weights;
      int most = 0;
      for (const Candidate& candidate : candidates) most = std::max<int>(most, shifts[candidate.slot]);
      int64_t sum = 0;
      for (const Candidate& candidate : candidates) {
        weights.push_back(candidate.weight >> (most - shifts[candidate.slot]));
        sum += static_cast<int64_t>(weights.back());
      }
      ASSERT_EQ(AlignWeights(candidates.data(), count, shifts.data()), most);
      std::vector<int32_t> out(d + 1, 77), expected;
      const Magnitude magnitude = MixValues(candidates.data(), count, values.data(), d, out.data());
      for (uint32_t c = 0; c < d; ++c) {
        int64_t mixed = sum >> 1;
        for (uint32_t j = 0; j < count; ++j)
          mixed += static_cast<int64_t>(weights[j]) * values[candidates[j].slot * d + c];
        expected.push_back(static_cast<int32_t>(mixed));
        ASSERT_EQ(out[c], mixed) << count << " " << d;
      }
      ASSERT_EQ(out[d], 77);
      ASSERT_EQ(magnitude.Length(), LengthOf(expected));
    }
  }
}

// z = max(0, (ceil(log2 d) + 1) / 2 - 1), and bits of a query: min(14, 16 - ceil(log2 h)).
TEST(Q15Attention, DropsTheBitsOfTheContract) {
  for (uint32_t n = 1; n <= 2048; ++n) {
    int log = 0;
    while ((1u << log) < n) ++log;
    EXPECT_EQ(KeyDrop(n), std::max(0, (log + 1) / 2 - 1)) << n;
    EXPECT_EQ(QueryBits(n), std::min(14, 16 - log)) << n;
    EXPECT_EQ(CeilLog2(n), log) << n;
  }
}

}  // namespace
}  // namespace atome::q15
