#include "harness/run/firmware_answer.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <random>

#include "harness/base/text.h"
#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::ErrorOf;
using ::testing::HasSubstr;

TEST(FirmwareRequest, TwoDigitsATokenUpTo256) {
  const Task task{{{0x4f, 0x6e, 0}, {255}}, 16, false};
  EXPECT_EQ(FirmwareRequest(task, 256), "atome 16 4f6e00:ff");
  EXPECT_EQ(FirmwareRequest({{{5}}, 1, false}, 6), "atome 1 05");
}

TEST(FirmwareRequest, FourDigitsAbove256) {
  EXPECT_EQ(FirmwareRequest({{{0, 256}, {65534}}, 3, false}, 257), "atome 3 00000100:fffe");
}

TEST(FirmwareRequest, Taps) { EXPECT_EQ(FirmwareRequest({{{1}}, 2, true}, 256), "atome 2 01 taps"); }

TEST(FirmwareRequest, Cycles) {
  Task task{{{1}}, 2, false};
  task.measure_cycles = true;
  EXPECT_EQ(FirmwareRequest(task, 256), "atome 2 01 cycles");
  task.taps = true;
  EXPECT_EQ(FirmwareRequest(task, 256), "atome 2 01 taps cycles");
}

// The example of protocol.md, with every kind of line.
constexpr char kAnswer[] =
    "atome 1 f32 taps 1 config 3 2 1 4 5 6 7 state 91234\n"
    "case 0\n"
    "step 0 4f\n"
    "tap 1 -\n"
    "3f800000\n"
    "bf800000\n"
    "tap 7 0\n"
    "0000000080000000\n"
    "tap 10 -\n"
    "3f8000004000000040400000\n"
    "token 2\n"
    "step 1 02\n"
    "tap 10 -\n"
    "000000003f80000000000000\n"
    "token 01\n"
    "case 1\n"
    "step 0 00\n"
    "tap 10 -\n"
    "3f8000000000000000000000\n"
    "token 0\n"
    "end 0\n";

TEST(ParseAnswer, ReadsEveryKindOfLine) {
  const Result<FirmwareAnswer> answer = ParseAnswer(kAnswer);
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->state_bytes, 91234u);
  EXPECT_EQ(answer->status, 0u);
  EXPECT_EQ(answer->error, "");
  ASSERT_EQ(answer->cases.size(), 2u);
  const CaseExecution& first = answer->cases[0];
  EXPECT_THAT(first.generated, ElementsAre(2, 1));
  ASSERT_EQ(first.steps.size(), 2u);
  EXPECT_EQ(first.steps[0].token, 0x4fu);
  EXPECT_THAT(first.steps[0].logits, ElementsAre(1, 2, 3));
  ASSERT_EQ(first.steps[0].taps.size(), 2u);  // without the logits
  EXPECT_EQ(first.steps[0].taps[0].op, ATOME_OP_EMBED);
  EXPECT_EQ(first.steps[0].taps[0].layer, kNoLayer);
  EXPECT_THAT(first.steps[0].taps[0].values, ElementsAre(1, -1));
  EXPECT_EQ(first.steps[0].taps[1].op, ATOME_OP_SPARSE);
  EXPECT_EQ(first.steps[0].taps[1].layer, 0);
  EXPECT_EQ(std::bit_cast<uint32_t>(first.steps[0].taps[1].values[1]), 0x80000000u);
  EXPECT_FALSE(first.steps[0].instructions.has_value());
  EXPECT_THAT(first.steps[1].logits, ElementsAre(0, 1, 0));
  EXPECT_THAT(answer->cases[1].generated, ElementsAre(0));
}

TEST(ParseAnswer, TheBannerMayLeaveOutWhatTheFirmwareDoesNotKnow) {
  const Result<FirmwareAnswer> answer =
      ParseAnswer("atome 1 naive taps 0 config 37 13 - 5 - 3 - state -\nend 0\n");
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  ASSERT_TRUE(answer->banner.has_value());
  EXPECT_FALSE(answer->banner->taps);
  EXPECT_EQ(answer->banner->dimensions[1], 13u);
  EXPECT_EQ(answer->banner->dimensions[2], std::nullopt);
  EXPECT_EQ(answer->state_bytes, std::nullopt);
  ModelConfig config = atome_config{37, 13, 2, 5, 3, 3, 16};
  EXPECT_EQ(WhyOtherModel(*answer->banner, config), "");
  config.d_model = 12;
  config.top_k = 4;
  EXPECT_EQ(WhyOtherModel(*answer->banner, config), "d_model 13, not 12, top_k 3, not 4");
}

