// The engine for hosts of variant q15 against the freestanding one, to the bit, with every set of
// instructions that this processor has.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/atome_q15.h"
#include "engine/host/host_engine.h"
#include "engine/host/testing/targets.h"
#include "engine/testing/columns_builder.h"
#include "engine/testing/engine_owner.h"
#include "engine/testing/model_builder.h"

namespace atome::host {
namespace {

using atome::testing::Bits;
using atome::testing::PackAs;
using atome::testing::PackedModel;
using atome::testing::RandomModel;
using atome::testing::RandomTokens;
using atome::testing::Source;
using Tokens = std::vector<uint32_t>;

// What the freestanding engine says of a model.
class Reference {
 public:
  Reference(const PackedModel& model, int cache_bits) : vocab_(model.config.vocab_size) {
    size_t bytes = 0;
    status_ = atome_q15_state_bytes(&model.config, cache_bits, &bytes);
    if (status_ != ATOME_OK) return;
    memory_.resize(bytes / 8 + 1);
    status_ = atome_q15_open(&model.config, cache_bits, model.file.data(), model.file.size(), memory_.data(),
                             bytes, &engine_, &where_);
  }

  atome_status status() const { return status_; }
  const atome_location& where() const { return where_; }

  std::vector<Bits> Run(const Tokens& tokens) {
    std::vector<Bits> answer;
    std::vector<int32_t> logits(vocab_);
    for (uint32_t token : tokens) {
      EXPECT_EQ(atome_q15_step(engine_, token, logits.data()), ATOME_OK);
      for (Bits& row = answer.emplace_back(); int32_t logit : logits)
        row.push_back(atome_q15_logit_bits(engine_, logit));
    }
    return answer;
  }

