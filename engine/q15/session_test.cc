// The pass of one token of q15 against the formulas in double precision. That its bits are the contract's is
// for golden traces and random shapes to say; here what is far off is: a pathway left out, a position taken
// for another, a sign.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "engine/testing/columns_builder.h"
#include "engine/testing/double_oracle.h"
#include "engine/testing/engine_owner.h"
#include "engine/testing/model_builder.h"
#include "engine/variants.h"

namespace atome::q15 {
namespace {

// Logits of each token, as numbers.
template <const auto& kTable>
std::vector<testing::Vector> Run(const testing::PackedModel& model, const std::vector<uint32_t>& tokens) {
  size_t bytes = 0;
  EXPECT_EQ(kTable.state_bytes(&model.config, &bytes), ATOME_OK);
  const auto memory = std::make_unique<uint64_t[]>(bytes / 8);
  atome_q15_engine* engine = nullptr;
  EXPECT_EQ(
      kTable.open(&model.config, model.file.data(), model.file.size(), memory.get(), bytes, &engine, nullptr),
      ATOME_OK);
  std::vector<int32_t> logits(model.config.vocab_size);
  std::vector<testing::Vector> all;
  for (const uint32_t token : tokens) {
    EXPECT_EQ(kTable.step(engine, token, logits.data()), ATOME_OK);
    testing::Vector& row = all.emplace_back();
    for (const int32_t logit : logits)
      row.push_back(double{std::bit_cast<float>(kTable.logit_bits(engine, logit))});
  }
  return all;
}

// Worst |logit - oracle's| over the greatest |logit| of the run.
double WorstDifference(const testing::Model& model, int cache_bits, int format, uint32_t count) {
  const std::vector<uint32_t> tokens = testing::RandomTokens(model.config, count, 3);
  const std::vector<testing::Vector> expected = testing::OracleLogits(model, tokens);
  const testing::PackedModel packed = testing::PackAs(model, format);
  const auto found =
      cache_bits == 16 ? Run<variant::kQ15>(packed, tokens) : Run<variant::kQ15Kv8>(packed, tokens);
  double most = 0, worst = 0;
  for (size_t t = 0; t < tokens.size(); ++t) {
    for (size_t v = 0; v < expected[t].size(); ++v) {
      most = std::max(most, std::abs(expected[t][v]));
      worst = std::max(worst, std::abs(found[t][v] - expected[t][v]));
    }
  }
  return worst / most;
}

// All positions of the window are chosen, so that no rounding changes which.
constexpr atome_config kConfigs[] = {
    {23, 16, 1, 8, 1, 8, 8}, {31, 24, 2, 5, 3, 64, 12}, {64, 32, 3, 16, 5, 6, 6}, {17, 19, 2, 21, 9, 4, 4}};

constexpr double kTolerance = 0.02, kTolerance8 = 0.03;

TEST(Q15Session, AgreesWithTheFormulasWithinAndPastTheWindow) {
  for (const atome_config& config : kConfigs) {
    for (uint64_t seed = 1; seed <= 3; ++seed) {
      const testing::Model model = testing::RandomModel(config, seed);
      const int format = 1 + static_cast<int>(seed % 3);
      EXPECT_LT(WorstDifference(model, 16, format, 3u * config.max_seq), kTolerance)
          << config.d_model << " " << seed;
      EXPECT_LT(WorstDifference(model, 8, format, 3u * config.max_seq), kTolerance8)
          << config.d_model << " " << seed;
    }
  }
}

TEST(Q15Session, AgreesWithTheFormulasForNegativeScales) {
  for (uint32_t signs = 0; signs < 256; signs += 21) {
    testing::Model model = testing::RandomModel(kConfigs[1], 77);
    float* const scales[] = {&model.embed.scale,
                             &model.unembed.scale,
                             &model.blocks[0].wq.scale,
                             &model.blocks[0].wk.scale,
                             &model.blocks[0].wv.scale,
                             &model.blocks[1].conv.scale,
                             &model.blocks[0].router.scale,
                             &model.blocks[1].wq.scale};
    for (uint32_t i = 0; i < 8; ++i) *scales[i] *= (signs >> i & 1) != 0 ? -1.0f : 1.0f;
    EXPECT_LT(WorstDifference(model, 16, 2, 24), kTolerance) << signs;
    EXPECT_LT(WorstDifference(model, 8, 2, 24), kTolerance8) << signs;
  }
}

}  // namespace
}  // namespace atome::q15
