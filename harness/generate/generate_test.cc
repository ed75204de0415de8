#include "harness/generate/generate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "harness/base/random.h"
#include "harness/run/rerun_decoder.h"

namespace atome::harness {
namespace {

using ::testing::HasSubstr;

constexpr uint32_t kVocabulary = 8;

// The logits behind a text: any function of all of it.
std::vector<float> LogitsBehind(const std::vector<uint32_t>& text) {
  uint64_t hash = 1;
  for (const uint32_t token : text) hash = Random(hash + token).Next();
  Random random(hash);
  std::vector<float> logits;
  for (uint32_t i = 0; i < kVocabulary; ++i) logits.push_back(static_cast<float>(random.Below(4000)) / 1000);
  return logits;
}

uint32_t BestOf(const std::vector<float>& logits) { return Sampler({.temperature = 0}).Next(logits).value(); }

// Continues prompts greedily, as firmware does.
class GreedyRunner final : public Runner {
 public:
  std::string_view name() const override { return "fake"; }
  std::string_view core() const override { return "m3"; }
  Execution Run(const Model&, const Task& task) const override {
    ++runs;
    Execution execution;
    execution.build = "fake.elf";
    execution.outcome = outcome;
    execution.message = outcome == Outcome::kPass ? "" : "why it failed";
    std::vector<uint32_t> text = task.prompts.front();
    CaseExecution& out = execution.cases.emplace_back();
    std::vector<uint32_t> consumed;
    for (size_t i = 0; i < text.size(); ++i) {
      consumed.push_back(text[i]);
      Step& step = out.steps.emplace_back();
      step.token = text[i] + (lies ? 1 : 0);
      step.logits = LogitsBehind(consumed);
      if (counts) step.cycles = 100 + i;
      if (i + 1 < task.prompts.front().size() || out.generated.size() == task.generate) continue;
      out.generated.push_back(BestOf(step.logits));
      if (out.generated.size() < task.generate) text.push_back(out.generated.back());
    }
    return execution;
  }

  mutable size_t runs = 0;
  Outcome outcome = Outcome::kPass;
  bool lies = false, counts = true;
};

std::vector<uint32_t> TextOf(const Runner& runner, const GenerateTask& task, Generated* generated = nullptr) {
  std::vector<uint32_t> text;
  const Generated result = Generate(runner, Model{}, task, [&text](uint32_t token) {
    text.push_back(token);
    return true;
  });
  if (generated != nullptr) *generated = result;
  return text;
}

std::vector<uint32_t> Expected(const GenerateTask& task) {
  Sampler sampler(task.sampling);
  std::vector<uint32_t> text = task.prompt, generated;
  for (uint32_t i = 0; i < task.steps; ++i) {
    generated.push_back(sampler.Next(LogitsBehind(text)).value());
    text.push_back(generated.back());
  }
  return generated;
}

TEST(Generate, GreedilyTakesOneRun) {
  GreedyRunner runner;
  const GenerateTask task{.prompt = {1, 2, 3}, .steps = 40, .sampling = {.temperature = 0}};
  Generated generated;
  EXPECT_EQ(TextOf(runner, task, &generated), Expected(task));
  EXPECT_EQ(runner.runs, 1u);
  EXPECT_EQ(generated.outcome, Outcome::kPass);
  EXPECT_EQ(generated.tokens, 40u);
  EXPECT_EQ(generated.cycles_per_token, 100 + 2 + 39 / 2.0) << "of the steps that chose a token";
  EXPECT_FALSE(generated.instructions_per_token.has_value());
}

TEST(Generate, ASampledTextIsWhatASamplerMakesOfAllLogits) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    GreedyRunner runner;
    const GenerateTask task{.prompt = {5}, .steps = 30, .sampling = {.temperature = 1, .seed = seed}};
    EXPECT_EQ(TextOf(runner, task), Expected(task)) << seed;
    EXPECT_GT(runner.runs, 1u);
    EXPECT_LE(runner.runs, 30u);
  }
}

TEST(Generate, EndsWhereNobodyListens) {
  GreedyRunner runner;
  size_t taken = 0;
  const Generated generated =
      Generate(runner, Model{}, {.prompt = {1}, .steps = 30}, [&taken](uint32_t) { return ++taken < 3; });
  EXPECT_EQ(generated.tokens, 3u);
  EXPECT_EQ(generated.outcome, Outcome::kPass);
}

TEST(Generate, FailuresAreTheRunners) {
  for (const Outcome outcome : {Outcome::kCrashed, Outcome::kMissing, Outcome::kError}) {
    GreedyRunner runner;
    runner.outcome = outcome;
    Generated generated;
    EXPECT_TRUE(TextOf(runner, {.prompt = {1}, .steps = 4}, &generated).empty());
    EXPECT_EQ(generated.outcome, outcome);
    EXPECT_EQ(generated.message, "why it failed");
  }
}

TEST(Generate, FirmwareThatConsumesOtherTokensIsNotBelieved) {
  GreedyRunner runner;
  runner.lies = true;
  Generated generated;
  EXPECT_TRUE(TextOf(runner, {.prompt = {1}, .steps = 4}, &generated).empty());
  EXPECT_EQ(generated.outcome, Outcome::kCrashed);
  EXPECT_THAT(generated.message, HasSubstr("fake.elf: it consumed other tokens"));
  EXPECT_EQ(runner.runs, 1u);
}

TEST(RerunDecoder, RunsAgainOnlyWhereTheTextLeavesTheGreedyOne) {
  GreedyRunner runner;
  RerunDecoder decoder(runner, Model{}, Variant::kF32, 4);
  Step step;
  std::vector<uint32_t> text = {1, 2};
  ASSERT_FALSE(decoder.Consume(text, &step).has_value());
  for (size_t i = 0; i < 3; ++i) {
    const uint32_t best = BestOf(step.logits);
    text.push_back(best);
    ASSERT_FALSE(decoder.Consume(std::vector{best}, &step).has_value());
    EXPECT_EQ(step.logits, LogitsBehind(text));
  }
  EXPECT_EQ(runner.runs, 1u);
  const uint32_t other = (BestOf(step.logits) + 1) % kVocabulary;
  text.push_back(other);
  ASSERT_FALSE(decoder.Consume(std::vector{other}, &step).has_value());
  EXPECT_EQ(step.logits, LogitsBehind(text));
  EXPECT_EQ(runner.runs, 2u);
}

}  // namespace
}  // namespace atome::harness
