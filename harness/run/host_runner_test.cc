#include "harness/run/host_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "harness/model/golden_trace.h"
#include "harness/parity/comparison.h"
#include "harness/run/native_runner.h"
#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::TinyModel;
using testing::TinyModels;
using testing::TracePath;

class HostRunnerOnTinyModels : public ::testing::TestWithParam<std::string> {};

TEST_P(HostRunnerOnTinyModels, ComputesEveryLogitOfTheTrace) {
  const Result<GoldenTrace> trace = ReadTrace(TracePath(GetParam()));
  ASSERT_TRUE(trace.ok());
  for (int format : {1, 2, 3}) {
    for (const ExpectedCase& each : trace->cases) {
      GoldenTrace one = *trace;
      one.cases = {each};
      const Execution execution =
          HostRunner().Run(TinyModel(GetParam(), format),
                           {{each.prompt}, static_cast<uint32_t>(each.generated.size()), false});
      ASSERT_EQ(execution.outcome, Outcome::kPass) << execution.message;
      EXPECT_GT(execution.state_bytes, 0u);
      EXPECT_EQ(execution.cases[0].steps.size(), each.steps.size());
      const Parity parity = Compare(one, execution);
      EXPECT_TRUE(parity.Matches(trace->oracle_tolerance))
          << (parity.divergence ? parity.divergence->Describe() : "tokens");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, HostRunnerOnTinyModels, ::testing::ValuesIn(TinyModels()),
                         [](const auto& name) { return name.param; });

TEST(HostRunner, RefusesVariantsItHasNoEngineOf) {
  for (const Variant variant : {Variant::kF32Kv16, Variant::kQ15, Variant::kQ15Kv8}) {
    const Execution execution = HostRunner().Run(TinyModel("tiny_odd"), {{{0}}, 1, false, variant});
    EXPECT_EQ(execution.outcome, Outcome::kError);
    EXPECT_NE(execution.message.find(VariantName(variant)), std::string::npos) << execution.message;
    EXPECT_TRUE(execution.cases.empty());
  }
}

TEST(HostRunner, RefusesAsTheNativeRunnerDoes) {
  const Task task{{{0}}, 1, false};
  Model magic = TinyModel("tiny_odd"), cut = magic, config = magic, code = TinyModel("tiny_odd", 2);
  magic.bytes[6] = '9';
  cut.bytes.pop_back();
  code.bytes[7 + 4] = '\xff';
  config.config.d_model = 0;
  for (const Model& model : {magic, cut, code, config}) {
    const Execution execution = HostRunner().Run(model, task);
    EXPECT_EQ(execution.outcome, Outcome::kError);
    EXPECT_EQ(execution.message, NativeRunner().Run(model, task).message);
  }
}

TEST(HostRunner, RefusesATokenOutsideTheVocabulary) {
  const Execution execution = HostRunner().Run(TinyModel("tiny_odd"), {{{1}, {3, 4, 37}}, 2, false});
  EXPECT_EQ(execution.outcome, Outcome::kError);
  EXPECT_THAT(execution.message, AllOf(StartsWith(TinyModel("tiny_odd").path), HasSubstr(", case 1")));
}

}  // namespace
}  // namespace atome::harness
