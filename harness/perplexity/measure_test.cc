#include "harness/perplexity/measure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "harness/base/random.h"
#include "harness/base/text.h"
#include "harness/run/native_runner.h"
#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using ::testing::HasSubstr;

EvaluationText RandomText(size_t tokens, uint32_t vocab, uint64_t seed) {
  EvaluationText text{"text", {}, "", TextUnit::kToken, {}};
  Random random(seed);
  for (size_t i = 0; i < tokens; ++i) text.tokens.push_back(static_cast<uint16_t>(random.Below(vocab)));
  return text;
}

// The losses of a chunk by the freestanding engine, one token after another, as `atome verify` runs it.
double ChunkNats(const Model& model, Variant variant, std::span<const uint16_t> chunk_and_next) {
  Task task;
  task.variant = variant;
  task.generate = 1;
  const auto& prompt = task.prompts.emplace_back(chunk_and_next.begin(), chunk_and_next.end() - 1);
  const Execution execution = NativeRunner().Run(model, task);
  EXPECT_EQ(execution.outcome, Outcome::kPass) << execution.message;
  double nats = 0;
  for (size_t t = 0; t < prompt.size(); ++t) {
    const std::vector<float>& logits = execution.cases[0].steps[t].logits;
    double sum = 0;
    for (const float logit : logits) sum += std::exp(static_cast<double>(logit));
    nats += std::log(sum) - logits[chunk_and_next[t + 1]];
  }
  return nats;
}

// Every chunk of a random text, in every variant that runs the model.
void ExpectTheRunnersLosses(const Model& model, uint64_t seed) {
  for (const Variant variant : model.config.Traits().variants) {
    const size_t most = model.config.Traits().positions_end ? model.config.max_seq : 150;
    const size_t chunk = 1 + Random(++seed).Below(static_cast<uint32_t>(most));
    const EvaluationText text = RandomText(chunk * 4 + 1, model.config.vocab_size, seed);
    const TextPlan plan = *PlanText(text, Protocol::kChunks, TextPart::kAll, chunk, std::nullopt);
    const auto measured =
        Measure({{&model, variant}}, text, plan, {.compare = false, .jobs = 3, .progress = {}});
    ASSERT_TRUE(measured.ok()) << measured.error().message;
    for (size_t unit = 0; unit < plan.Units(); ++unit) {
      const auto part = std::span(text.tokens).subspan(unit * chunk, chunk + 1);
      EXPECT_NEAR(measured->losses[0].unit_nats[unit], ChunkNats(model, variant, part),
                  1e-10 * static_cast<double>(chunk))
          << model.path << " " << VariantName(variant) << " chunk " << chunk;
    }
  }
}

TEST(Measure, EqualsTheRunnersLogits) {
  uint64_t seed = 0;
  for (const std::string& name : testing::TinyModels())
    ExpectTheRunnersLosses(testing::TinyModel(name), seed += 10);
  for (const char* name : {"fp32", "int8"}) {
    const auto model = LoadModel(
        StrCat(ATOME_SOURCE_DIR "/golden/models_plain/tiny_plain_", name, ".plain01"), std::nullopt, 0);
    ASSERT_TRUE(model.ok()) << model.error().message;
    ExpectTheRunnersLosses(*model, seed += 10);
  }
}

TEST(Measure, StreamingCarriesTheState) {
  const Model model = testing::TinyModel("tiny_window");
  const EvaluationText text = RandomText(1500, model.config.vocab_size, 1);
  const TextPlan plan = *PlanText(text, Protocol::kStreaming, TextPart::kAll, 64, std::nullopt);
  const auto measured =
      Measure({{&model, Variant::kF32}}, text, plan, {.compare = false, .jobs = 3, .progress = {}});
  ASSERT_TRUE(measured.ok());
  double sum = 0;
  for (const double nats : measured->losses[0].unit_nats) sum += nats;
  EXPECT_EQ(measured->losses[0].unit_nats.size(), 3u);
  EXPECT_NEAR(sum, ChunkNats(model, Variant::kF32, text.tokens), 1e-7);
}

TEST(Measure, DifferencesAreOfThePartThatIsMeasured) {
  const Model model = testing::TinyModel("tiny_odd");
  const EvaluationText text = RandomText(1000, model.config.vocab_size, 3);
  const TextPlan plan = *PlanText(text, Protocol::kChunks, TextPart::kLastTenth, 10, std::nullopt);
  ASSERT_GT(plan.begin, 0u);
  const auto measured = Measure({{&model, Variant::kQ15}, {&model, Variant::kF32}}, text, plan,
                                {.compare = true, .jobs = 1, .progress = {}});
  ASSERT_TRUE(measured.ok());
  const std::vector<double>& nats = measured->differences.at(0).nats;
  ASSERT_EQ(nats.size(), plan.tokens);
  for (const double each : nats) EXPECT_NE(each, 0) << "16 bits give other logits";
}

TEST(Measure, ProgressEndsWithAllTokens) {
  const Model model = testing::TinyModel("tiny_odd");
  const EvaluationText text = RandomText(1000, model.config.vocab_size, 2);
  const TextPlan plan = *PlanText(text, Protocol::kChunks, TextPart::kAll, 10, std::nullopt);
  size_t last = 0;
  double mean = 0;
  MeasureOptions options{.compare = false, .jobs = 2, .progress = {}};
  options.progress = [&](size_t done, size_t total, double nats) {
    EXPECT_GT(done, last);
    EXPECT_EQ(total, plan.tokens);
    EXPECT_GT(nats, 0);
    last = done;
    mean = nats;
  };
  const auto measured = Measure({{&model, Variant::kF32}}, text, plan, options);
  ASSERT_TRUE(measured.ok());
  EXPECT_EQ(last, plan.tokens);
  double sum = 0;
  for (const double nats : measured->losses[0].unit_nats) sum += nats;
  EXPECT_NEAR(mean, sum / static_cast<double>(plan.tokens), 1e-9) << "nats a token";
}

TEST(Measure, RefusesATextThatTheModelCannotPredict) {
  const Model model = testing::TinyModel("tiny_odd");
  EvaluationText text = RandomText(100, model.config.vocab_size, 3);
  const TextPlan plan = *PlanText(text, Protocol::kChunks, TextPart::kAll, 10, {});
  EXPECT_TRUE(Measure({{&model, Variant::kF32}}, text, plan, {}).ok());
  text.unit = TextUnit::kByte;
  EXPECT_EQ(Measure({{&model, Variant::kF32}}, text, plan, {}).error().message, WhyNotFor(model, text));
}

TEST(Measure, RefusesADamagedModel) {
  Model model = testing::TinyModel("tiny_odd");
  model.bytes.pop_back();
  const EvaluationText text = RandomText(100, model.config.vocab_size, 4);
  const TextPlan plan = *PlanText(text, Protocol::kChunks, TextPart::kAll, 10, std::nullopt);
  for (const Variant variant : kVariants) {
    const auto measured = Measure({{&model, variant}}, text, plan, {});
    ASSERT_FALSE(measured.ok());
    EXPECT_THAT(measured.error().message, HasSubstr("tiny_odd.atome01"));
  }
}

}  // namespace
}  // namespace atome::harness
