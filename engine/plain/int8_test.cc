// Products and attention of int8 weights against the contract, written out in integers of 64 bits and in
// double: at the ends of exponents, of codes and of shifts.
#include "engine/plain/int8.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <vector>

#include "engine/plain/workspace.h"
#include "engine/testing/model_builder.h"

namespace atome::plain {
namespace {

using testing::Source;

// A workspace in memory of its own, with nothing but its dimensions.
class Owned {
 public:
  explicit Owned(const atome_plain_config& config)
      : memory_(new uint64_t[Workspace(config, nullptr).bytes / 8]) {
    std::memset(memory_.get(), 0xA5, Workspace(config, nullptr).bytes);
    w_ = new (memory_.get()) Workspace(config, nullptr);
    w_->score_scale = 1.0f / std::sqrt(static_cast<float>(w_->HeadWidth()));
    Int8::Reset(*w_);
  }
  Workspace& operator*() { return *w_; }
  Workspace* operator->() { return w_; }

 private:
  std::unique_ptr<uint64_t[]> memory_;
  Workspace* w_;
};

atome_plain_config ConfigOf(uint16_t d, uint16_t heads, uint16_t positions) {
  return {5, d, 2, heads, 8, positions, ATOME_PLAIN_INT8};
}

struct Coded {
  std::vector<int64_t> codes;
  int exponent;
};

// codes(x, b): p = 126 + b - E; floor(|x| 2^p + 1/2), at most 2^b - 1, with the sign of x.
Coded CodesOf(const std::vector<float>& x, int bits) {
  int most = 1;
  for (const float value : x) {
    int exponent = 0;
    std::frexp(value, &exponent);  // |value| from 2^(exponent - 1)
    if (value != 0) most = std::max(most, exponent - 1 + 127);
  }
  Coded coded{{}, 126 + bits - most};
  for (const float value : x) {
    const double size = std::floor(std::ldexp(std::fabs(double{value}), coded.exponent) + 0.5);
    const int64_t code = static_cast<int64_t>(std::min(size, std::ldexp(1, bits) - 1));
    coded.codes.push_back(value < 0 ? -code : code);
  }
  return coded;
}

int BitsOf(uint64_t n) {
  int bits = 0;
  for (; n != 0; n >>= 1) ++bits;
  return bits;
}

// round(n, s) = (n + 2^(s-1)) >> s
int64_t Rounded(int64_t n, int s) { return s == 0 ? n : (n + (int64_t{1} << (s - 1))) >> s; }

// What a = attention(q) is of the codes that the workspace remembers.
std::vector<float> ContractsAttention(Workspace& w, uint32_t layer, const std::vector<float>& q) {
  const uint32_t d = w.d(), width = w.HeadWidth(), count = w.position + 1;
  const int log = BitsOf(width - 1);
  const Coded query = CodesOf(q, std::min(15, (31 - log) / 2));
  const float scaled = w.score_scale * 0x1.715476p+0f;
  const auto scale = static_cast<int64_t>(std::nearbyint(std::ldexp(double{scaled}, 30)));
  int least = w.value_exponents[w.CacheRow(layer, 0)];
  for (uint32_t j = 0; j < count; ++j) least = std::min<int>(least, w.value_exponents[w.CacheRow(layer, j)]);
  std::vector<float> a;
  for (uint32_t head = 0; head < d; head += width) {
    std::vector<int64_t> y;
    for (uint32_t j = 0; j < count; ++j) {
      int64_t sum = 0;
      for (uint32_t i = 0; i < width; ++i) sum += query.codes[head + i] * Int8::Keys(w, layer, j)[head + i];
      int64_t score = sum * scale >> 32;
      const int n = query.exponent + w.key_exponents[w.CacheRow(layer, j)] - 18;
      if (n >= 0) {
        score >>= std::min(n, 63);
      } else {
        const double wide = std::ldexp(static_cast<double>(score), -n);  // exact
        score = static_cast<int64_t>(std::clamp(wide, -0x1p30, 0x1p30));
      }
      y.push_back(score);
    }
    const int64_t most = *std::ranges::max_element(y);
    std::vector<int64_t> power;
    int64_t total = 0;
    for (const int64_t score : y) {
      power.push_back(q15::Power2(static_cast<uint32_t>(std::min<int64_t>(most - score, 1 << 21))));
      total += power.back();
    }
    const int r = BitsOf(static_cast<uint64_t>(total)) - 15;
    std::vector<int64_t> weight;
    int64_t all = 0;
    for (uint32_t j = 0; j < count; ++j) {
      weight.push_back(Rounded(power[j], std::min(r + w.value_exponents[w.CacheRow(layer, j)] - least, 31)));
      all += Rounded(power[j], r);
    }
    const float unit = static_cast<float>(std::ldexp(double{1.0f / static_cast<float>(all)}, -least));
    for (uint32_t i = 0; i < width; ++i) {
      int64_t sum = 0;
      for (uint32_t j = 0; j < count; ++j) sum += weight[j] * Int8::Values(w, layer, j)[head + i];
      a.push_back(static_cast<float>(sum) * unit);
    }
  }
  return a;
}

// Exponents of keys so that the shift of a score is each of these, by turns; codes at the ends and between.
TEST(Int8, AttentionIsTheContractsAtEveryShift) {
  constexpr int kShifts[] = {-120, -64, -33, -32, -31, -30, -29, -20, -16, -15, -14, -13, -12, -3, -2, -1,
                             0,    1,   2,   12,  13,  14,  15,  29,  30,  31,  32,  33,  40,  63, 64, 140};
  Source source(5);
  for (const auto& [d, heads] : {std::pair<uint16_t, uint16_t>{8, 2}, {6, 6}, {16, 1}, {9, 3}}) {
    Owned w(ConfigOf(d, heads, 7));
    const int bits = ScoreBits(w->HeadWidth()), most = (1 << bits) - 1;
    for (const int shift : kShifts) {
      for (int repeat = 0; repeat < 12; ++repeat) {
        const uint32_t layer = repeat % 2;
        w->position = static_cast<uint32_t>(repeat) % 7;
        const int scale = repeat % 3 == 0 ? 0 : repeat % 3 == 1 ? 30 : -30;  // of the query
        std::vector<float> q(d);
        for (float& value : q)
          value = static_cast<float>(std::ldexp(source.Uniform(-1, 1), scale - (repeat == 5 ? 9 : 0)));
        std::copy(q.begin(), q.end(), w->q);
        const int query = CodesOf(q, bits).exponent;
        Int8::Reset(*w);
        for (uint32_t j = 0; j <= w->position; ++j) {
          const auto row = w->CacheRow(layer, j);
          const int own = j == 0 ? shift : kShifts[source.Below(std::size(kShifts))];
          w->key_exponents[row] = static_cast<int16_t>(own + 18 - query);
          const int value_exponent = static_cast<int>(source.Below(repeat % 4 == 0 ? 60 : 3)) - 30;
          w->value_exponents[row] = static_cast<int16_t>(value_exponent);
          w->least[layer] = std::min(w->least[layer], w->value_exponents[row]);
          for (uint32_t i = 0; i < d; ++i) {
            int16_t &key = Int8::Keys(*w, layer, j)[i], &value = Int8::Values(*w, layer, j)[i];
            const uint32_t kind = source.Below(4);
            key = static_cast<int16_t>(kind == 0 ? most : kind == 1 ? -most : kind == 2 ? 0 : 3);
            if (repeat > 6) key = static_cast<int16_t>(static_cast<int>(source.Below(2 * most + 1)) - most);
            value = static_cast<int16_t>(static_cast<int>(source.Below(65535)) - 32767);
          }
        }
        const std::vector<float> expected = ContractsAttention(*w, layer, q);
        ASSERT_TRUE(Int8::Attend(*w, layer));
        for (uint32_t i = 0; i < d; ++i)
          ASSERT_EQ(w->n[i], expected[i]) << "shift " << shift << ", repeat " << repeat << ", " << i;
      }
    }
  }
}

// Two keys of one element, 1 and 0, whose scores differ by the first's alone: it is 2^30 times what the
// exponents make of it, and at 32 binary digits more nothing is left of the other's share.
TEST(Int8, AScoreOfManyBitsTakesAll) {
  Owned w(ConfigOf(1, 1, 2));
  w->position = 1;
  w->q[0] = 1;
  for (const int exponent : {-90, -40, -20}) {
    Int8::Keys(*w, 0, 0)[0] = 1, Int8::Keys(*w, 0, 1)[0] = 0;
    w->key_exponents[0] = w->key_exponents[1] = static_cast<int16_t>(exponent);
    w->value_exponents[0] = w->value_exponents[1] = w->least[0] = 0;
    Int8::Values(*w, 0, 0)[0] = 100, Int8::Values(*w, 0, 1)[0] = -100;
    ASSERT_TRUE(Int8::Attend(*w, 0));
    EXPECT_EQ(w->n[0], 100) << exponent;
    Int8::Keys(*w, 0, 0)[0] = -1;
    ASSERT_TRUE(Int8::Attend(*w, 0));
    EXPECT_EQ(w->n[0], -100) << exponent;
  }
}

TEST(Int8, AQueryThatIsNotFiniteIsRefused) {
  for (const float bad : {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
                          std::numeric_limits<float>::quiet_NaN()}) {
    for (uint32_t at = 0; at < 4; ++at) {
      Owned w(ConfigOf(4, 2, 2));
      std::fill_n(w->q, 4, 1.0f);
      w->q[at] = bad;
      EXPECT_FALSE(Int8::Attend(*w, 0)) << at;
      std::fill_n(w->n, 4, 1.0f);
      w->n[at] = bad;
      Int8::Input input;
      EXPECT_FALSE(Int8::Read(*w, w->n, 4, &input)) << at;
    }
  }
}

// A matrix as it stands in a file: a scale a row, then codes, rows filled with zeros to whole groups of 4.
struct Matrix {
  Matrix(Source* source, uint32_t rows, uint32_t columns) : width((columns + 3) / 4 * 4) {
    for (uint32_t r = 0; r < rows; ++r) scales.push_back(static_cast<float>(source->Uniform(0.001, 0.1)));
    for (uint32_t i = 0; i < rows * width; ++i)
      codes.push_back(static_cast<int8_t>(i % width >= columns ? 0
                                          : i % 3 == 0         ? 127
                                                               : static_cast<int>(source->Below(255)) - 127));
    bytes.resize(rows + codes.size() / 4 + 1);
    std::memcpy(bytes.data(), scales.data(), rows * 4);
    std::memcpy(bytes.data() + rows, codes.data(), codes.size());
  }
  const uint8_t* at() const { return reinterpret_cast<const uint8_t*>(bytes.data()); }
  size_t size() const { return scales.size() * 4 + codes.size(); }

