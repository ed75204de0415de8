// The C API on small models made here.
#include "engine/atome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "engine/testing/columns_builder.h"
#include "engine/testing/engine_owner.h"
#include "engine/testing/model_builder.h"

namespace atome::testing {
namespace {

constexpr atome_config kSmall = {19, 12, 2, 5, 4, 3, 6};

PackedModel Small(int format = 1) { return PackAs(RandomModel(kSmall, 21), format); }

// All that atome_open takes; a test changes one thing and expects the status.
struct Opening {
  PackedModel model = Small();
  atome_config config = model.config;
  const void* file = model.file.data();
  size_t memory_bytes = 0;
  size_t skew = 0;  // of the memory, in bytes
  bool no_config = false, no_memory = false, no_engine = false;
  atome_location where = {1, 2, 3};
  atome_engine* engine = nullptr;

  Opening() { EXPECT_EQ(atome_state_bytes(&config, &memory_bytes), ATOME_OK); }
  atome_status Try() {
    std::vector<uint64_t> memory(memory_bytes / 8 + 2);
    engine = reinterpret_cast<atome_engine*>(memory.data());
    return atome_open(no_config ? nullptr : &config, file, model.file.size(),
                      no_memory ? nullptr : reinterpret_cast<uint8_t*>(memory.data()) + skew, memory_bytes,
                      no_engine ? nullptr : &engine, &where);
  }
};

TEST(Open, Succeeds) {
  Opening opening;
  EXPECT_EQ(opening.Try(), ATOME_OK);
  EXPECT_NE(opening.engine, nullptr);
  EXPECT_EQ(opening.where.offset, 0u);
  EXPECT_EQ(opening.where.tensor, ATOME_TENSOR_NONE);
}

TEST(Open, NullPointers) {
  Opening no_config, no_file, no_memory, no_engine;
  no_config.no_config = true;
  no_file.file = nullptr;
  no_memory.no_memory = true;
  no_engine.no_engine = true;
  for (Opening* opening : {&no_config, &no_file, &no_memory}) {
    EXPECT_EQ(opening->Try(), ATOME_ERROR_ARGUMENT);
    EXPECT_EQ(opening->engine, nullptr);
  }
  EXPECT_EQ(no_engine.Try(), ATOME_ERROR_ARGUMENT);
}

TEST(Open, MemoryTooSmallOrMisaligned) {
  for (size_t skew = 1; skew < 8; ++skew) {
    Opening misaligned;
    misaligned.skew = skew;
    EXPECT_EQ(misaligned.Try(), ATOME_ERROR_MEMORY) << skew;
    EXPECT_EQ(misaligned.engine, nullptr);
  }
  Opening small;
  small.memory_bytes -= 1;
  EXPECT_EQ(small.Try(), ATOME_ERROR_MEMORY);
  EXPECT_EQ(small.engine, nullptr);
  Opening none;
  none.memory_bytes = 0;
  EXPECT_EQ(none.Try(), ATOME_ERROR_MEMORY);
}

TEST(Open, FailsWithoutALocationToo) {
  PackedModel model = Small();
  model.file[model.Find(ATOME_TENSOR_WQ).offset + 4] = 0xAA;
  std::vector<uint64_t> memory(1 << 12);
  for (size_t bytes : {size_t{0}, size_t{100}, model.file.size()}) {
    atome_engine* engine = nullptr;
    EXPECT_NE(
        atome_open(&kSmall, model.file.data(), bytes, memory.data(), 8 * memory.size(), &engine, nullptr),
        ATOME_OK);
  }
  model = Small();
  const float huge = 3e38f;
  memcpy(model.file.data() + model.Find(ATOME_TENSOR_GAMMA).offset, &huge, sizeof huge);
  atome_engine* engine = nullptr;
  EXPECT_EQ(atome_open(&kSmall, model.file.data(), model.file.size(), memory.data(), 8 * memory.size(),
                       &engine, nullptr),
            ATOME_ERROR_RANGE);
  EXPECT_EQ(engine, nullptr);
}

struct Limit {
  uint16_t atome_config::*dimension;
  uint16_t most;
};
constexpr Limit kLimits[] = {{&atome_config::vocab_size, 65535}, {&atome_config::d_model, 2048},
                             {&atome_config::n_layers, 64},      {&atome_config::d_head, 256},
                             {&atome_config::kernel_size, 64},   {&atome_config::top_k, 64},
                             {&atome_config::max_seq, 65535}};

TEST(Config, EveryDimensionHasItsRange) {
  for (const Limit& limit : kLimits) {
    atome_config config = kSmall;
    size_t bytes = 0;
    for (uint32_t value : {1u, uint32_t{limit.most}}) {
      config.*limit.dimension = static_cast<uint16_t>(value);
      EXPECT_EQ(atome_state_bytes(&config, &bytes), ATOME_OK);
    }
    for (uint32_t value : {0u, limit.most + 1u, 65535u}) {
      if (value > 65535 || (value != 0 && value <= limit.most)) continue;
      config.*limit.dimension = static_cast<uint16_t>(value);
      EXPECT_EQ(atome_state_bytes(&config, &bytes), ATOME_ERROR_CONFIG);
      Opening opening;
      opening.config = config;
      EXPECT_EQ(opening.Try(), ATOME_ERROR_CONFIG);
    }
  }
}

TEST(StateBytes, GreatestShapeIsCountedWithoutOverflow) {
  atome_config config = kSmall;
  for (const Limit& limit : kLimits) config.*limit.dimension = limit.most;
  size_t bytes = 0;
  ASSERT_EQ(atome_state_bytes(&config, &bytes), ATOME_OK);
  const size_t keys_and_values = size_t{64} * 65535 * (2048 + 256) * 4;
  EXPECT_GT(bytes, keys_and_values);
  EXPECT_LT(bytes, keys_and_values + (64u << 20));
}

TEST(StateBytes, NullPointers) {
  size_t bytes = 0;
  EXPECT_EQ(atome_state_bytes(nullptr, &bytes), ATOME_ERROR_ARGUMENT);
  EXPECT_EQ(atome_state_bytes(&kSmall, nullptr), ATOME_ERROR_ARGUMENT);
}

// The bytes asked for suffice, and none beyond them is touched.
TEST(StateBytes, AreExactlyTheMemoryUsed) {
  constexpr size_t kGuard = 256;
  constexpr uint8_t kCanary = 0xC9;
  Source source(22);
  for (uint64_t seed = 0; seed < 40; ++seed) {
    const auto up_to = [&source](uint32_t most) { return static_cast<uint16_t>(1 + source.Below(most)); };
    const atome_config config = {up_to(30), up_to(20), up_to(4), up_to(17), up_to(9), up_to(9), up_to(9)};
    const PackedModel model = Pack(RandomModel(config, seed), 2);
    size_t bytes = 0;
    ASSERT_EQ(atome_state_bytes(&config, &bytes), ATOME_OK);
    std::vector<uint8_t> memory(kGuard + bytes + kGuard, kCanary);
    ASSERT_EQ(reinterpret_cast<uintptr_t>(memory.data()) % 8, 0u);
    atome_engine* engine = nullptr;
    ASSERT_EQ(atome_open(&config, model.file.data(), model.file.size(), memory.data() + kGuard, bytes,
                         &engine, nullptr),
              ATOME_OK);
    std::vector<float> logits(config.vocab_size);
    for (uint32_t token : RandomTokens(config, 25, seed))
      ASSERT_EQ(atome_step(engine, token, logits.data()), ATOME_OK);
    atome_reset(engine);
    for (size_t i = 0; i < kGuard; ++i) {
      ASSERT_EQ(memory[i], kCanary) << "before, seed " << seed;
      ASSERT_EQ(memory[kGuard + bytes + i], kCanary) << "after, seed " << seed;
    }
  }
}

TEST(Cache, OfThirtyTwoBitsIsTheUsualOne) {
  size_t usual = 0, wide = 0;
  EXPECT_EQ(atome_state_bytes(&kSmall, &usual), ATOME_OK);
  EXPECT_EQ(atome_cached_state_bytes(&kSmall, 32, &wide), ATOME_OK);
  EXPECT_EQ(wide, usual);
  const std::vector<uint32_t> tokens = RandomTokens(kSmall, 20, 3);
  EXPECT_EQ(EngineOwner(Small(3), 32).Run(tokens), EngineOwner(Small(3)).Run(tokens));
}

TEST(Cache, OfSixteenBitsTakesHalfTheMemory) {
  for (const uint32_t positions : {6u, 300u, 65535u}) {
    atome_config config = kSmall;
    size_t wide[2], narrow[2];
    for (const uint32_t more : {0u, 1u}) {
      config.max_seq = static_cast<uint16_t>(positions - more);
      ASSERT_EQ(atome_state_bytes(&config, &wide[more]), ATOME_OK);
      ASSERT_EQ(atome_cached_state_bytes(&config, 16, &narrow[more]), ATOME_OK);
    }
    const size_t row = 2u * (kSmall.d_model + kSmall.d_head) * kSmall.n_layers;
    EXPECT_NEAR(static_cast<double>(wide[0] - wide[1]), 2.0 * static_cast<double>(row), 8);
    EXPECT_NEAR(static_cast<double>(narrow[0] - narrow[1]), static_cast<double>(row + 2u * kSmall.n_layers),
                24);
  }
}

TEST(Cache, OfSixteenBitsIsNearTheUsualInEveryFormat) {
  for (atome_config config :
       {kSmall, atome_config{31, 24, 2, 17, 3, 7, 9}, atome_config{9, 1, 1, 1, 1, 1, 1}}) {
    const Model model = RandomModel(config, 22);
    const std::vector<uint32_t> tokens = RandomTokens(config, 3u * config.max_seq + 5, 4);
    const std::vector<Bits> wide = EngineOwner(PackAs(model, 3)).Run(tokens);
    const std::vector<Bits> narrow = EngineOwner(PackAs(model, 3), 16).Run(tokens);
    ASSERT_EQ(narrow.size(), tokens.size());
    for (int format : {1, 2}) EXPECT_EQ(EngineOwner(PackAs(model, format), 16).Run(tokens), narrow);
    EXPECT_TRUE(narrow != wide || config.d_model == 1);
    for (size_t t = 0; t < tokens.size(); ++t) {
      float most = 0, difference = 0;
      for (size_t v = 0; v < config.vocab_size; ++v) {
        const float a = std::bit_cast<float>(wide[t][v]), b = std::bit_cast<float>(narrow[t][v]);
        most = std::max(most, std::abs(a));
        difference = std::max(difference, std::abs(a - b));
      }
      EXPECT_LT(difference, 2e-3f * most) << t;
    }
  }
}

TEST(Cache, OfOtherBitsOrWithoutConfigurationIsRefused) {
  Opening opening;
  size_t bytes = 0;
  for (int bits : {0, 8, 15, 31, 64, -16}) {
    EXPECT_EQ(atome_cached_state_bytes(&kSmall, bits, &bytes), ATOME_ERROR_CONFIG) << bits;
    std::vector<uint64_t> memory(opening.memory_bytes / 8);
    EXPECT_EQ(atome_cached_open(&kSmall, bits, opening.file, opening.model.file.size(), memory.data(),
                                opening.memory_bytes, &opening.engine, nullptr),
              ATOME_ERROR_CONFIG)
        << bits;
    EXPECT_EQ(opening.engine, nullptr);
  }
  EXPECT_EQ(atome_cached_state_bytes(nullptr, 16, &bytes), ATOME_ERROR_ARGUMENT);
  EXPECT_EQ(atome_cached_state_bytes(&kSmall, 16, nullptr), ATOME_ERROR_ARGUMENT);
}

TEST(Step, NullEngine) {
  float logits[1];
  EXPECT_EQ(atome_step(nullptr, 0, logits), ATOME_ERROR_ARGUMENT);
  EXPECT_EQ(atome_reset(nullptr), ATOME_ERROR_ARGUMENT);
  EXPECT_EQ(atome_set_tap(nullptr, nullptr, nullptr), ATOME_ERROR_ARGUMENT);
  EXPECT_EQ(atome_position(nullptr), 0u);
}

TEST(Step, TokenOutsideTheVocabularyChangesNothing) {
  EngineOwner disturbed(Small()), calm(Small());
  std::vector<float> logits(kSmall.vocab_size, 123.0f);
  for (uint32_t token : RandomTokens(kSmall, 20, 1)) {
    for (uint32_t bad : {uint32_t{kSmall.vocab_size}, 65536u, 0xFFFFFFFFu}) {
      const uint32_t before = atome_position(disturbed.get());
      EXPECT_EQ(atome_step(disturbed.get(), bad, logits.data()), ATOME_ERROR_TOKEN);
      EXPECT_EQ(atome_position(disturbed.get()), before);
    }
    EXPECT_EQ(disturbed.Run({token}), calm.Run({token}));
  }
  EXPECT_THAT(logits, ::testing::Each(123.0f));
}

TEST(Step, LogitsOrNoneGiveTheSameState) {
  const std::vector<uint32_t> tokens = RandomTokens(kSmall, 30, 2);
  EngineOwner always(Small()), seldom(Small());
  const std::vector<Bits> expected = always.Run(tokens);
  for (size_t t = 0; t < tokens.size(); ++t) {
    if (t % 5 == 4) {
      EXPECT_EQ(seldom.Run({tokens[t]}), std::vector<Bits>{expected[t]}) << "position " << t;
    } else {
      EXPECT_EQ(atome_step(seldom.get(), tokens[t], nullptr), ATOME_OK);
    }
  }
}

TEST(Step, PositionCountsTokens) {
  EngineOwner engine(Small());
  EXPECT_EQ(atome_position(engine.get()), 0u);
  for (uint32_t i = 1; i <= 30; ++i) {
    EXPECT_EQ(atome_step(engine.get(), 0, nullptr), ATOME_OK);
    EXPECT_EQ(atome_position(engine.get()), i);
  }
  EXPECT_EQ(atome_reset(engine.get()), ATOME_OK);
  EXPECT_EQ(atome_position(engine.get()), 0u);
}

TEST(Step, ResetGivesTheSameBitsAgain) {
  const std::vector<uint32_t> tokens = RandomTokens(kSmall, 25, 3);
  EngineOwner engine(Small());
  const std::vector<Bits> first = engine.Run(tokens);
  ASSERT_EQ(first.size(), tokens.size());
  for (uint32_t steps : {25u, 1u, 7u, 0u}) {
    EXPECT_EQ(atome_reset(engine.get()), ATOME_OK);
    EXPECT_EQ(engine.Run({tokens.begin(), tokens.begin() + steps}),
              std::vector<Bits>(first.begin(), first.begin() + steps));
  }
}

TEST(Step, EnginesDoNotInterfere) {
  const atome_config other_config = {33, 9, 3, 2, 2, 4, 3};
  const PackedModel other = Pack(RandomModel(other_config, 22), 2);
  const std::vector<uint32_t> tokens = RandomTokens(kSmall, 20, 4),
                              other_tokens = RandomTokens(other_config, 20, 5);
  const std::vector<Bits> expected = EngineOwner(Small()).Run(tokens),
                          other_expected = EngineOwner(other).Run(other_tokens);
  EngineOwner a(Small()), b(other), late(Small());
  for (size_t t = 0; t < tokens.size(); ++t) {
    EXPECT_EQ(a.Run({tokens[t]}), std::vector<Bits>{expected[t]});
    EXPECT_EQ(b.Run({other_tokens[t]}), std::vector<Bits>{other_expected[t]});
    if (t < 7) continue;
    EXPECT_EQ(late.Run({tokens[t - 7]}), std::vector<Bits>{expected[t - 7]});
  }
}

// Two engines may read one file; it is never written.
TEST(Step, FileAtAnyAddressGivesTheSameBitsAndStaysAsItIs) {
  const std::vector<uint32_t> tokens = RandomTokens(kSmall, 12, 6);
  for (int format : {1, 2, 3}) {
    const PackedModel model = Small(format);
    const std::vector<Bits> expected = EngineOwner(model).Run(tokens);
    size_t bytes = 0;
    ASSERT_EQ(atome_state_bytes(&kSmall, &bytes), ATOME_OK);
    for (size_t skew = 0; skew < 8; ++skew) {
      std::vector<uint8_t> file(skew);
      file.insert(file.end(), model.file.begin(), model.file.end());
      std::vector<uint64_t> memory(bytes / 8);
      atome_engine* engine = nullptr;
      ASSERT_EQ(
          atome_open(&kSmall, file.data() + skew, model.file.size(), memory.data(), bytes, &engine, nullptr),
          ATOME_OK);
      std::vector<float> logits(kSmall.vocab_size);
      for (size_t t = 0; t < tokens.size(); ++t) {
        ASSERT_EQ(atome_step(engine, tokens[t], logits.data()), ATOME_OK);
        ASSERT_EQ(ToBitVector(logits.data(), logits.size()), expected[t]) << "skew " << skew;
      }
      EXPECT_TRUE(
          std::equal(model.file.begin(), model.file.end(), file.begin() + static_cast<ptrdiff_t>(skew)));
    }
  }
}

TEST(Step, BothFormatsGiveTheSameBits) {
  Source source(23);
  for (uint64_t seed = 0; seed < 40; ++seed) {
    const auto up_to = [&source](uint32_t most) { return static_cast<uint16_t>(1 + source.Below(most)); };
    const atome_config config = {up_to(30), up_to(20), up_to(4), up_to(17), up_to(9), up_to(9), up_to(9)};
    const Model model = RandomModel(config, seed);
    const std::vector<uint32_t> tokens = RandomTokens(config, 20, seed);
    const std::vector<Bits> answer = EngineOwner(Pack(model, 1)).Run(tokens);
    EXPECT_EQ(answer.size(), tokens.size()) << "seed " << seed;
    EXPECT_EQ(EngineOwner(Pack(model, 2)).Run(tokens), answer) << "seed " << seed;
  }
}

TEST(StepSums, StandForTheLogitsOfStep) {
  for (const float sign : {1.0f, -1.0f}) {
    Model changed = RandomModel(kSmall, 21);
    changed.unembed.scale *= sign;
    const PackedModel model = PackAs(changed, 3);
    EngineOwner by_sums(model), by_logits(model);
    std::vector<int32_t> sums(kSmall.vocab_size);
    for (uint32_t token : RandomTokens(kSmall, 15, 9)) {
      ASSERT_EQ(atome_step_sums(by_sums.get(), token, sums.data()), ATOME_OK);
      ASSERT_EQ(by_logits.Step(token), ATOME_OK);
      Bits bits;
      for (int32_t sum : sums) bits.push_back(atome_logit_bits(by_sums.get(), sum));
      ASSERT_EQ(bits, ToBitVector(by_logits.logits().data(), bits.size()));
      ASSERT_EQ(atome_argmax_sums(by_sums.get(), sums.data(), kSmall.vocab_size),
                atome_argmax(by_logits.logits().data(), kSmall.vocab_size));
    }
    EXPECT_EQ(atome_step_sums(by_sums.get(), 1, nullptr), ATOME_OK);
    EXPECT_EQ(atome_position(by_sums.get()), 16u);
    EXPECT_EQ(atome_step_sums(by_sums.get(), 19, sums.data()), ATOME_ERROR_TOKEN);
    EXPECT_EQ(atome_argmax_sums(by_sums.get(), nullptr, 3), 0u);
  }
  const int32_t sum = 7;
  EXPECT_EQ(atome_step_sums(nullptr, 1, nullptr), ATOME_ERROR_ARGUMENT);
  EXPECT_EQ(atome_logit_bits(nullptr, sum), 0u);
  EXPECT_EQ(atome_argmax_sums(nullptr, &sum, 1), 0u);
}

// All builds of the engine run this test: for speed, for size, with checks. FNV-1a of the bits of all logits,
// until the window has wrapped twice.
TEST(EveryBuild, GivesTheSameBits) {
  struct Row {
    atome_config config;
    int cache_bits;
    uint64_t hash;
  };
  constexpr Row kRows[] = {{kSmall, 32, 11408059991245014559u},
                           {kSmall, 16, 4261693341127813335u},
                           {{23, 16, 1, 8, 1, 1, 12}, 32, 3864986569086966729u},
                           {{23, 16, 1, 8, 1, 1, 12}, 16, 16556809228864728120u},
                           {{31, 24, 2, 5, 3, 4, 9}, 32, 467893694530802600u},
                           {{31, 24, 2, 5, 3, 4, 9}, 16, 1399072589467018095u},
                           {{64, 32, 4, 16, 5, 4, 20}, 32, 14661217853669661938u},
                           {{64, 32, 4, 16, 5, 4, 20}, 16, 12347567995342616244u},
                           {{17, 19, 3, 21, 9, 64, 33}, 32, 17391908155603674817u},
                           {{17, 19, 3, 21, 9, 64, 33}, 16, 392197577595640285u},
                           {{40, 20, 2, 10, 5, 3, 30}, 32, 15964111733503305873u},
                           {{40, 20, 2, 10, 5, 3, 30}, 16, 17657185692412136421u}};
  for (const Row& row : kRows) {
    EngineOwner engine(PackAs(RandomModel(row.config, 77), 3), row.cache_bits);
    uint64_t hash = 0xCBF29CE484222325;
    const auto tokens = RandomTokens(row.config, 2u * row.config.max_seq + 7, 78);
    for (const Bits& step : engine.Run(tokens)) {
      for (const uint32_t bits : step) hash = (hash ^ bits) * 0x100000001B3;
    }
    EXPECT_EQ(hash, row.hash) << row.config.d_model << ", " << row.cache_bits << " bits";
  }
}

TEST(Argmax, GreatestAndLowestOfEquals) {
  const float values[] = {-1.0f, 3.0f, 2.0f, 3.0f, -0.0f};
  EXPECT_EQ(atome_argmax(values, 5), 1u);
  EXPECT_EQ(atome_argmax(values, 1), 0u);
  EXPECT_EQ(atome_argmax(values, 0), 0u);
  EXPECT_EQ(atome_argmax(nullptr, 5), 0u);
  const float zeros[] = {-0.0f, 0.0f};
  EXPECT_EQ(atome_argmax(zeros, 2), 0u);
}

TEST(Text, EveryStatusAndTensorHasItsOwn) {
  std::set<std::string> statuses, tensors;
  for (int status = 0; status <= ATOME_ERROR_ACTIVATION; ++status)
    statuses.insert(atome_status_text(static_cast<atome_status>(status)));
  EXPECT_EQ(statuses.size(), size_t{ATOME_ERROR_ACTIVATION} + 1);
  for (uint16_t tensor = 0; tensor <= ATOME_TENSOR_FINAL_VECTORS; ++tensor)
    tensors.insert(atome_tensor_name(tensor));
  EXPECT_EQ(tensors.size(), size_t{ATOME_TENSOR_FINAL_VECTORS} + 1);
  EXPECT_STREQ(atome_tensor_name(ATOME_TENSOR_WQ), "wq");
  EXPECT_STREQ(atome_tensor_name(ATOME_TENSOR_ROUTER), "router");
  EXPECT_NE(atome_status_text(static_cast<atome_status>(15)), nullptr);
  EXPECT_NE(atome_tensor_name(65535), nullptr);
}

}  // namespace
}  // namespace atome::testing
