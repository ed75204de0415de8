// The header for engines of other people, over a serial line that is made of strings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "engine/firmware/request.h"

#define ATOME_PROBE_UART
#include "engine/probe/atome_probe.h"

namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

std::string sent, received;
size_t taken;

}  // namespace

extern "C" {

void atome_probe_put(char c) { sent += c; }

char atome_probe_get(void) { return taken < received.size() ? received[taken++] : '\n'; }

}  // extern "C"

namespace {

int opened = ATOME_ENGINE_OK, stepped = ATOME_ENGINE_OK;

int Open(const atome_probe_model*) { return opened; }
uint32_t StateBytes() { return 12; }
int Reset() { return ATOME_ENGINE_OK; }
// Chooses the token behind the one that it consumes.
int Step(uint32_t token, float* logits) {
  for (uint32_t i = 0; i < 3; ++i) logits[i] = i == (token + 1) % 3 ? 1.0f : -0.0f;
  return stepped;
}

constexpr atome_probe_engine kEngine = {ATOME_ENGINE_VERSION, "my engine", Open, StateBytes, Reset, Step};

// The answer to what comes over the line.
std::string Answer(const std::string& text, int exit_code, const atome_probe_engine& engine = kEngine,
                   uint16_t vocabulary = 3) {
  static float logits[300];
  const atome_probe_model model = {nullptr, 0, {vocabulary, 2, 1, 1, 1, 1, 8}};
  sent.clear();
  received = text;
  taken = 0;
  EXPECT_EQ(atome_probe_run(&engine, &model, logits), exit_code) << text;
  return sent;
}

class AtomeProbe : public ::testing::Test {
 protected:
  void SetUp() override { opened = stepped = ATOME_ENGINE_OK; }
};

TEST_F(AtomeProbe, AnswersByTheProtocol) {
  EXPECT_EQ(Answer("atome 2 0001:02\r\n", 0),
            "atome 1 my_engine taps 0 config 3 2 1 1 1 1 8 state 12\n"
            "case 0\n"
            "step 0 0000\ntap 10 -\n800000003f80000080000000\n"
            "step 1 0001\ntap 10 -\n80000000800000003f800000\n"
            "token 0002\n"
            "step 2 0002\ntap 10 -\n3f8000008000000080000000\n"
            "token 0000\n"
            "case 1\n"
            "step 0 0002\ntap 10 -\n3f8000008000000080000000\n"
            "token 0000\n"
            "step 1 0000\ntap 10 -\n800000003f80000080000000\n"
            "token 0001\n"
            "end 0\n");
}

TEST_F(AtomeProbe, ALargeVocabularyHasFourDigitsAToken) {
  const std::string answer = Answer("atome 1 012b\n", 0, kEngine, 300);
  EXPECT_THAT(answer, HasSubstr("step 0 012b\n"));
  EXPECT_THAT(Answer("atome 1 02b\n", 1, kEngine, 300), EndsWith("error 1 bad request\nend 1\n"));
}

TEST_F(AtomeProbe, CyclesAreUnavailableOnAHost) {
  EXPECT_THAT(Answer("atome 1 00 cycles\n", 0), HasSubstr("80000000\ncycles unavailable\ntoken 0001\n"));
}

TEST_F(AtomeProbe, WhatGoesWrongIsTold) {
  EXPECT_EQ(Answer("\n", 1), "error 1 bad request\nend 1\n");
  EXPECT_EQ(Answer(std::string(ATOME_PROBE_REQUEST_BYTES, 'a') + "\n", 1), "error 1 no request\nend 1\n");
  EXPECT_THAT(Answer("atome 1 00 taps\n", 1), EndsWith("state 12\nerror 1 built without taps\nend 1\n"));
  EXPECT_THAT(Answer("atome 1 03\n", 1), EndsWith("step 0 0003\nerror 9 in a step\nend 9\n"));
  stepped = ATOME_ENGINE_NOT_FINITE;
  EXPECT_THAT(Answer("atome 1 00\n", 1), EndsWith("step 0 0000\nerror 10 in a step\nend 10\n"));
  stepped = 99;  // of no number in the protocol
  EXPECT_THAT(Answer("atome 1 00\n", 1), EndsWith("error 1 in a step\nend 1\n"));
  opened = ATOME_ENGINE_NO_MEMORY;
  EXPECT_EQ(Answer("atome 1 00\n", 1), "error 3 at opening\nend 3\n");
}

TEST_F(AtomeProbe, WhatAnEngineLeavesOut) {
  const atome_probe_engine bare = {ATOME_ENGINE_VERSION, "bare", nullptr, nullptr, Reset, Step};
  EXPECT_THAT(Answer("atome 1 00\n", 0, bare),
              HasSubstr("atome 1 bare taps 0 config 3 2 1 1 1 1 8 state -\n"));
}

// Text that is a request for one is a request for the other.
TEST_F(AtomeProbe, ReadsRequestsAsOurFirmwareDoes) {
  static const std::string kPieces[] = {"atome", " ",  " ", "1",    "20",     "0", "00",
                                        "0a",    "ff", ":", "taps", "cycles", "x", "  "};
  std::mt19937 random(1);
  int requests = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string text = random() % 4 != 0 ? "atome 2 0" : "";
    for (uint64_t pieces = random() % 7; pieces > 0; --pieces) text += kPieces[random() % std::size(kPieces)];
    atome::Request ours;
    const bool good =
        atome::Parse(text.c_str(), &ours) == atome::Parsed::kRequest && atome::WholeTokens(ours.prompts, 2);
    atome_probe_request_parts theirs;
    ASSERT_EQ(atome_probe_parse(text.c_str(), 2, &theirs) != 0, good) << text;
    if (!good) continue;
    ++requests;
    ASSERT_EQ(theirs.generate, ours.generate) << text;
    ASSERT_EQ(theirs.prompts, ours.prompts) << text;
    ASSERT_EQ(theirs.taps != 0, ours.taps) << text;
    ASSERT_EQ(theirs.cycles != 0, ours.cycles) << text;
  }
  EXPECT_GT(requests, 1000);
}

}  // namespace