  uint32_t width;
  std::vector<float> scales;
  std::vector<int8_t> codes;
  std::vector<uint32_t> bytes;
};

// (W x)_r = fl(float(sum_i W_ri c_i) * scale2(scale_r, -p))
std::vector<float> ContractsProduct(const Matrix& matrix, const std::vector<float>& x) {
  const int log = BitsOf(x.size() - 1);
  const Coded input = CodesOf(x, log <= 9 ? 15 : 24 - log);
  std::vector<float> y;
  for (size_t r = 0; r < matrix.scales.size(); ++r) {
    int64_t sum = 0;
    for (size_t i = 0; i < x.size(); ++i) sum += matrix.codes[r * matrix.width + i] * input.codes[i];
    y.push_back(static_cast<float>(sum) *
                static_cast<float>(std::ldexp(double{matrix.scales[r]}, -input.exponent)));
  }
  return y;
}

TEST(Int8, ProductsAreTheContractsForEveryNumberOfColumns) {
  Source source(6);
  for (const uint32_t columns :
       {1u, 2u, 3u, 4u, 5u, 7u, 8u, 9u, 17u, 511u, 512u, 513u, 1024u, 1025u, 2047u, 2048u}) {
    const uint32_t rows = 1 + columns % 5;
    const Matrix matrix(&source, rows, columns);
    Owned w(ConfigOf(static_cast<uint16_t>(columns), 1, 2));
    for (const int scale : {0, -20, 40}) {
      std::vector<float> x(columns);
      for (float& value : x) value = static_cast<float>(std::ldexp(source.Uniform(-1, 1), scale));
      if (scale == 40) std::ranges::fill(x, 3e12f);  // the longest sums
      Int8::Input input;
      ASSERT_TRUE(Int8::Read(*w, x.data(), columns, &input));
      std::vector<float> y(rows + 1, 77);
      EXPECT_EQ(Int8::Multiply(input, matrix.at(), rows, y.data()), matrix.at() + matrix.size());
      const std::vector<float> expected = ContractsProduct(matrix, x);
      for (uint32_t r = 0; r < rows; ++r) ASSERT_EQ(y[r], expected[r]) << columns << " " << scale;
      EXPECT_EQ(y[rows], 77);
    }
  }
}

TEST(Int8, AnElementOutsideProductsIsItsScaleTimesItsCode) {
  Source source(7);
  for (const uint32_t columns : {1u, 4u, 5u, 11u}) {
    const Matrix matrix(&source, 3, columns);
    for (uint32_t r = 0; r < 3; ++r) {
      const Int8::Row row(matrix.at(), 3, columns, r);
      for (uint32_t i = 0; i < columns; ++i)
        EXPECT_EQ(row[i], matrix.scales[r] * static_cast<float>(matrix.codes[r * matrix.width + i]));
    }
  }
}

// Key and value of three positions: codes of products, and the least exponent of the values so far, however
// they come.
TEST(Int8, RemembersCodesAndTheLeastExponent) {
  Source source(8);
  for (const auto& [d, heads] : {std::pair<uint16_t, uint16_t>{8, 2}, {5, 5}, {12, 1}}) {
    Owned w(ConfigOf(d, heads, 6));
    const Matrix keys(&source, d, d), values(&source, d, d);
    std::vector<uint32_t> both(keys.size() / 4 + values.size() / 4);
    std::memcpy(both.data(), keys.at(), keys.size());
    std::memcpy(both.data() + keys.size() / 4, values.at(), values.size());
    const auto* at = reinterpret_cast<const uint8_t*>(both.data());
    int least = INT16_MAX;
    for (const int scale : {0, 0, -3, 9, 4, -30}) {
      std::vector<float> x(d);
      for (float& value : x) value = static_cast<float>(std::ldexp(source.Uniform(-1, 1), scale));
      Int8::Input input;
      ASSERT_TRUE(Int8::Read(*w, x.data(), d, &input));
      const uint8_t* end = at;
      ASSERT_TRUE(Int8::Remember(*w, 1, input, &end));
      EXPECT_EQ(end, at + 4 * both.size());
      const Coded key = CodesOf(ContractsProduct(keys, x), ScoreBits(w->HeadWidth()));
      const Coded value = CodesOf(ContractsProduct(values, x), 15);
      least = std::min(least, value.exponent);
      const size_t row = w->CacheRow(1, w->position);
      EXPECT_EQ(w->key_exponents[row], key.exponent);
      EXPECT_EQ(w->value_exponents[row], value.exponent);
      EXPECT_EQ(w->least[1], least);
      EXPECT_EQ(w->least[0], INT16_MAX) << "of another block";
      for (uint32_t i = 0; i < d; ++i) {
        EXPECT_EQ(Int8::Keys(*w, 1, w->position)[i], key.codes[i]);
        EXPECT_EQ(Int8::Values(*w, 1, w->position)[i], value.codes[i]);
      }
      ++w->position;
    }
  }
}

// v = fl(x * fl(0x1.988454p+0 + fl(0x1.2444f2p-4 * fl(x * x)))); E = power2(min(fixed(|fl(v *
// 0x1.715476p+0)|, 16), 2^21)); h = floor((2^32 - 1) / (2^16 + E)), or 2^16 less that for a v below 0; result
// scale2(fl(x * h), -16).
float ContractsActivation(float x) {
  const float square = x * x, cubic = 0x1.2444f2p-4f * square, inner = 0x1.988454p+0f + cubic, v = x * inner;
  const float turns = v * 0x1.715476p+0f;
  const double units = std::nearbyint(std::ldexp(std::fabs(double{turns}), 16));
  const auto below = static_cast<uint32_t>(std::min(units, 0x1p21));
  const uint64_t share = 0xFFFFFFFFu / (0x10000u + q15::Power2(below));
  const float h = static_cast<float>(std::signbit(v) ? 0x10000 - share : share);
  const float product = x * h;
  return static_cast<float>(std::ldexp(double{product}, -16));
}

TEST(Int8, GeluIsTheContracts) {
  for (double x = -12; x <= 12; x += 0x1.3p-7)
    ASSERT_EQ(Int8::Activate(static_cast<float>(x)), ContractsActivation(static_cast<float>(x))) << x;
  // Where 2u log2(e) passes 32, from which on nothing is left of the power.
  for (const float start : {5.0f, 5.13f, 5.2f}) {
    for (const float sign : {1.0f, -1.0f}) {
      float x = start;
      for (int i = 0; i < 300; ++i, x += 1e-4f)
        ASSERT_EQ(Int8::Activate(sign * x), ContractsActivation(sign * x)) << x;
    }
  }
  for (const float x : {0.0f, -0.0f, 1e-3f, -1e-3f, 100.0f, -100.0f, 1e10f, -1e10f})
    EXPECT_EQ(Int8::Activate(x), ContractsActivation(x)) << x;
  EXPECT_NEAR(Int8::Activate(1), 0.841192, 1e-4);
  EXPECT_NEAR(Int8::Activate(-1), -0.158808, 1e-4);
}

}  // namespace
}  // namespace atome::plain