TEST(ParseAnswer, ThereIsOneBanner) {
  const std::string banner = "atome 1 naive taps 1 config 1 2 3 4 5 6 7 state 8\n";
  const Result<FirmwareAnswer> answer = ParseAnswer(banner);
  ASSERT_TRUE(answer.ok());
  EXPECT_TRUE(answer->banner->taps);
  EXPECT_THAT(ErrorOf(ParseAnswer(banner + banner)), HasSubstr("line 2 "));
}

TEST(ParseAnswer, ABannerHasEachWordInItsPlace) {
  const std::string banner = "atome 1 naive taps 1 config 1 2 3 4 5 6 7 state 8\n";
  ASSERT_TRUE(ParseAnswer(banner + "end 0\n").ok());
  for (const char* word : {"taps", "config", "state"}) {
    std::string other = banner;
    other.replace(other.find(word), 1, "x");
    EXPECT_THAT(ErrorOf(ParseAnswer(other + "end 0\n")), HasSubstr("line 1 ")) << word;
  }
}

TEST(ParseAnswer, EndlessTapsAreNotKept) {
  std::string text = "case 0\nstep 0 0\n";
  for (int i = 0; i < (1 << 21) + 1; ++i) text += "tap 1 -\n";
  EXPECT_FALSE(ParseAnswer(text + "end 0\n").ok());
}

TEST(ParseAnswer, EndlessStepsAreNotKept) {
  std::string text = "case 0\n";
  for (int i = 0; i < (1 << 21) + 1; ++i) text += fmt::format("step {} 0\n", i);
  EXPECT_THAT(ErrorOf(ParseAnswer(text)), HasSubstr("step 2097152 0"));
}

// What a task of one prompt of one token, one token to generate and two logits becomes.
Execution Taken(std::string_view text, int exit_code) {
  Model model;
  model.path = "m.atome02";
  model.config = atome_config{2, 1, 1, 1, 1, 1, 4};
  Execution execution;
  execution.build = "their.elf";
  TakeAnswer(text, exit_code, model, {{{0}}, 1, false}, "Cortex-M3", &execution);
  return execution;
}

TEST(TakeAnswer, EveryEndHasItsOutcome) {
  const std::string begin = "atome 1 naive taps 0 config 2 1 1 1 1 1 4 state 12\ncase 0\nstep 0 0\n";
  const std::string whole = begin + "tap 10 -\n3f80000000000000\ntoken 0\n";
  struct Case {
    std::string text;
    int exit_code;
    Outcome outcome;
    std::string message;
  };
  const std::vector<Case> cases = {
      {whole + "end 0\n", 0, Outcome::kPass, ""},
      {whole + "end 0\n", 1, Outcome::kCrashed, "their.elf: ends with status 0 but exit code 1"},
      {whole, 0, Outcome::kCrashed, "their.elf: its output ends early, exit code 0"},
      {"", 3, Outcome::kCrashed, "their.elf: its output ends early, exit code 3"},
      {"Hello\n", 0, Outcome::kCrashed, "their.elf: line 1 of its output makes no sense: \"Hello\""},
      {whole + "end 0\ncase 1\n", 0, Outcome::kCrashed, "line 8 of its output makes no sense: \"case 1\""},
      {whole + "token 1\nend 0\n", 0, Outcome::kCrashed, "case 0 has 2 tokens of 1 and 1 steps of 1"},
      {begin + "error 10 in a step\nend 10\n", 1, Outcome::kMismatch, "case 0, step 0 (10 in a step)"},
      {begin + "error 3 in a step\nend 3\n", 1, Outcome::kError, "m.atome02 on Cortex-M3: "},
      {begin + "end 3\n", 0, Outcome::kCrashed, "their.elf: ends with status 3 but exit code 0"},
      {"atome 1 naive taps 0 config 2 1 1 1 1 1 5 state 12\nend 0\n", 0, Outcome::kError,
       "their.elf is for another model than m.atome02: it has max_seq 5, not 4; build it for this model"},
  };
  for (const Case& each : cases) {
    const Execution execution = Taken(each.text, each.exit_code);
    EXPECT_EQ(execution.outcome, each.outcome) << each.text;
    EXPECT_THAT(execution.message, HasSubstr(each.message)) << each.text;
    EXPECT_EQ(execution.message.empty(), each.outcome == Outcome::kPass);
  }
  EXPECT_EQ(Taken(whole + "end 0\n", 0).state_bytes, 12u);
  EXPECT_TRUE(Taken(begin + "error 10 in a step\nend 10\n", 1).cases[0].steps.empty());
}

