#include "harness/ab/training.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "harness/base/file.h"
#include "harness/base/text.h"
#include "harness/testing/repository.h"

namespace atome::harness::ab {
namespace {

using harness::testing::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Stands for Python: notes its arguments in $LOG, has PyTorch unless there is a file no_torch, and ends as
// the file `mode` says.
constexpr std::string_view kPython = R"(#!/bin/sh
here=$(dirname "$0")
if [ "$1" = -c ]; then
  [ ! -e "$here/no_torch" ] || { echo "No module named torch" >&2; exit 1; }
  exit 0
fi
echo "$*" >> "$here/log"
while [ $# -gt 0 ]; do
  case $1 in
    --out) out=$2;; --name) name=$2;; --seed) seed=$2;; --checkpoint) checkpoint=$2;;
  esac
  shift
done
mode=$(cat "$here/mode" 2>/dev/null)
echo "step of seed $seed" >&2
[ -e "$checkpoint" ] && echo "resumed" >> "$here/log"
echo half > "$checkpoint"
[ "$mode" = crash ] && { echo "Traceback"; exit 1; }
[ "$mode" = refuse ] && { echo "train: no such recipe"; exit 2; }
echo "model $seed" > "$out/$name.atome02"
stopped="all steps done"
[ "$mode" = stop ] && stopped=SIGINT
hash=$(sha256sum "$out/$name.atome02" | cut -c1-64)
echo "{\"steps\": 10, \"final_loss\": 2.5, \"train_seconds\": 1.5, \"stopped\": \"$stopped\", \"sha256\": {\"$name.atome02\": \"$hash\"}}" > "$out/config.json"
)";

class TrainMissingTest : public ::testing::Test {
 protected:
  TrainMissingTest() {
    trainer_.python = folder_.Write("python", kPython);
    std::filesystem::permissions(trainer_.python, std::filesystem::perms::owner_all);
    trainer_.folder = folder_.path().string();
    trainer_.text = folder_.Write("text.txt", "Once upon a time");
    trainer_.text_sha256 = "abc";
    trainer_.say = [this](std::string_view line) { said_.emplace_back(line); };
    config_.path = "ab.json";
    config_.seeds = {3, 4};
    Contender contender;
    contender.name = "c";
    contender.model = (folder_.path() / "models/c_{seed}/c.atome02").string();
    contender.training = Training{"ternary_60k", "best", {"--steps", "10"}};
    config_.contenders = {contender};
  }

  void Mode(const std::string& mode) { folder_.Write("mode", mode); }
  std::vector<std::string> Log() const {
    std::ifstream file(folder_.path() / "log");
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }
  std::string Fails(ExitCode code) {
    const auto failure = TrainMissing(config_, trainer_);
    EXPECT_TRUE(failure.has_value());
    if (!failure) return "";
    EXPECT_EQ(failure->code, code);
    return failure->message;
  }
  void Succeeds() {
    const auto failure = TrainMissing(config_, trainer_);
    EXPECT_FALSE(failure.has_value()) << failure->message;
  }

  TemporaryFolder folder_;
  Config config_;
  Trainer trainer_;
  std::vector<std::string> said_;
};

TEST_F(TrainMissingTest, TrainsWhatIsMissingOnce) {
  Succeeds();
  const std::string models = (folder_.path() / "models").string();
  const auto words = [&](int seed) {
    return StrCat("-m golden.training.train --contender ternary_60k --recipe best --seed ", seed,
                  " --steps 10 --text ", trainer_.text, " --out ", models, "/c_", seed,
                  " --name c --checkpoint ", models, "/c_", seed, "/c.checkpoint.pt");
  };
  EXPECT_THAT(Log(), ElementsAre(words(3), words(4)));
  EXPECT_THAT(said_, ElementsAre("[c seed 3] step of seed 3", "[c seed 4] step of seed 4"));
  Succeeds();
  EXPECT_EQ(Log().size(), 2u) << "nothing is missing";
  std::filesystem::remove(models + "/c_4/c.atome02");
  Succeeds();
  EXPECT_EQ(Log().size(), 3u);
  trainer_.again = true;
  Succeeds();
  EXPECT_EQ(Log().size(), 5u) << "both anew, from no checkpoint";
}

