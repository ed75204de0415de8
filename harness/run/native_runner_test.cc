#include "harness/run/native_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "harness/model/golden_trace.h"
#include "harness/parity/comparison.h"
#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using testing::TinyModel;
using testing::TinyModels;
using testing::TracePath;

Execution RunNatively(const Model& model, const Task& task) { return NativeRunner().Run(model, task); }

std::string Refusal(const Model& model, const Task& task = {{{0}}, 1, false}) {
  const Execution execution = RunNatively(model, task);
  EXPECT_EQ(execution.outcome, Outcome::kError);
  EXPECT_THAT(execution.message, AllOf(StartsWith(model.path + ": "), Not(HasSubstr("\n"))));
  return execution.message;
}

class NativeRunnerOnTinyModels : public ::testing::TestWithParam<std::string> {};

TEST_P(NativeRunnerOnTinyModels, ComputesEveryTapOfTheTrace) {
  const Result<GoldenTrace> trace = ReadTrace(TracePath(GetParam()));
  ASSERT_TRUE(trace.ok());
  for (int format : {1, 2}) {
    for (const ExpectedCase& each : trace->cases) {
      GoldenTrace one = *trace;
      one.cases = {each};
      for (bool taps : {false, true}) {
        const Execution execution =
            RunNatively(TinyModel(GetParam(), format),
                        {{each.prompt}, static_cast<uint32_t>(each.generated.size()), taps});
        ASSERT_EQ(execution.outcome, Outcome::kPass) << execution.message;
        EXPECT_EQ(execution.build, "library");
        EXPECT_GT(execution.state_bytes, 0u);
        EXPECT_FALSE(execution.instructions_total.has_value());
        EXPECT_EQ(execution.cases[0].steps.size(), each.steps.size());
        EXPECT_EQ(execution.cases[0].steps[0].taps.empty(), !taps);
        const Parity parity = Compare(one, execution);
        EXPECT_TRUE(parity.Matches(trace->oracle_tolerance))
            << (parity.divergence ? parity.divergence->Describe() : "tokens");
      }
    }
  }
}

TEST_P(NativeRunnerOnTinyModels, ComputesTheTracesOfOtherVariants) {
  const Model model = TinyModel(GetParam(), 1);
  size_t traces = 0;
  for (const Variant variant : {Variant::kF32Kv16, Variant::kQ15, Variant::kQ15Kv8}) {
    const Result<GoldenTrace> trace =
        TraceFolder(ATOME_SOURCE_DIR "/golden/traces").Find(model.sha256, variant);
    if (!trace.ok()) continue;
    ++traces;
    Task task{{}, 0, true, variant};
    for (const ExpectedCase& each : trace->cases) {
      task.prompts.push_back(each.prompt);
      task.generate = static_cast<uint32_t>(each.generated.size());
    }
    const Execution execution = RunNatively(model, task);
    ASSERT_EQ(execution.outcome, Outcome::kPass) << execution.message;
    const Parity parity = Compare(*trace, execution);
    EXPECT_TRUE(parity.Matches(trace->oracle_tolerance))
        << (parity.divergence ? parity.divergence->Describe() : "tokens");
  }
  EXPECT_GE(traces, 1u);
}

INSTANTIATE_TEST_SUITE_P(All, NativeRunnerOnTinyModels, ::testing::ValuesIn(TinyModels()),
                         [](const auto& name) { return name.param; });

TEST(NativeRunner, EveryPromptStartsAfresh) {
  const Model model = TinyModel("tiny_odd");
  const Execution alone = RunNatively(model, {{{5, 6}}, 4, false});
  const Execution after = RunNatively(model, {{{1, 2, 3}, {5, 6}}, 4, false});
  ASSERT_EQ(after.cases.size(), 2u);
  EXPECT_EQ(after.cases[1].generated, alone.cases[0].generated);
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ(after.cases[1].steps[i].logits, alone.cases[0].steps[i].logits);
}

TEST(NativeRunner, GeneratesAsManyAsAskedPastMaxSeq) {
  const Execution execution = RunNatively(TinyModel("tiny_window"), {{{1, 2}}, 100, false});  // max_seq 8
  ASSERT_EQ(execution.outcome, Outcome::kPass) << execution.message;
  EXPECT_EQ(execution.cases[0].generated.size(), 100u);
  EXPECT_EQ(execution.cases[0].steps.size(), 101u);
}

