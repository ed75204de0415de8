// The pass of one token of the plain transformer against its formulas in double precision.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <numbers>
#include <vector>

#include "engine/testing/plain_builder.h"

namespace atome::plain {
namespace {

using testing::PlainBuilder;
using testing::PlainOwner;
using Vector = std::vector<double>;

double FloatAt(const std::vector<uint8_t>& bytes, size_t at) {
  float value;
  std::memcpy(&value, bytes.data() + at, 4);
  return double{value};
}

struct Matrix {
  size_t columns;
  Vector values;  // row-major

  Vector Times(const Vector& x) const {
    Vector y(values.size() / columns);
    for (size_t i = 0; i < values.size(); ++i) y[i / columns] += values[i] * x[i % columns];
    return y;
  }
  Vector Row(size_t row) const {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(row * columns);
    return {begin, begin + static_cast<std::ptrdiff_t>(columns)};
  }
};

// At `*at` of the bytes, which it moves behind the matrix.
Matrix MatrixAt(const std::vector<uint8_t>& bytes, uint32_t weights, size_t rows, size_t columns,
                size_t* at) {
  Matrix matrix{columns, {}};
  const size_t width = (columns + 3) / 4 * 4;
  for (size_t r = 0; r < rows; ++r) {
    for (size_t i = 0; i < columns; ++i) {
      if (weights == ATOME_PLAIN_FP32) {
        matrix.values.push_back(FloatAt(bytes, *at + 4 * (r * columns + i)));
      } else {
        const auto code = static_cast<int8_t>(bytes[*at + 4 * rows + r * width + i]);
        matrix.values.push_back(FloatAt(bytes, *at + 4 * r) * code);
      }
    }
  }
  *at += weights == ATOME_PLAIN_FP32 ? 4 * rows * columns : rows * (4 + width);
  return matrix;
}

Vector Norm(const Vector& x, const std::vector<uint8_t>& bytes, size_t at) {
  const auto d = static_cast<double>(x.size());
  double mean = 0, variance = 0;
  for (const double value : x) mean += value / d;
  for (const double value : x) variance += (value - mean) * (value - mean) / d;
  Vector y;
  for (size_t i = 0; i < x.size(); ++i)
    y.push_back((x[i] - mean) / std::sqrt(variance + 1e-5) * FloatAt(bytes, at + 4 * i) +
                FloatAt(bytes, at + 4 * (x.size() + i)));
  return y;
}

double Gelu(double x) {
  return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
}

// Logits of each position.
std::vector<Vector> Oracle(const atome_plain_config& c, PlainBuilder* builder,
                           const std::vector<uint32_t>& tokens) {
  auto& parts = builder->parts();
  const size_t d = c.d_model, width = d / c.n_heads;
  size_t at = 0;
  const Matrix embed = MatrixAt(parts[0].bytes, c.weights, c.vocab_size, d, &at);
  at = 0;
  const Matrix positions = MatrixAt(parts[1].bytes, c.weights, c.max_seq, d, &at);
  std::vector<Vector> x;
  for (size_t t = 0; t < tokens.size(); ++t) {
    x.push_back(embed.Row(tokens[t]));
    for (size_t i = 0; i < d; ++i) x[t][i] += positions.Row(t)[i];
  }
  for (size_t layer = 0; layer < c.n_layers; ++layer) {
    const std::vector<uint8_t>&vectors = parts[2 + 2 * layer].bytes, &weights = parts[3 + 2 * layer].bytes;
    at = 0;
    std::vector<Matrix> m;
    for (int i = 0; i < 6; ++i)
      m.push_back(MatrixAt(weights, c.weights, i == 4 ? c.d_ff : d, i == 5 ? c.d_ff : d, &at));
    std::vector<Vector> keys, values;
    for (size_t t = 0; t < x.size(); ++t) {
      const Vector n = Norm(x[t], vectors, 0), q = m[0].Times(n);
      keys.push_back(m[1].Times(n));
      values.push_back(m[2].Times(n));
      Vector a(d);
      for (size_t head = 0; head < d; head += width) {
        Vector e;
        double sum = 0;
        for (size_t j = 0; j <= t; ++j) {
          double score = 0;
          for (size_t i = head; i < head + width; ++i) score += q[i] * keys[j][i];
          e.push_back(std::exp(score / std::sqrt(static_cast<double>(width))));
          sum += e.back();
        }
        for (size_t j = 0; j <= t; ++j)
          for (size_t i = head; i < head + width; ++i) a[i] += e[j] / sum * values[j][i];
      }
      const Vector y = m[3].Times(a);
      for (size_t i = 0; i < d; ++i) x[t][i] += y[i];
      Vector h = m[4].Times(Norm(x[t], vectors, 8 * d));
      for (double& each : h) each = Gelu(each);
      const Vector z = m[5].Times(h);
      for (size_t i = 0; i < d; ++i) x[t][i] += z[i];
    }
  }
  at = 0;
  const Matrix unembed = MatrixAt(parts.back().bytes, c.weights, c.vocab_size, d, &at);
  std::vector<Vector> logits;
  for (const Vector& row : x) logits.push_back(unembed.Times(Norm(row, parts[parts.size() - 2].bytes, 0)));
  return logits;
}

TEST(PlainSession, AgreesWithTheFormulas) {
  for (const uint16_t weights : {ATOME_PLAIN_FP32, ATOME_PLAIN_INT8}) {
    for (const atome_plain_config& config :
         {atome_plain_config{13, 10, 2, 2, 7, 9, weights}, atome_plain_config{5, 8, 1, 1, 12, 6, weights},
          atome_plain_config{21, 9, 3, 3, 17, 8, weights},
          atome_plain_config{7, 24, 2, 4, 40, 12, weights}}) {
      for (uint64_t seed = 1; seed <= 3; ++seed) {
        PlainBuilder builder(config, seed);
        PlainOwner owner(config, builder.File());
        ASSERT_EQ(owner.status(), ATOME_OK);
        std::vector<uint32_t> tokens;
        for (uint32_t t = 0; t < config.max_seq; ++t)
          tokens.push_back((t * 5 + static_cast<uint32_t>(seed)) % config.vocab_size);
        const std::vector<Vector> expected = Oracle(config, &builder, tokens);
        double most = 0, worst = 0;
        for (size_t t = 0; t < tokens.size(); ++t) {
          ASSERT_EQ(owner.Step(tokens[t]), ATOME_OK);
          for (size_t v = 0; v < expected[t].size(); ++v) {
            most = std::max(most, std::abs(expected[t][v]));
            worst =
                std::max(worst, std::abs(double{std::bit_cast<float>(owner.Logits()[v])} - expected[t][v]));
          }
        }
        EXPECT_LT(worst / most, weights == ATOME_PLAIN_FP32 ? 2e-5 : 5e-3) << config.d_model << " " << seed;
      }
    }
  }
}

}  // namespace
}  // namespace atome::plain