TEST_F(TrainMissingTest, ContendersShareAFile) {
  config_.contenders.push_back(config_.contenders[0]);
  config_.contenders[1].name = "d";
  Succeeds();
  EXPECT_EQ(Log().size(), 2u);
}

TEST_F(TrainMissingTest, GoesOnWhereItWasInterrupted) {
  config_.seeds = {3};
  Mode("crash");
  EXPECT_THAT(Fails(kCellCrashed),
              HasSubstr("training of c seed 3: the trainer ended with code 1: Traceback"));
  Mode("stop");
  EXPECT_THAT(Fails(kUsage), HasSubstr("stopped early (SIGINT)"));
  EXPECT_EQ(Log().size(), 3u);
  EXPECT_EQ(Log()[2], "resumed");
  Mode("");
  Succeeds();
  EXPECT_EQ(Log().size(), 5u) << "its export is there, but of half the steps";
  Succeeds();
  EXPECT_EQ(Log().size(), 5u);
}

TEST_F(TrainMissingTest, AnotherRequestIsNotTakenForThis) {
  config_.seeds = {3};
  Succeeds();
  config_.contenders[0].training->arguments = {"--steps", "20"};
  EXPECT_THAT(Fails(kUsage), HasSubstr("c.atome02 was made with other arguments"));
  trainer_.again = true;
  Succeeds();
  EXPECT_THAT(Log(), ::testing::Not(::testing::Contains("resumed")));
  trainer_.again = false;
  Succeeds();
  trainer_.text_sha256 = "another";
  EXPECT_THAT(Fails(kUsage), HasSubstr("give --train to make it again"));
}

TEST_F(TrainMissingTest, AModelOfUnknownMakingIsTaken) {
  folder_.Write("models/c_3/c.atome02", "x");
  folder_.Write("models/c_4/c.atome02", "y");
  Succeeds();
  EXPECT_TRUE(Log().empty());
}

TEST_F(TrainMissingTest, SaysHowToGetPyTorch) {
  folder_.Write("no_torch", "");
  const std::string error = Fails(kUsage);
  EXPECT_THAT(error, HasSubstr("PyTorch"));
  EXPECT_THAT(error, HasSubstr("No module named torch"));
  EXPECT_THAT(error, HasSubstr("ci/setup --train"));
  trainer_.python = "/no/such/python";
  EXPECT_THAT(Fails(kUsage), HasSubstr("cannot start /no/such/python"));
}

TEST_F(TrainMissingTest, RefusalsAndMissingFilesAreUsage) {
  Mode("refuse");
  EXPECT_THAT(Fails(kUsage), HasSubstr("code 2: train: no such recipe"));
  Mode("");
  config_.contenders[0].model = (folder_.path() / "other_{seed}/c.onnx").string();
  EXPECT_THAT(Fails(kUsage), HasSubstr("made no "));
}

TEST_F(TrainMissingTest, FactsAreOfThisVeryFile) {
  config_.seeds = {3};
  Succeeds();
  const std::string path = config_.contenders[0].ModelPath(3);
  Model model;
  model.path = path;
  model.sha256 = Sha256Hex(*ReadFile(path));
  const TrainingFacts facts = FactsOf(model);
  EXPECT_EQ(facts.steps, 10u);
  EXPECT_EQ(facts.final_loss, 2.5);
  EXPECT_EQ(facts.train_seconds, 1.5);
  model.sha256 = "other";
  EXPECT_FALSE(FactsOf(model).steps.has_value());
}

}  // namespace
}  // namespace atome::harness::ab