 private:
  uint32_t vocab_;
  std::vector<uint64_t> memory_;
  atome_q15_engine* engine_ = nullptr;
  atome_status status_ = ATOME_OK;
  atome_location where_ = {0, 0, 0};
};

// In runs of random lengths up to `most`; with Step where that is 1.
std::vector<Bits> RunHost(HostEngine* engine, const Tokens& tokens, uint32_t vocab, uint32_t most) {
  Source source(most);
  std::vector<Bits> answer;
  while (answer.size() < tokens.size()) {
    const size_t done = answer.size();
    const size_t count = std::min<size_t>(1 + source.Below(most), tokens.size() - done);
    std::vector<float> logits(count * vocab, NAN);
    EXPECT_EQ(most == 1 ? engine->Step(tokens[done], logits.data())
                        : engine->Evaluate({tokens.data() + done, count}, logits.data()),
              ATOME_OK);
    EXPECT_EQ(engine->position(), done + count);
    for (size_t t = 0; t < count; ++t)
      answer.push_back(atome::testing::ToBitVector(logits.data() + t * vocab, vocab));
  }
  return answer;
}

void ExpectSame(const PackedModel& model, int cache_bits, const Tokens& tokens) {
  SCOPED_TRACE("cache of " + std::to_string(cache_bits) + " bits");
  const std::vector<Bits> expected = Reference(model, cache_bits).Run(tokens);
  testing::ForEachTarget([&] {
    std::unique_ptr<HostEngine> engine;
    ASSERT_EQ(HostEngine::OpenQ15(model.config, cache_bits, model.file, &engine, nullptr), ATOME_OK);
    for (uint32_t most : {1u, 7u, 200u}) {
      engine->Reset();
      const std::vector<Bits> found = RunHost(engine.get(), tokens, model.config.vocab_size, most);
      for (size_t t = 0; t < found.size(); ++t) {
        ASSERT_EQ(found[t], expected[t]) << "position " << t << ", runs up to " << most;
      }
    }
  });
}

TEST(HostQ15Engine, GivesTheBitsOfTheEngine) {
  constexpr atome_config kConfigs[] = {{1, 1, 1, 1, 1, 1, 1},      {2, 1, 1, 1, 2, 64, 1},
                                       {23, 16, 1, 8, 1, 1, 40},   {31, 24, 2, 5, 3, 4, 40},
                                       {17, 19, 3, 21, 9, 64, 30}, {33, 33, 2, 17, 64, 5, 3},
                                       {70, 47, 4, 16, 5, 4, 2},   {256, 64, 4, 16, 5, 4, 64}};
  for (const atome_config& config : kConfigs) {
    for (int format = 1; format <= 3; ++format) {
      SCOPED_TRACE(std::to_string(config.d_model) + " wide, format " + std::to_string(format));
      const PackedModel model = PackAs(RandomModel(config, 5u + config.d_model), format);
      for (const int cache_bits : {16, 8}) ExpectSame(model, cache_bits, RandomTokens(config, 150, 1));
    }
  }
}

TEST(HostQ15Engine, GivesTheBitsOfTheEngineAtRandomShapes) {
  Source source(13);
  for (int repeat = 0; repeat < 60; ++repeat) {
    const auto up_to = [&source](uint32_t most) { return static_cast<uint16_t>(1 + source.Below(most)); };
    const atome_config config = {up_to(90), up_to(80), up_to(3), up_to(40), up_to(9), up_to(9), up_to(90)};
    SCOPED_TRACE("model " + std::to_string(repeat));
    const PackedModel model = PackAs(RandomModel(config, source.Word()), 1 + repeat % 3);
    ExpectSame(model, repeat % 2 ? 8 : 16, RandomTokens(config, 130, source.Word()));
  }
}

TEST(HostQ15Engine, GivesTheBitsOfTheEngineAtTheWidest) {
  const atome_config config = {300, 2048, 1, 256, 3, 4, 9};
  const PackedModel model = PackAs(RandomModel(config, 3), 2);
  for (const int cache_bits : {16, 8}) ExpectSame(model, cache_bits, RandomTokens(config, 40, 2));
}

// Scales at the ends of what a model file may hold, of both signs and zero.
TEST(HostQ15Engine, GivesTheBitsOfTheEngineAtTheExtremes) {
  Source source(98);
  int opened = 0;
  for (int repeat = 0; repeat < 300; ++repeat) {
    const atome_config config = {19, 21, 2, 6, 3, 3, 8};
    atome::testing::Model model = RandomModel(config, source.Word());
    const auto scale = [&source](float* value) {
      if (source.Below(3) == 0) *value = std::ldexp(*value, static_cast<int>(source.Below(150)) - 75);
      if (source.Below(4) == 0) *value = -*value;
      if (source.Below(12) == 0) *value = 0;
    };
    scale(&model.embed.scale);
    scale(&model.unembed.scale);
    for (atome::testing::Block& block : model.blocks) {
      for (float* value :
           {&block.conv.scale, &block.wq.scale, &block.wk.scale, &block.wv.scale, &block.router.scale})
        scale(value);
      for (auto* vector : {&block.gamma, &block.beta, &block.a, &block.b, &block.c}) scale(&(*vector)[3]);
    }
    const PackedModel packed = PackAs(model, 1 + repeat % 3);
    if (Reference(packed, 16).status() != ATOME_OK) continue;
    ++opened;
    SCOPED_TRACE("model " + std::to_string(repeat));
    ExpectSame(packed, repeat % 2 ? 8 : 16, RandomTokens(config, 70, source.Word()));
  }
  EXPECT_GT(opened, 50);
}

TEST(HostQ15Engine, RefusesWhatTheEngineRefuses) {
  const atome_config config = {31, 24, 2, 5, 3, 4, 40};
  const auto expect_same = [](const PackedModel& model, int cache_bits) {
    const Reference expected(model, cache_bits);
    EXPECT_NE(expected.status(), ATOME_OK);
    std::unique_ptr<HostEngine> engine;
    atome_location where{};
    EXPECT_EQ(HostEngine::OpenQ15(model.config, cache_bits, model.file, &engine, &where), expected.status());
    EXPECT_EQ(engine, nullptr);
    EXPECT_EQ(where.offset, expected.where().offset);
    EXPECT_EQ(where.tensor, expected.where().tensor);
    EXPECT_EQ(where.layer, expected.where().layer);
  };
  const PackedModel good = PackAs(RandomModel(config, 1), 3);
  expect_same(good, 12);
  PackedModel bad = good;
  bad.file.pop_back();
  expect_same(bad, 16);
  bad = good;
  bad.config.max_seq = 0;
  expect_same(bad, 8);
  atome::testing::Model model = RandomModel(config, 1);
  model.blocks[1].b[2] = 3e38f;
  model.blocks[1].c[2] = 3e38f;
  expect_same(PackAs(model, 1), 16);
}

TEST(HostQ15Engine, BadTokensChangeNothing) {
  const atome_config config = {31, 24, 2, 5, 3, 4, 40};
  const PackedModel model = PackAs(RandomModel(config, 1), 2);
  std::unique_ptr<HostEngine> engine;
  ASSERT_EQ(HostEngine::OpenQ15(config, 8, model.file, &engine, nullptr), ATOME_OK);
  const Tokens tokens = RandomTokens(config, 90, 3);
  Tokens bad = tokens;
  bad.back() = 31;
  EXPECT_EQ(engine->Evaluate(bad, nullptr), ATOME_ERROR_TOKEN);
  EXPECT_EQ(engine->Step(31, nullptr), ATOME_ERROR_TOKEN);
  EXPECT_EQ(engine->position(), 0u);
  EXPECT_EQ(RunHost(engine.get(), tokens, 31, 64), Reference(model, 8).Run(tokens));
}

}  // namespace
}  // namespace atome::host
