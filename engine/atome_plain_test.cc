// The C API of the plain transformer: what it refuses, and what a sequence must and must not depend on. That
// its bits are the contract's is for golden traces and random shapes to say.
#include "engine/atome_plain.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "engine/testing/plain_builder.h"
#include "engine/testing/taps.h"

namespace atome {
namespace {

using testing::Bits;
using testing::PlainBuilder;
using testing::PlainOwner;
using testing::Put;

class PlainEngine : public ::testing::TestWithParam<atome_plain_config> {
 protected:
  std::vector<uint8_t> file_ = PlainBuilder(GetParam(), 7).File();
  PlainOwner owner_{GetParam(), file_};
};

TEST_P(PlainEngine, ASequenceEndsWithItsPositions) {
  ASSERT_EQ(owner_.status(), ATOME_OK);
  for (uint32_t t = 0; t < GetParam().max_seq; ++t) {
    EXPECT_EQ(atome_plain_position(owner_.get()), t);
    ASSERT_EQ(owner_.Step(t % GetParam().vocab_size), ATOME_OK);
  }
  const Bits last = owner_.Logits();
  EXPECT_EQ(owner_.Step(0), ATOME_ERROR_POSITION);
  EXPECT_EQ(owner_.Logits(), last) << "nothing happened";
  EXPECT_EQ(atome_plain_position(owner_.get()), GetParam().max_seq);
  ASSERT_EQ(atome_plain_reset(owner_.get()), ATOME_OK);
  EXPECT_EQ(owner_.Step(0), ATOME_OK);
}

TEST_P(PlainEngine, ShowsEveryOpOfAStepInOrder) {
  const uint32_t d = GetParam().d_model;
  std::vector<testing::Expected> expected = {{ATOME_OP_EMBED, -1, d}};
  for (int layer = 0; layer < GetParam().n_layers; ++layer)
    expected.insert(expected.end(), {{ATOME_OP_NORM, layer, d},
                                     {ATOME_OP_ATTENTION, layer, d},
                                     {ATOME_OP_FEED_NORM, layer, d},
                                     {ATOME_OP_FEED_FORWARD, layer, d},
                                     {ATOME_OP_BLOCK_OUT, layer, d}});
  expected.insert(expected.end(),
                  {{ATOME_OP_FINAL_NORM, -1, d}, {ATOME_OP_LOGITS, -1, GetParam().vocab_size}});
  std::vector<testing::Tapped> taps;
  ASSERT_EQ(atome_plain_set_tap(owner_.get(), testing::Collect, &taps), ATOME_OK);
  ASSERT_EQ(owner_.Step(0), ATOME_OK);
  testing::ExpectTaps(taps, expected);
}

TEST_P(PlainEngine, AResetForgetsAll) {
  std::vector<Bits> first, second;
  for (std::vector<Bits>* answer : {&first, &second}) {
    atome_plain_reset(owner_.get());
    for (uint32_t t = 0; t < 5; ++t) {
      ASSERT_EQ(owner_.Step((3 * t + 1) % GetParam().vocab_size), ATOME_OK);
      answer->push_back(owner_.Logits());
    }
    owner_.Step(2);
  }
  EXPECT_EQ(first, second);
  EXPECT_NE(first[1], first[4]);
}

TEST_P(PlainEngine, ThePastMatters) {
  Bits answers[2];
  for (uint32_t first = 0; first < 2; ++first) {
    atome_plain_reset(owner_.get());
    owner_.Step(first);
    owner_.Step(5);
    answers[first] = owner_.Logits();
  }
  EXPECT_NE(answers[0], answers[1]);
}

TEST_P(PlainEngine, FewerPositionsGiveTheSameBits) {
  atome_plain_config fewer = GetParam();
  fewer.max_seq = 4;
  PlainOwner small(fewer, file_);
  ASSERT_EQ(small.status(), ATOME_OK);
  EXPECT_LT(small.bytes(), owner_.bytes());
  for (uint32_t t = 0; t < 4; ++t) {
    ASSERT_EQ(small.Step(t), ATOME_OK);
    ASSERT_EQ(owner_.Step(t), ATOME_OK);
    EXPECT_EQ(small.Logits(), owner_.Logits());
  }
  EXPECT_EQ(small.Step(0), ATOME_ERROR_POSITION);
}

TEST_P(PlainEngine, LogitsMayBeLeftOut) {
  PlainOwner other(GetParam(), file_);
  ASSERT_EQ(atome_plain_step(owner_.get(), 1, nullptr), ATOME_OK);
  ASSERT_EQ(other.Step(1), ATOME_OK);
  owner_.Step(2), other.Step(2);
  EXPECT_EQ(owner_.Logits(), other.Logits());
}

TEST_P(PlainEngine, RefusesArguments) {
  const atome_plain_config config = GetParam();
  size_t bytes = 0;
  atome_plain_engine* engine = nullptr;
  alignas(8) static uint8_t memory[1 << 16];
  alignas(4) static uint8_t place[1 << 16];
  std::copy(file_.begin(), file_.end(), place);
  EXPECT_EQ(atome_plain_state_bytes(nullptr, &bytes), ATOME_ERROR_ARGUMENT);
  ASSERT_EQ(atome_plain_state_bytes(&config, &bytes), ATOME_OK);
  const auto open = [&](const void* file, void* at, size_t size) {
    return atome_plain_open(&config, file, file_.size(), at, size, &engine, nullptr);
  };
  EXPECT_EQ(open(nullptr, memory, bytes), ATOME_ERROR_ARGUMENT);
  EXPECT_EQ(open(place, nullptr, bytes), ATOME_ERROR_ARGUMENT);
  EXPECT_EQ(open(place, memory, bytes - 1), ATOME_ERROR_MEMORY);
  EXPECT_EQ(open(place, memory + 4, bytes), ATOME_ERROR_MEMORY);
  EXPECT_EQ(open(place + 2, memory, bytes), ATOME_ERROR_MEMORY) << "a file must lie at a multiple of 4";
  EXPECT_EQ(engine, nullptr);
  EXPECT_EQ(open(place, memory, bytes), ATOME_OK);
  EXPECT_EQ(atome_plain_step(engine, config.vocab_size, nullptr), ATOME_ERROR_TOKEN);
  EXPECT_EQ(atome_plain_step(nullptr, 0, nullptr), ATOME_ERROR_ARGUMENT);
  EXPECT_EQ(atome_plain_reset(nullptr), ATOME_ERROR_ARGUMENT);
  atome_plain_config own{};
  EXPECT_EQ(atome_plain_file_config(place, file_.size(), &own), ATOME_OK);
  EXPECT_EQ(own.d_ff, config.d_ff);
  EXPECT_EQ(own.weights, config.weights);
}

INSTANTIATE_TEST_SUITE_P(Weights, PlainEngine,
                         ::testing::Values(atome_plain_config{13, 10, 2, 2, 7, 9, ATOME_PLAIN_FP32},
                                           atome_plain_config{13, 10, 2, 2, 7, 9, ATOME_PLAIN_INT8},
                                           atome_plain_config{13, 9, 1, 3, 17, 8, ATOME_PLAIN_INT8}));

TEST(PlainConfig, RefusesDimensions) {
  const atome_plain_config good = {256, 44, 3, 4, 44, 64, ATOME_PLAIN_FP32};
  size_t bytes = 0;
  ASSERT_EQ(atome_plain_state_bytes(&good, &bytes), ATOME_OK);
  for (auto [member, bad] : {std::pair{&atome_plain_config::vocab_size, 0},
                             {&atome_plain_config::d_model, 2049},
                             {&atome_plain_config::n_layers, 65},
                             {&atome_plain_config::n_heads, 5},
                             {&atome_plain_config::n_heads, 0},
                             {&atome_plain_config::d_ff, 8193},
                             {&atome_plain_config::max_seq, 0},
                             {&atome_plain_config::weights, 2}}) {
    atome_plain_config config = good;
    config.*member = static_cast<uint16_t>(bad);
    EXPECT_EQ(atome_plain_state_bytes(&config, &bytes), ATOME_ERROR_CONFIG) << bad;
  }
}

// W2 overflows float: the block's result is not finite, and the engine then answers nothing but a reset.
TEST(PlainNonFinite, EndsASequence) {
  const atome_plain_config config = {5, 4, 1, 1, 4, 6, ATOME_PLAIN_FP32};
  PlainBuilder builder(config, 9);
  std::vector<uint8_t>& weights = builder.parts()[3].bytes;
  std::vector<uint8_t> big;
  for (int i = 0; i < 16; ++i) Put(&big, std::bit_cast<uint32_t>(i % 2 ? 3e38f : -3e38f), 4);
  std::copy(big.begin(), big.end(), weights.end() - 64);
  std::vector<uint8_t> larger;
  for (int i = 0; i < 16; ++i) Put(&larger, std::bit_cast<uint32_t>(100.0f * (i % 3)), 4);
  std::copy(larger.begin(), larger.end(), weights.end() - 128);
  PlainOwner owner(config, builder.File());
  ASSERT_EQ(owner.status(), ATOME_OK);
  EXPECT_EQ(owner.Step(1), ATOME_ERROR_NON_FINITE);
  EXPECT_EQ(owner.Step(1), ATOME_ERROR_NON_FINITE);
  EXPECT_EQ(atome_plain_position(owner.get()), 0u);
}

// Logits alone overflow: n is 1 everywhere, a row of the unembedding is the greatest float there is, four
// times.
TEST(PlainNonFinite, LogitsThatOverflowAreAnError) {
  const atome_plain_config config = {5, 4, 1, 1, 4, 6, ATOME_PLAIN_FP32};
  PlainBuilder builder(config, 9);
  const auto words = [](std::vector<uint8_t>* bytes, size_t from, size_t count, float value) {
    std::vector<uint8_t> word;
    Put(&word, std::bit_cast<uint32_t>(value), 4);
    for (size_t i = from; i < from + count; ++i)
      std::copy(word.begin(), word.end(), bytes->begin() + 4 * static_cast<ptrdiff_t>(i));
  };
  words(&builder.parts()[4].bytes, 0, 4, 0.0f);    // gamma
  words(&builder.parts()[4].bytes, 4, 4, 1.0f);    // beta
  words(&builder.parts()[5].bytes, 16, 4, 3e38f);  // the last row
  PlainOwner owner(config, builder.File());
  ASSERT_EQ(owner.status(), ATOME_OK);
  EXPECT_EQ(atome_plain_step(owner.get(), 1, nullptr), ATOME_OK) << "nobody asked for them";
  EXPECT_EQ(owner.Step(1), ATOME_ERROR_NON_FINITE);
}

}  // namespace
}  // namespace atome
