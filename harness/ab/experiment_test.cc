#include "harness/ab/experiment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/file.h"
#include "harness/base/text.h"
#include "harness/testing/repository.h"

namespace atome::harness::ab {
namespace {

using harness::testing::ErrorOf;
using harness::testing::TemporaryFolder;
using harness::testing::TinyModelPath;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// One contender of small models in a folder.
class LoadExperimentTest : public ::testing::Test {
 protected:
  LoadExperimentTest() {
    config_.path = "ab.json";
    config_.name = "test";
    config_.contenders.resize(1);
    config_.contenders[0].name = "one";
    config_.contenders[0].model = (folder_.path() / "{seed}" / "m.atome03").string();
    Copy("tiny_odd", "0/m.atome03");
  }

  std::string Copy(const std::string& model, const std::string& to) {
    return folder_.Write(to, *ReadFile(TinyModelPath(model, 3)));
  }
  Result<Experiment> Load() const {
    return LoadExperiment(
        config_, {.path = "text", .tokens = {7}, .sha256 = "aa", .unit = TextUnit::kToken, .line_begins = {}},
        {});
  }
  std::vector<std::string> Names() const {
    const Result<Experiment> experiment = Load();
    EXPECT_TRUE(experiment.ok()) << (experiment.ok() ? "" : experiment.error().message);
    std::vector<std::string> names;
    if (experiment.ok())
      for (const Entry& entry : experiment->entries) names.push_back(entry.name);
    return names;
  }

  TemporaryFolder folder_;
  Config config_;
};

TEST_F(LoadExperimentTest, RefusesATextThatAContenderCannotPredict) {
  const auto error = LoadExperiment(config_, *LoadText(std::nullopt), {});
  EXPECT_THAT(ErrorOf(error), StartsWith("ab.json: /contenders/0/model: "));
  EXPECT_THAT(ErrorOf(error), HasSubstr("m.atome03: has a vocabulary of 37 tokens, not the 256 bytes"));
}

TEST_F(LoadExperimentTest, KnowsTheFiles) {
  folder_.Write("0/m.atome01", "longer than the other");
  const Result<Experiment> experiment = Load();
  ASSERT_TRUE(experiment.ok()) << experiment.error().message;
  ASSERT_EQ(experiment->entries.size(), 1u);
  const Entry& entry = experiment->entries[0];
  EXPECT_EQ(entry.FileBytes(), entry.model.bytes.size());
  EXPECT_EQ(entry.parameters, entry.model.config.Parameters());
  EXPECT_GT(*entry.trit_entropy_bits, 1);
  EXPECT_LT(*entry.trit_entropy_bits, 1.585);
  EXPECT_EQ(entry.format_bytes,
            (std::map<std::string, uint64_t>{{"ATOME01", 21}, {"ATOME03", entry.FileBytes()}}));
  EXPECT_FALSE(entry.training.steps.has_value());
}

TEST_F(LoadExperimentTest, NamesTellModelsApart) {
  EXPECT_THAT(Names(), ElementsAre("m.atome03"));
  config_.seeds = {0, 1};
  Copy("tiny_ties", "1/m.atome03");
  EXPECT_THAT(Names(), ElementsAre("0/m.atome03", "1/m.atome03"));
  config_.contenders.push_back(config_.contenders[0]);  // the same files
  EXPECT_THAT(Names(), ElementsAre("0/m.atome03", "1/m.atome03", "0/m.atome03", "1/m.atome03"));
  config_.contenders[1].model = (folder_.path() / "other" / "{seed}" / "m.atome03").string();
  Copy("tiny_v", "other/0/m.atome03");
  Copy("tiny_window", "other/1/m.atome03");
  const std::string folder = folder_.path().filename().string();
  EXPECT_THAT(Names(), ElementsAre(folder + "/0/m.atome03", folder + "/1/m.atome03", "other/0/m.atome03",
                                   "other/1/m.atome03"));
}

TEST_F(LoadExperimentTest, NamesTellDimensionsApart) {
  const Result<Experiment> experiment = Load();
  ASSERT_TRUE(experiment.ok());
  ModelConfig shorter = experiment->entries[0].model.config;
  shorter.max_seq = 8;
  config_.contenders.push_back(config_.contenders[0]);
  config_.contenders[1].dimensions = ConfigToString(shorter);
  const std::vector<std::string> names = Names();
  EXPECT_THAT(names[0], HasSubstr("m.atome03 (vocab_size="));
  EXPECT_NE(names[0], names[1]);
}

TEST_F(LoadExperimentTest, RefusesModelsThatAreNotThereOrTheSame) {
  config_.seeds = {0, 5};
  const std::string error = ErrorOf(Load());
  EXPECT_THAT(error, HasSubstr("ab.json: /contenders/0/model: "));
  EXPECT_THAT(error, HasSubstr("5/m.atome03: cannot open"));
  EXPECT_THAT(error, HasSubstr("say with \"train\""));
  Copy("tiny_odd", "5/m.atome03");
  EXPECT_THAT(ErrorOf(Load()), HasSubstr("seeds 0 and 5 have the same model"));
  folder_.Write("5/m.atome03", ReadFile(TinyModelPath("tiny_ties", 3))->substr(0, 500));
  EXPECT_THAT(ErrorOf(Load()), HasSubstr("5/m.atome03: "));
  config_.seeds = {0};
  config_.contenders[0].variant = Variant::kPlain;
  EXPECT_THAT(ErrorOf(Load()), HasSubstr("plain"));
}

}  // namespace
}  // namespace atome::harness::ab