TEST(NativeRunner, RefusesAnotherMagic) {
  Model model = TinyModel("tiny_odd");
  model.bytes[6] = '9';
  EXPECT_THAT(Refusal(model), AllOf(HasSubstr("offset 0"), HasSubstr("ATOME02 or ATOME03")));
}

TEST(NativeRunner, RefusesACutOrLongFile) {
  for (int format : {1, 2}) {
    const Model whole = TinyModel("tiny_k1", format);
    for (size_t length = 0; length <= whole.bytes.size() + 3; ++length) {
      if (length == whole.bytes.size()) continue;
      Model model = whole;
      model.bytes.resize(length);
      const std::string message = Refusal(model);
      if (length >= 7) {
        EXPECT_THAT(message, AllOf(HasSubstr("it has " + std::to_string(length) + " bytes, " +
                                             std::to_string(whole.bytes.size()) + " are expected"),
                                   HasSubstr("d_model=9"), HasSubstr("--config")));
      }
    }
  }
}

TEST(NativeRunner, RefusesACodeThatIsNoTrit) {
  Model model = TinyModel("tiny_odd", 2);
  model.bytes[7 + 4] = '\xff';  // the first byte after embed's scale
  EXPECT_THAT(Refusal(model), HasSubstr("at offset 11 (embed)"));
  model = TinyModel("tiny_odd", 1);
  model.bytes[7 + 4] = '\x02';
  EXPECT_THAT(Refusal(model), HasSubstr("at offset 11 (embed)"));
}

TEST(NativeRunner, RefusesNanAndNamesTheTensor) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  Model model = TinyModel("tiny_odd", 1);
  std::memcpy(model.bytes.data() + 7, &nan, 4);
  EXPECT_THAT(Refusal(model), HasSubstr("at offset 7 (embed)"));
  // The second block's gamma comes after embed and a whole block, in the order of the file.
  model = TinyModel("tiny_odd", 1);
  const size_t d = 13, h = 5, kernel = 3, vocab = 37;
  const auto ternary = [](size_t trits) { return 4 + (trits + 3) / 4; };
  const size_t block = 5 * 4 * d + ternary(d * kernel) + 2 * ternary(h * d) + ternary(d * d) + ternary(3 * d);
  const size_t at = 7 + ternary(vocab * d) + block + 4 * 2;
  std::memcpy(model.bytes.data() + at, &nan, 4);
  EXPECT_THAT(Refusal(model), HasSubstr("at offset " + std::to_string(at) + " (block 1 gamma)"));
}

TEST(NativeRunner, RefusesAConfigurationThatDoesNotFit) {
  Model model = TinyModel("tiny_odd");
  model.config.d_model = 14;
  EXPECT_THAT(Refusal(model), AllOf(HasSubstr("d_model=14"), HasSubstr("check --config")));
  model.config.d_model = 0;
  EXPECT_THAT(Refusal(model), HasSubstr("d_model=0"));
}

TEST(NativeRunner, RefusesATokenOutsideTheVocabulary) {
  EXPECT_THAT(Refusal(TinyModel("tiny_odd"), {{{1}, {3, 4, 37}}, 2, false}), HasSubstr(", case 1, step 2"));
}

TEST(NativeRunner, TapsComeInOrderOfComputation) {
  const Execution execution = RunNatively(TinyModel("tiny_k1"), {{{3}}, 1, true});
  ASSERT_EQ(execution.outcome, Outcome::kPass);
  std::vector<std::string> names;
  for (const Tap& tap : execution.cases[0].steps[0].taps) {
    names.push_back(OpName(tap.op) + (tap.layer == kNoLayer ? "" : " " + std::to_string(tap.layer)));
  }
  EXPECT_THAT(names,
              ::testing::ElementsAre("embed", "norm 0", "router 0", "router entropy 0", "local 0", "state 0",
                                     "sparse 0", "block out 0", "norm 1", "router 1", "router entropy 1",
                                     "local 1", "state 1", "sparse 1", "block out 1", "final norm"));
}

TEST(NativeRunner, SaysWhyItCountsNoInstructions) {
  EXPECT_THAT(std::string(NativeRunner().WhyNoInstructions()), HasSubstr("not counted"));
}

}  // namespace
}  // namespace atome::harness
