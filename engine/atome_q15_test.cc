// The C API of variant q15 on small models made here. What it computes is held to the bit model by the
// harness.
#include "engine/atome_q15.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "engine/testing/columns_builder.h"
#include "engine/testing/engine_owner.h"
#include "engine/testing/model_builder.h"
#include "engine/testing/taps.h"

namespace atome::testing {
namespace {

constexpr atome_config kSmall = {19, 12, 2, 5, 4, 3, 6};

// An engine with exactly the memory it needs, filled with what a reset must not rely on.
class Owner {
 public:
  Owner(const PackedModel& model, int cache_bits, size_t skew = 0)
      : file_(skew + model.file.size()), logits_(model.config.vocab_size) {
    std::memcpy(file_.data() + skew, model.file.data(), model.file.size());
    size_t bytes = 0;
    status_ = atome_q15_state_bytes(&model.config, cache_bits, &bytes);
    if (status_ != ATOME_OK) return;
    memory_.reset(new uint64_t[bytes / 8]);
    std::fill_n(memory_.get(), bytes / 8, 0xA5A5A5A5A5A5A5A5u);
    status_ = atome_q15_open(&model.config, cache_bits, file_.data() + skew, model.file.size(), memory_.get(),
                             bytes, &engine_, &where_);
  }

  atome_status status() const { return status_; }
  const atome_location& where() const { return where_; }
  atome_q15_engine* get() { return engine_; }

  std::vector<std::vector<int32_t>> Run(const std::vector<uint32_t>& tokens) {
    std::vector<std::vector<int32_t>> answer;
    for (uint32_t token : tokens) {
      EXPECT_EQ(atome_q15_step(engine_, token, logits_.data()), ATOME_OK);
      answer.push_back(logits_);
    }
    return answer;
  }

