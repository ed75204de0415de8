// The engine for hosts against the freestanding one, to the bit, with every set of instructions that this
// processor has.
#include "engine/host/host_engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/host/testing/targets.h"
#include "engine/testing/columns_builder.h"
#include "engine/testing/engine_owner.h"
#include "engine/testing/model_builder.h"

namespace atome::host {
namespace {

using atome::testing::Bits;
using atome::testing::EngineOwner;
using atome::testing::PackAs;
using atome::testing::PackedModel;
using atome::testing::RandomModel;
using atome::testing::RandomTokens;
using atome::testing::Source;
using Tokens = std::vector<uint32_t>;

std::unique_ptr<HostEngine> Open(const PackedModel& model) {
  std::unique_ptr<HostEngine> engine;
  EXPECT_EQ(HostEngine::Open(model.config, model.file, &engine, nullptr), ATOME_OK);
  return engine;
}

// In runs of random lengths up to `most`; with Step where that is 1. As EngineOwner::Run, a failure ends the
// answer.
std::vector<Bits> RunHost(HostEngine* engine, const Tokens& tokens, uint32_t vocab, uint32_t most) {
  Source source(most);
  std::vector<Bits> answer;
  atome_status status = ATOME_OK;
  while (answer.size() < tokens.size() && status == ATOME_OK) {
    const size_t done = answer.size();
    const size_t count = std::min<size_t>(1 + source.Below(most), tokens.size() - done);
    std::vector<float> logits(count * vocab, NAN);
    const uint64_t before = engine->position();
    status = most == 1 ? engine->Step(tokens[done], logits.data())
                       : engine->Evaluate({tokens.data() + done, count}, logits.data());
    const uint64_t consumed = engine->position() - before;
    EXPECT_EQ(status, consumed == count ? ATOME_OK : ATOME_ERROR_NON_FINITE);
    for (uint64_t t = 0; t < consumed; ++t) {
      answer.push_back(atome::testing::ToBitVector(logits.data() + t * vocab, vocab));
    }
  }
  return answer;
}

void ExpectSame(const PackedModel& model, const Tokens& tokens) {
  const std::vector<Bits> expected = EngineOwner(model).Run(tokens);
  testing::ForEachTarget([&] {
    const std::unique_ptr<HostEngine> engine = Open(model);
    for (uint32_t most : {1u, 7u, 200u}) {
      engine->Reset();
      const std::vector<Bits> found = RunHost(engine.get(), tokens, model.config.vocab_size, most);
      ASSERT_EQ(found.size(), expected.size()) << "runs up to " << most;
      for (size_t t = 0; t < found.size(); ++t) {
        ASSERT_EQ(found[t], expected[t]) << "position " << t << ", runs up to " << most;
      }
    }
  });
}

TEST(HostEngine, GivesTheBitsOfTheEngine) {
  constexpr atome_config kConfigs[] = {{1, 1, 1, 1, 1, 1, 1},      {2, 1, 1, 1, 2, 64, 1},
                                       {23, 16, 1, 8, 1, 1, 40},   {31, 24, 2, 5, 3, 4, 40},
                                       {17, 19, 3, 21, 9, 64, 30}, {33, 33, 2, 17, 64, 5, 3},
                                       {70, 47, 4, 16, 5, 4, 2},   {256, 64, 4, 16, 5, 4, 64}};
  for (const atome_config& config : kConfigs) {
    for (int format = 1; format <= 3; ++format) {
      SCOPED_TRACE(std::to_string(config.d_model) + " wide, format " + std::to_string(format));
      ExpectSame(PackAs(RandomModel(config, 5u + config.d_model), format), RandomTokens(config, 150, 1));
    }
  }
}

TEST(HostEngine, GivesTheBitsOfTheEngineAtRandomShapes) {
  Source source(12);
  for (int repeat = 0; repeat < 40; ++repeat) {
    const auto up_to = [&source](uint32_t most) { return static_cast<uint16_t>(1 + source.Below(most)); };
    const atome_config config = {up_to(90), up_to(80), up_to(3), up_to(40), up_to(9), up_to(9), up_to(90)};
    SCOPED_TRACE("model " + std::to_string(repeat));
    ExpectSame(PackAs(RandomModel(config, source.Word()), 1 + repeat % 3),
               RandomTokens(config, 130, source.Word()));
  }
}

TEST(HostEngine, GivesTheBitsOfTheEngineAtTheWidest) {
  const atome_config config = {300, 2048, 1, 256, 3, 4, 9};
  ExpectSame(PackAs(RandomModel(config, 3), 2), RandomTokens(config, 40, 2));
}

// Scales at the ends of what a model file may hold: exponents that saturate, vanish and fail, at whatever
// position.
TEST(HostEngine, GivesTheBitsOfTheEngineAtTheExtremes) {
  Source source(99);
  int opened = 0, failed = 0;
  for (int repeat = 0; repeat < 300; ++repeat) {
    const atome_config config = {19, 21, 2, 6, 3, 3, 8};
    atome::testing::Model model = RandomModel(config, source.Word());
    const auto scale = [&source](float* value) {
      if (source.Below(3) == 0) *value = std::ldexp(*value, static_cast<int>(source.Below(240)) - 120);
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
    if (EngineOwner(packed).status() != ATOME_OK) continue;
    ++opened;
    const Tokens tokens = RandomTokens(config, 70, source.Word());
    if (EngineOwner(packed).Run(tokens).size() < tokens.size()) ++failed;
    SCOPED_TRACE("model " + std::to_string(repeat));
    ExpectSame(packed, tokens);
  }
  EXPECT_GT(opened, 50);
  EXPECT_GT(failed, 5);
}

TEST(HostEngine, RefusesWhatTheEngineRefuses) {
  const atome_config config = {31, 24, 2, 5, 3, 4, 40};
  const auto expect_same = [](const PackedModel& model) {
    const EngineOwner expected(model);
    EXPECT_NE(expected.status(), ATOME_OK);
    std::unique_ptr<HostEngine> engine;
    atome_location where{};
    EXPECT_EQ(HostEngine::Open(model.config, model.file, &engine, &where), expected.status());
    EXPECT_EQ(engine, nullptr);
    EXPECT_EQ(where.offset, expected.where().offset);
    EXPECT_EQ(where.tensor, expected.where().tensor);
    EXPECT_EQ(where.layer, expected.where().layer);
  };
  for (int format = 1; format <= 3; ++format) {
    const PackedModel good = PackAs(RandomModel(config, 1), format);
    PackedModel bad = good;
    bad.file.back() ^= 0x55;
    bad.file[bad.file.size() / 2] ^= 0xFF;
    expect_same(bad);
    bad = good;
    bad.file.pop_back();
    expect_same(bad);
    bad = good;
    bad.file[6] = '9';
    expect_same(bad);
    bad = good;
    bad.config.max_seq = 0;
    expect_same(bad);
  }
  atome::testing::Model model = RandomModel(config, 1);
  model.blocks[1].gamma[2] = 3e38f;
  expect_same(PackAs(model, 1));
}

TEST(HostEngine, BadTokensChangeNothing) {
  const atome_config config = {31, 24, 2, 5, 3, 4, 40};
  const PackedModel model = PackAs(RandomModel(config, 1), 2);
  const std::unique_ptr<HostEngine> engine = Open(model);
  const Tokens tokens = RandomTokens(config, 90, 3);
  Tokens bad = tokens;
  bad.back() = 31;
  EXPECT_EQ(engine->Evaluate(bad, nullptr), ATOME_ERROR_TOKEN);
  EXPECT_EQ(engine->Step(31, nullptr), ATOME_ERROR_TOKEN);
  EXPECT_EQ(engine->position(), 0u);
  EXPECT_EQ(RunHost(engine.get(), tokens, 31, 64), EngineOwner(model).Run(tokens));
}

TEST(HostEngine, LogitsMayBeLeftOut) {
  const atome_config config = {31, 24, 2, 5, 3, 4, 40};
  const PackedModel model = PackAs(RandomModel(config, 1), 2);
  const std::unique_ptr<HostEngine> engine = Open(model);
  const Tokens tokens = RandomTokens(config, 90, 3);
  EXPECT_EQ(engine->Evaluate({tokens.data(), 89}, nullptr), ATOME_OK);
  EXPECT_EQ(RunHost(engine.get(), {tokens.back()}, 31, 1)[0], EngineOwner(model).Run(tokens).back());
}

}  // namespace
}  // namespace atome::host
