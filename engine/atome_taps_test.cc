// Intermediates, and numbers that are not finite.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "engine/atome.h"
#include "engine/testing/engine_owner.h"
#include "engine/testing/model_builder.h"
#include "engine/testing/taps.h"

namespace atome::testing {
namespace {

constexpr atome_config kSmall = {19, 12, 2, 5, 4, 3, 6};

PackedModel Small() { return Pack(RandomModel(kSmall, 21), 1); }

TEST(Taps, EveryOpOfEveryStepInOrder) {
  EngineOwner engine(Small());
  std::vector<Tapped> taps;
  ASSERT_EQ(atome_set_tap(engine.get(), Collect, &taps), ATOME_OK);
  for (uint32_t token : RandomTokens(kSmall, 10, 7)) {
    taps.clear();
    ASSERT_EQ(engine.Step(token), ATOME_OK);
    ExpectTaps(taps, TapsOfAStep(kSmall, true));
    EXPECT_EQ(ToBitVector(taps.back().values.data(), kSmall.vocab_size),
              ToBitVector(engine.logits().data(), kSmall.vocab_size));
  }
  taps.clear();
  ASSERT_EQ(atome_step(engine.get(), 0, nullptr), ATOME_OK);
  ExpectTaps(taps, TapsOfAStep(kSmall, false));
  taps.clear();
  std::vector<int32_t> sums(kSmall.vocab_size);
  ASSERT_EQ(atome_step_sums(engine.get(), 0, sums.data()), ATOME_OK);
  std::vector<Expected> without_logits = TapsOfAStep(kSmall, true);
  without_logits.pop_back();
  ExpectTaps(taps, without_logits);
  taps.clear();
  EXPECT_EQ(atome_step(engine.get(), 999, nullptr), ATOME_ERROR_TOKEN);
  EXPECT_TRUE(taps.empty());
  atome_reset(engine.get());
  ASSERT_EQ(engine.Step(0), ATOME_OK);
  EXPECT_FALSE(taps.empty()) << "a reset keeps the tap";
  taps.clear();
  ASSERT_EQ(atome_set_tap(engine.get(), nullptr, nullptr), ATOME_OK);
  ASSERT_EQ(engine.Step(0), ATOME_OK);
  EXPECT_TRUE(taps.empty());
}

TEST(Taps, DoNotChangeTheBits) {
  const std::vector<uint32_t> tokens = RandomTokens(kSmall, 20, 8);
  EngineOwner tapped(Small());
  std::vector<Tapped> taps;
  atome_set_tap(tapped.get(), Collect, &taps);
  EXPECT_EQ(tapped.Run(tokens), EngineOwner(Small()).Run(tokens));
}

TEST(Taps, AreConsistentWithEachOther) {
  EngineOwner engine(Small());
  std::vector<Tapped> taps;
  atome_set_tap(engine.get(), Collect, &taps);
  for (uint32_t token : RandomTokens(kSmall, 10, 9)) {
    taps.clear();
    ASSERT_EQ(engine.Step(token), ATOME_OK);
    std::vector<float> x = taps[0].values;
    for (size_t at = 1; at + 2 < taps.size(); at += 7) {
      const std::vector<float>& route = taps[at + 1].values;
      double entropy = 0;
      for (float share : route) entropy -= double{share} * std::log(double{share});
      EXPECT_NEAR(double{route[0]} + double{route[1]} + double{route[2]}, 1.0, 2e-7);
      EXPECT_NEAR(double{taps[at + 2].values[0]}, entropy, 1e-6);
      for (size_t i = 0; i < x.size(); ++i) {
        const float expected = x[i] + (route[0] * taps[at + 3].values[i] + route[1] * taps[at + 4].values[i] +
                                       route[2] * taps[at + 5].values[i]);
        x[i] = taps[at + 6].values[i];
        EXPECT_NEAR(x[i], expected, 1e-6);
      }
    }
  }
}

// Token 0 embeds to zeros and can be run; of any other a sum need not be finite.
PackedModel Explosive() {
  Model model = RandomModel(kSmall, 24);
  model.embed.scale = 3e38f;
  std::fill_n(model.embed.trits.begin(), kSmall.d_model, int8_t{0});
  model.embed.trits[kSmall.d_model] = 1;
  return Pack(model, 1);
}

TEST(NonFinite, OnlyResetWorksAfterIt) {
  EngineOwner engine(Explosive());
  const std::vector<Bits> first = engine.Run({0, 0});
  ASSERT_EQ(first.size(), 2u);
  for (int repeat = 0; repeat < 2; ++repeat) {
    EXPECT_EQ(engine.Step(1), ATOME_ERROR_NON_FINITE);
    EXPECT_EQ(engine.Step(0), ATOME_ERROR_NON_FINITE);
    EXPECT_EQ(atome_step(engine.get(), 0, nullptr), ATOME_ERROR_NON_FINITE);
    EXPECT_EQ(atome_reset(engine.get()), ATOME_OK);
    EXPECT_EQ(engine.Run({0, 0}), first);
  }
}

TEST(NonFinite, LogitsThatOverflowAreAnError) {
  Model model = RandomModel(kSmall, 25);
  model.unembed.scale = std::numeric_limits<float>::max();
  EngineOwner engine(Pack(model, 2));
  ASSERT_EQ(engine.status(), ATOME_OK);
  EXPECT_EQ(engine.Step(3), ATOME_ERROR_NON_FINITE);
  EXPECT_EQ(engine.Step(3), ATOME_ERROR_NON_FINITE);
  std::vector<int32_t> sums(kSmall.vocab_size);
  ASSERT_EQ(atome_reset(engine.get()), ATOME_OK);
  EXPECT_EQ(atome_step_sums(engine.get(), 3, sums.data()), ATOME_ERROR_NON_FINITE);
}

// Router logits so far apart that binary32 does not reach.
TEST(NonFinite, EntropyOfAShareThatVanishesIsFinite) {
  Model model = RandomModel(kSmall, 26);
  for (Block& block : model.blocks) block.router.scale = 3e37f;
  EngineOwner engine(Pack(model, 1));
  ASSERT_EQ(engine.status(), ATOME_OK);
  std::vector<Tapped> taps;
  atome_set_tap(engine.get(), Collect, &taps);
  int steps = 0;
  for (uint32_t token = 0; token < kSmall.vocab_size; ++token) {
    atome_reset(engine.get());
    taps.clear();
    if (engine.Step(token) != ATOME_OK) continue;
    ++steps;
    for (const Tapped& tap : taps) {
      for (float value : tap.values)
        EXPECT_TRUE(std::isfinite(value)) << "op " << tap.op << ", layer " << tap.layer;
    }
  }
  EXPECT_GT(steps, 0);
}

// Scales and vectors of any magnitude: success means that every logit and every intermediate is finite.
TEST(NonFinite, NeverStandsInAnAnswer) {
  Source source(27);
  int succeeded = 0, failed = 0, refused = 0;
  for (uint64_t seed = 0; seed < 600; ++seed) {
    Model model = RandomModel(kSmall, seed);
    const int reach = 5 + static_cast<int>(source.Below(122));
    const auto scale = [&source, reach](float* value) {
      *value = static_cast<float>(std::ldexp(
          double{*value}, static_cast<int>(source.Below(static_cast<uint32_t>(2 * reach))) - reach));
    };
    scale(&model.embed.scale);
    scale(&model.unembed.scale);
    for (Block& block : model.blocks) {
      for (Ternary* tensor : {&block.conv, &block.wq, &block.wk, &block.wv, &block.router})
        scale(&tensor->scale);
      for (std::vector<float>* vector : {&block.gamma, &block.beta, &block.a, &block.b, &block.c})
        scale(&vector->front());
    }
    EngineOwner engine(Pack(model, 2));
    if (engine.status() != ATOME_OK) {
      EXPECT_TRUE(engine.status() == ATOME_ERROR_RANGE || engine.status() == ATOME_ERROR_VALUE);
      ++refused;
      continue;
    }
    std::vector<Tapped> taps;
    atome_set_tap(engine.get(), Collect, &taps);
    for (uint32_t token : RandomTokens(kSmall, 10, seed)) {
      taps.clear();
      const atome_status status = engine.Step(token);
      ++(status == ATOME_OK ? succeeded : failed);
      if (status != ATOME_OK) {
        EXPECT_EQ(status, ATOME_ERROR_NON_FINITE);
        break;
      }
      for (const Tapped& tap : taps) {
        for (float value : tap.values)
          ASSERT_TRUE(std::isfinite(value)) << "op " << tap.op << ", seed " << seed;
      }
    }
  }
  EXPECT_GT(succeeded, 100);
  EXPECT_GT(failed, 5);
  EXPECT_GT(refused, 10);
}

}  // namespace
}  // namespace atome::testing