 private:
  std::vector<uint8_t> file_;
  std::vector<int32_t> logits_;
  std::unique_ptr<uint64_t[]> memory_;
  atome_q15_engine* engine_ = nullptr;
  atome_status status_ = ATOME_OK;
  atome_location where_ = {0, 0, 0};
};

// FNV-1a of all logits, until the window has wrapped twice, as the golden traces' engine gave them.
TEST(Q15Bits, AreThoseOfEveryBuild) {
  struct Row {
    atome_config config;
    uint64_t wide, narrow;  // by the bits of the cache, 16 and 8
  };
  constexpr Row kRows[] = {{kSmall, 17631652467924469258u, 7992189509123319645u},
                           {{23, 16, 1, 8, 1, 1, 12}, 13051500607338139343u, 13051500607338139343u},
                           {{31, 24, 2, 5, 3, 4, 9}, 5153416007004586062u, 5733664764773404751u},
                           {{64, 32, 4, 16, 5, 4, 20}, 8677247285685584429u, 8273157371466340172u},
                           {{17, 19, 3, 21, 9, 64, 33}, 11803179998308507309u, 13933906319807440290u}};
  for (const Row& row : kRows) {
    const PackedModel model = PackAs(RandomModel(row.config, 77), 3);
    const std::vector<uint32_t> tokens = RandomTokens(row.config, 2u * row.config.max_seq + 7, 78);
    for (const int cache_bits : {16, 8}) {
      uint64_t hash = 0xCBF29CE484222325;
      for (const std::vector<int32_t>& step : Owner(model, cache_bits).Run(tokens)) {
        for (const int32_t logit : step) hash = (hash ^ static_cast<uint32_t>(logit)) * 0x100000001B3;
      }
      EXPECT_EQ(hash, cache_bits == 16 ? row.wide : row.narrow)
          << row.config.d_model << ", " << cache_bits << " bits";
    }
  }
}

TEST(Q15Taps, EveryOpOfEveryStepInOrder) {
  Owner engine(PackAs(RandomModel(kSmall, 21), 1), 16);
  std::vector<Tapped> taps;
  std::vector<Expected> expected = TapsOfAStep(kSmall, true);
  expected.pop_back();  // logits are whole numbers
  ASSERT_EQ(atome_q15_set_tap(engine.get(), Collect, &taps), ATOME_OK);
  for (uint32_t token : RandomTokens(kSmall, 10, 7)) {
    taps.clear();
    engine.Run({token});
    ExpectTaps(taps, expected);
  }
  taps.clear();
  ASSERT_EQ(atome_q15_step(engine.get(), 0, nullptr), ATOME_OK);
  ExpectTaps(taps, TapsOfAStep(kSmall, false));
}

// Odd sizes; more taps than positions; one channel; more taps than a table has pointers' room for.
class Q15Shapes : public ::testing::TestWithParam<atome_config> {};

TEST_P(Q15Shapes, EveryFormatAndAlignmentGivesTheSameLogits) {
  const Model model = RandomModel(GetParam(), 31);
  const std::vector<uint32_t> tokens = RandomTokens(GetParam(), 2u * GetParam().max_seq + 70, 32);
  for (int cache_bits : {16, 8}) {
    const auto expected = Owner(PackAs(model, 1), cache_bits).Run(tokens);
    EXPECT_EQ(Owner(PackAs(model, 1), cache_bits, 3).Run(tokens), expected);
    EXPECT_EQ(Owner(PackAs(model, 2), cache_bits).Run(tokens), expected);
    EXPECT_EQ(Owner(PackAs(model, 3), cache_bits).Run(tokens), expected);
  }
}

TEST_P(Q15Shapes, ResetForgetsEverything) {
  const PackedModel model = PackAs(RandomModel(GetParam(), 33), 1);
  const std::vector<uint32_t> tokens = RandomTokens(GetParam(), GetParam().max_seq + 5u, 34);
  for (int cache_bits : {16, 8}) {
    Owner owner(model, cache_bits);
    const auto first = owner.Run(tokens);
    EXPECT_EQ(atome_q15_position(owner.get()), tokens.size());
    EXPECT_EQ(atome_q15_reset(owner.get()), ATOME_OK);
    EXPECT_EQ(atome_q15_position(owner.get()), 0u);
    EXPECT_EQ(owner.Run(tokens), first);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Q15Shapes,
                         ::testing::Values(kSmall, atome_config{7, 13, 1, 3, 64, 5, 9},
                                           atome_config{3, 1, 2, 1, 1, 1, 1},
                                           atome_config{300, 33, 2, 16, 5, 4, 31},
                                           atome_config{5, 8, 1, 2, 7, 2, 3}));

TEST(Q15, LogitsMayBeLeftOut) {
  const PackedModel model = PackAs(RandomModel(kSmall, 35), 3);
  Owner with(model, 16), without(model, 16);
  const std::vector<uint32_t> tokens = RandomTokens(kSmall, 8, 36);
  for (uint32_t token : tokens) EXPECT_EQ(atome_q15_step(without.get(), token, nullptr), ATOME_OK);
  with.Run(tokens);
  EXPECT_EQ(with.Run({1}), without.Run({1}));
}

TEST(Q15, EightBitsTakeLessMemory) {
  const atome_config config = {256, 64, 4, 16, 5, 4, 64};
  size_t large = 0, small = 0;
  ASSERT_EQ(atome_q15_state_bytes(&config, 16, &large), ATOME_OK);
  ASSERT_EQ(atome_q15_state_bytes(&config, 8, &small), ATOME_OK);
  EXPECT_LT(small + 3'800, large);
  EXPECT_LT(large, 35'500u);
}

TEST(Q15, ArgumentsAreChecked) {
  const PackedModel model = PackAs(RandomModel(kSmall, 37), 1);
  Owner owner(model, 16);
  size_t bytes = 0;
  int32_t logits[19];
  EXPECT_EQ(atome_q15_state_bytes(nullptr, 16, &bytes), ATOME_ERROR_ARGUMENT);
  EXPECT_EQ(atome_q15_state_bytes(&kSmall, 16, nullptr), ATOME_ERROR_ARGUMENT);
  EXPECT_EQ(atome_q15_state_bytes(&kSmall, 12, &bytes), ATOME_ERROR_CONFIG);
  EXPECT_EQ(atome_q15_step(nullptr, 0, logits), ATOME_ERROR_ARGUMENT);
  EXPECT_EQ(atome_q15_step(owner.get(), 19, logits), ATOME_ERROR_TOKEN);
  EXPECT_EQ(atome_q15_reset(nullptr), ATOME_ERROR_ARGUMENT);
  EXPECT_EQ(atome_q15_set_tap(nullptr, nullptr, nullptr), ATOME_ERROR_ARGUMENT);
  EXPECT_EQ(atome_q15_position(nullptr), 0u);
  EXPECT_EQ(atome_q15_logit_bits(nullptr, 5), 0u);
  atome_q15_engine* engine = owner.get();
  uint64_t memory[4];
  EXPECT_EQ(atome_q15_open(&kSmall, 16, model.file.data(), model.file.size(), memory, sizeof memory, &engine,
                           nullptr),
            ATOME_ERROR_MEMORY);
  EXPECT_EQ(engine, nullptr);
  EXPECT_EQ(atome_q15_open(&kSmall, 16, nullptr, 0, memory, sizeof memory, &engine, nullptr),
            ATOME_ERROR_ARGUMENT);
  EXPECT_EQ(atome_q15_open(&kSmall, 16, model.file.data(), 1, memory, sizeof memory, nullptr, nullptr),
            ATOME_ERROR_ARGUMENT);
}

TEST(Q15, DamagedFilesAreRefused) {
  PackedModel model = PackAs(RandomModel(kSmall, 38), 1);
  model.file[3] = 'X';
  EXPECT_EQ(Owner(model, 16).status(), ATOME_ERROR_MAGIC);
  model = PackAs(RandomModel(kSmall, 38), 1);
  model.file.pop_back();
  EXPECT_EQ(Owner(model, 16).status(), ATOME_ERROR_SIZE);
}

TEST(Q15, ConstantsOutOfRangeAreRefused) {
  Model model = RandomModel(kSmall, 39);
  model.blocks[1].b[3] = model.blocks[1].c[3] = 1e20f;
  Owner gain(PackAs(model, 1), 16);
  EXPECT_EQ(gain.status(), ATOME_ERROR_RANGE);
  EXPECT_EQ(gain.where().layer, 1);
  EXPECT_EQ(gain.where().tensor, ATOME_TENSOR_B);
  model = RandomModel(kSmall, 39);
  model.unembed.scale = 3e38f;
  Owner unembed(PackAs(model, 1), 16);
  EXPECT_EQ(unembed.status(), ATOME_ERROR_RANGE);
  EXPECT_EQ(unembed.where().tensor, ATOME_TENSOR_UNEMBED);
}

TEST(Q15, LogitBitsOrderAsTheLogits) {
  Owner owner(PackAs(RandomModel(kSmall, 40), 1), 16);
  const std::vector<int32_t> logits = owner.Run({1, 2, 3}).back();
  const uint32_t best = atome_q15_argmax(logits.data(), 19);
  for (int32_t logit : logits) {
    EXPECT_LE(std::bit_cast<float>(atome_q15_logit_bits(owner.get(), logit)),
              std::bit_cast<float>(atome_q15_logit_bits(owner.get(), logits[best])));
  }
  EXPECT_EQ(atome_q15_logit_bits(owner.get(), 0), 0u);
  const int32_t ties[] = {-5, 3, 3, 2};
  EXPECT_EQ(atome_q15_argmax(ties, 4), 1u);
  EXPECT_EQ(atome_q15_argmax(nullptr, 4), 0u);
}

}  // namespace
}  // namespace atome::testing
