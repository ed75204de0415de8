// The architecture's formulas in double precision, over the whole prefix at every step: slow, plain, and
// nothing of the engine's arithmetic in it.
#ifndef ATOME_ENGINE_TESTING_DOUBLE_ORACLE_H_
#define ATOME_ENGINE_TESTING_DOUBLE_ORACLE_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "engine/testing/model_builder.h"

namespace atome::testing {

using Vector = std::vector<double>;

inline Vector Multiply(const Ternary& matrix, const Vector& x) {
  Vector y(matrix.trits.size() / x.size());
  for (size_t i = 0; i < matrix.trits.size(); ++i) y[i / x.size()] += matrix.trits[i] * x[i % x.size()];
  for (double& value : y) value *= double{matrix.scale};
  return y;
}

inline Vector Normalize(const Vector& x, const std::vector<float>& gamma, const std::vector<float>& beta) {
  const double width = static_cast<double>(x.size());
  const double mean = std::accumulate(x.begin(), x.end(), 0.0) / width;
  double variance = 0;
  for (double value : x) variance += (value - mean) * (value - mean) / width;
  Vector y(x.size());
  for (size_t i = 0; i < x.size(); ++i)
    y[i] = (x[i] - mean) / std::sqrt(variance + 1e-5) * double{gamma[i]} + double{beta[i]};
  return y;
}

inline Vector Softmax(Vector y) {
  const double most = *std::max_element(y.begin(), y.end());
  double sum = 0;
  for (double& value : y) sum += value = std::exp(value - most);
  for (double& value : y) value /= sum;
  return y;
}

inline Vector Attend(const Block& block, const std::vector<Vector>& n, const atome_config& config) {
  const size_t last = n.size() - 1, first = n.size() > config.max_seq ? n.size() - config.max_seq : 0;
  const Vector query = Multiply(block.wq, n[last]);
  std::vector<std::pair<double, size_t>> scored;
  for (size_t j = first; j <= last; ++j) {
    const Vector key = Multiply(block.wk, n[j]);
    scored.emplace_back(
        std::inner_product(query.begin(), query.end(), key.begin(), 0.0) / std::sqrt(config.d_head), j);
  }
  std::stable_sort(scored.begin(), scored.end(),
                   [](const auto& x, const auto& y) { return x.first > y.first; });
  scored.resize(std::min<size_t>(scored.size(), config.top_k));
  Vector weights;
  for (const auto& candidate : scored) weights.push_back(candidate.first);
  weights = Softmax(weights);
  Vector mixed(n[last].size());
  for (size_t i = 0; i < scored.size(); ++i) {
    const Vector value = Multiply(block.wv, n[scored[i].second]);
    for (size_t c = 0; c < mixed.size(); ++c) mixed[c] += weights[i] * value[c];
  }
  return mixed;
}

// Residuals of all positions before a block -> after it.
inline std::vector<Vector> RunBlock(const Block& block, std::vector<Vector> x, const atome_config& config) {
  const size_t d = config.d_model, kernel = config.kernel_size;
  std::vector<Vector> n;
  Vector state(d);
  for (size_t t = 0; t < x.size(); ++t) {
    n.push_back(Normalize(x[t], block.gamma, block.beta));
    const Vector route = Softmax(Multiply(block.router, n[t]));
    const Vector sparse = Attend(block, n, config);
    for (size_t c = 0; c < d; ++c) {
      double local = 0;
      for (size_t j = 0; j < kernel && j <= t; ++j) local += block.conv.trits[c * kernel + j] * n[t - j][c];
      local *= double{block.conv.scale};
      state[c] = std::tanh(double{block.a[c]}) * state[c] + double{block.b[c]} * n[t][c];
      x[t][c] += route[0] * local + route[1] * double{block.c[c]} * state[c] + route[2] * sparse[c];
    }
  }
  return x;
}

// Logits of every position.
inline std::vector<Vector> OracleLogits(const Model& model, const std::vector<uint32_t>& tokens) {
  const size_t d = model.config.d_model;
  std::vector<Vector> x;
  for (uint32_t token : tokens) {
    x.emplace_back(d);
    for (size_t i = 0; i < d; ++i) x.back()[i] = model.embed.trits[token * d + i] * double{model.embed.scale};
  }
  for (const Block& block : model.blocks) x = RunBlock(block, x, model.config);
  for (Vector& row : x) row = Multiply(model.unembed, Normalize(row, model.final_gamma, model.final_beta));
  return x;
}

}  // namespace atome::testing

#endif  // ATOME_ENGINE_TESTING_DOUBLE_ORACLE_H_