TEST(HowFar, OfATextThatIsCutAnywhere) {
  EXPECT_EQ(HowFar(""), "");
  EXPECT_EQ(HowFar("nonsense\n"), "");
  EXPECT_EQ(HowFar("case 0\nstep 0 0"), "");
  EXPECT_EQ(HowFar("case 0\nstep 0 0\nst"), "; it had answered up to case 0, step 0");
  EXPECT_EQ(HowFar(kAnswer), "; it had answered up to case 1, step 0");
}

TEST(ParseAnswer, KeepsEveryBitPattern) {
  const Result<FirmwareAnswer> answer =
      ParseAnswer("case 0\nstep 0 0\ntap 10 -\n7fc000017f80000000000001ffffffff\n");
  ASSERT_TRUE(answer.ok());
  std::vector<uint32_t> bits;
  for (float value : answer->cases[0].steps[0].logits) bits.push_back(std::bit_cast<uint32_t>(value));
  EXPECT_THAT(bits, ElementsAre(0x7fc00001u, 0x7f800000u, 1u, 0xffffffffu));
}

TEST(ParseAnswer, AnError) {
  const Result<FirmwareAnswer> answer = ParseAnswer("error 6 wq: a byte that encodes no trits\nend 6\n");
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->status, 6u);
  EXPECT_EQ(answer->error, "6 wq: a byte that encodes no trits");
  EXPECT_TRUE(answer->cases.empty());
  EXPECT_FALSE(answer->state_bytes.has_value());
}

TEST(ParseAnswer, NothingAndEmptyLines) {
  for (const char* text : {"", "\n", "\n\n\n"}) {
    const Result<FirmwareAnswer> answer = ParseAnswer(text);
    ASSERT_TRUE(answer.ok());
    EXPECT_FALSE(answer->status.has_value());
    EXPECT_TRUE(answer->cases.empty());
  }
}

TEST(ParseAnswer, CutAnywhere) {
  const std::string whole = kAnswer;
  for (size_t length = 0; length < whole.size() - 1; ++length) {
    const Result<FirmwareAnswer> answer = ParseAnswer(whole.substr(0, length));
    // A cut line may be malformed; when it is well formed, the answer is still incomplete.
    if (answer.ok()) {
      EXPECT_FALSE(answer->status.has_value()) << length;
    } else {
      EXPECT_THAT(answer.error().message, HasSubstr("makes no sense")) << length;
    }
  }
}

TEST(ParseAnswer, CutBetweenLinesGivesWhatThereIs) {
  const std::string whole = kAnswer;
  const Result<FirmwareAnswer> answer = ParseAnswer(whole.substr(0, whole.find("token 01")));
  ASSERT_TRUE(answer.ok());
  ASSERT_EQ(answer->cases.size(), 1u);
  EXPECT_EQ(answer->cases[0].steps.size(), 2u);
  EXPECT_EQ(answer->cases[0].generated.size(), 1u);
}

class Malformed : public ::testing::TestWithParam<const char*> {};

// The line comes fourth, after a valid start.
TEST_P(Malformed, IsRefusedByLine) {
  const std::string text = std::string("case 0\nstep 0 00\ntap 10 -\n") + GetParam() + "\nend 0\n";
  std::string shown;  // it goes to a terminal
  for (const char c : std::string(GetParam()).substr(0, 60)) {
    const bool plain = c >= 0x20 && c <= 0x7E;
    shown += plain ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<uint8_t>(c));
  }
  EXPECT_THAT(ErrorOf(ParseAnswer(text)), AllOf(HasSubstr("line 4 "), HasSubstr(shown)));
}

INSTANTIATE_TEST_SUITE_P(
    All, Malformed,
    ::testing::Values(
        "hello", "atome", "atome 2 f32 taps 0 config 3 2 1 4 5 6 7 state 1",
        "atome 1 f32 taps 0 config 3 state 1", "atome 1 f32 taps 0 config 3 2 1 4 5 6 7 state -1",
        "atome 1 f32 taps 0 config 3 2 1 4 5 6 7 state x", "atome 1 f32 taps 0 config 3 2 1 4 5 6 7 size 8",
        "atome 1 f32 taps 2 config 3 2 1 4 5 6 7 state 8", "atome 1 f32 taps - config 3 2 1 4 5 6 7 state 8",
        "atome 1 f32 taps 0 config 3 2 x 4 5 6 7 state 8",
        "atome 1 f32 taps 0 config 3 2 4294967296 4 5 6 7 state 8", "error", "end", "end x", "end -1",
        "end 99999999999", "case", "case 0", "case 2", "case -1", "case x", "step", "step 1", "step 0 00",
        "step 2 00", "step 1 xx", "step 1 ", "step 1 00 00", "step x 00", "token", "token ", "token xy",
        "token -1", "token 1 2", "token 1ffffffff", "tap", "tap 1", "tap x 0", "tap 14 0", "tap 1 x",
        "tap 1 -1", "tap 1 ", "tap 1 0 0", "3f80000", "3f8000000", "3f80000g", "3F80000 ", "0x3f8000",
        "-0000000", "+1234567", " 3f800000", "3f800000 3f800000", "3f800000\r", "\t", " ", "Case 1",
        "\x7f\x80\xff", "a line that is much longer than what a message should repeat of it, and goes on"));

TEST(ParseAnswer, LinesOutOfPlace) {
  for (const char* text : {"step 0 00\n", "token 1\n", "tap 1 -\n", "3f800000\n", "case 1\n"}) {
    EXPECT_THAT(ErrorOf(ParseAnswer(text)), HasSubstr("line 1 ")) << text;
  }
  EXPECT_THAT(ErrorOf(ParseAnswer("case 0\ntap 1 -\n")), HasSubstr("line 2 "));
  EXPECT_THAT(ErrorOf(ParseAnswer("case 0\n3f800000\n")), HasSubstr("line 2 "));
  // A step's values need a tap line of that step.
  EXPECT_THAT(ErrorOf(ParseAnswer("case 0\nstep 0 0\ntap 10 -\nstep 1 0\n3f800000\n")), HasSubstr("line 5 "));
  EXPECT_THAT(ErrorOf(ParseAnswer("case 0\nstep 0 0\ntap 10 -\ncase 1\n3f800000\n")), HasSubstr("line 5 "));
}

TEST(ParseAnswer, ALongLineIsNotRepeatedInFull) {
  EXPECT_LT(ErrorOf(ParseAnswer(std::string(1 << 20, 'x'))).size(), 200u);
}

TEST(WhyIncomplete, KnowsAWholeAnswer) {
  const FirmwareAnswer answer = *ParseAnswer(
      "case 0\nstep 0 00\ntap 10 -\n3f80000000000000\ntoken 0\ncase 1\nstep 0 01\ntap 10 "
      "-\n3f80000000000000\ntoken 0\n");
  const Task task{{{0}, {1}}, 1, false};
  EXPECT_EQ(WhyIncomplete(answer, task, 2), "");
  EXPECT_EQ(WhyIncomplete(answer, {{{0}}, 1, false}, 2), "it has 2 cases, not 1");
  EXPECT_EQ(WhyIncomplete({}, task, 2), "it has 0 cases, not 2");
  EXPECT_EQ(WhyIncomplete(answer, {{{0}, {1, 0}}, 1, false}, 2), "case 1 has 1 tokens of 1 and 1 steps of 2");
  EXPECT_EQ(WhyIncomplete(answer, {{{0}, {1}}, 2, false}, 2), "case 0 has 1 tokens of 2 and 1 steps of 2");
  EXPECT_EQ(WhyIncomplete(answer, task, 3), "case 0 has a step of 2 logits, not 3");

  FirmwareAnswer outside = answer;
  outside.cases[1].generated[0] = 2;
  EXPECT_EQ(WhyIncomplete(outside, task, 2), "case 1 has token 2, outside the vocabulary");
  FirmwareAnswer bare = answer;
  bare.cases[1].steps.clear();
  EXPECT_EQ(WhyIncomplete(bare, task, 2), "case 1 has 1 tokens of 1 and 0 steps of 1");
}

TEST(ParseAnswer, SurvivesRandomLines) {
  static const std::vector<std::string> kWords = {
      "atome", "error", "end", "case",     "step", "tap",   "token",      "0",          "1", "2",
      "10",    "-",     "ff",  "3f800000", "",     "state", "4294967295", "4294967296", "x"};
  std::mt19937 random(1);
  size_t understood = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = i % 2 ? "case 0\nstep 0 00\n" : "";
    for (uint64_t lines = random() % 6; lines > 0; --lines) {
      for (uint64_t words = random() % 4; words > 0; --words) text += kWords[random() % kWords.size()] + " ";
      if (text.ends_with(' ')) text.pop_back();
      text += '\n';
    }
    understood += ParseAnswer(text).ok();
  }
  EXPECT_GT(understood, 100u);
  EXPECT_LT(understood, 15'000u);
}

TEST(ParseAnswer, SurvivesDamage) {
  std::mt19937 random(2);
  for (int i = 0; i < 20'000; ++i) {
    std::string text = kAnswer;
    for (uint64_t changes = 1 + random() % 4; changes > 0; --changes) {
      text[random() % text.size()] = static_cast<char>(random());
    }
    const Result<FirmwareAnswer> answer = ParseAnswer(text);
    if (!answer.ok()) {
      ASSERT_THAT(answer.error().message, HasSubstr("line "));
    }
  }
}

}  // namespace
}  // namespace atome::harness
