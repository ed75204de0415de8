#include "harness/ab/training.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>

#include "emulation/base/subprocess.h"
#include "harness/base/file.h"
#include "harness/base/parallel.h"
#include "harness/base/replace_file.h"
#include "harness/base/text.h"

namespace atome::harness::ab {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// null when there is no such file, or it is not JSON.
Json JsonIn(const fs::path& path) {
  const Result<std::string> text = ReadFile(path.string());
  Json json = text.ok() ? Json::parse(*text, nullptr, /*allow_exceptions=*/false) : Json();
  return json.is_discarded() ? Json() : json;
}

template <class T>
std::optional<T> NumberIn(const Json& json, const char* key) {
  if (!json.is_object() || !json.contains(key) || !json[key].is_number()) return std::nullopt;
  return json[key].get<T>();
}

// One model to be trained.
struct Job {
  const Contender* contender;
  uint32_t seed;
  fs::path model;

  std::string Label() const { return StrCat(contender->name, " seed ", seed); }
  fs::path Beside(std::string_view ending) const { return model.parent_path() / model.stem().concat(ending); }
  fs::path Note() const { return Beside(".ab.json"); }
  fs::path Checkpoint() const { return Beside(".checkpoint.pt"); }
};

std::vector<std::string> ArgumentsOf(const Job& job) {
  const Training& training = *job.contender->training;
  std::vector<std::string> words;
  if (training.contender) words.insert(words.end(), {"--contender", *training.contender});
  if (training.recipe) words.insert(words.end(), {"--recipe", *training.recipe});
  words.insert(words.end(), {"--seed", StrCat(job.seed)});
  words.insert(words.end(), training.arguments.begin(), training.arguments.end());
  return words;
}

class TrainingRun {
 public:
  TrainingRun(const Config& config, const Trainer& trainer, const Job& job)
      : config_(config),
        trainer_(trainer),
        job_(job),
        asked_{{"arguments", ArgumentsOf(job)}, {"text_sha256", trainer.text_sha256}} {}

  std::optional<TrainingFailure> Run(const std::function<void(std::string_view)>& say);
  // Whether there is something to do. A failure when the model there is another than is asked for.
  std::optional<TrainingFailure> Look(bool* needed);

 private:
  bool Unfinished(const Json& note) const {
    return note.is_object() && note.value("finished", true) == false;
  }
  std::string WriteNote(bool finished) const {
    Json note{{"asked", asked_}, {"finished", finished}};
    return ReplaceFile(job_.Note().string(), note.dump(2) + "\n");
  }
  TrainingFailure Failure(ExitCode code, std::string_view what) const {
    return {code, StrCat(config_.path, ": training of ", job_.Label(), ": ", what)};
  }

  const Config& config_;
  const Trainer& trainer_;
  const Job& job_;
  const Json asked_;
};

std::optional<TrainingFailure> TrainingRun::Look(bool* needed) {
  const Json note = JsonIn(job_.Note());
  *needed = trainer_.again || !fs::exists(job_.model) || Unfinished(note);
  if (*needed || !note.is_object() || note.value("asked", Json()) == asked_) return std::nullopt;
  return Failure(kUsage,
                 StrCat(job_.model.string(), " was made with other arguments or from another text (",
                        job_.Note().string(), "); give --train to make it again, or another \"model\""));
}

std::optional<TrainingFailure> TrainingRun::Run(const std::function<void(std::string_view)>& say) {
  const Json note = JsonIn(job_.Note());
  std::error_code error;
  fs::create_directories(job_.model.parent_path(), error);
  if (error)
    return Failure(kUsage,
                   StrCat(job_.model.parent_path().string(), ": cannot make the folder: ", error.message()));
  if (!Unfinished(note) || note.value("asked", Json()) != asked_) {  // the checkpoint is of another run
    fs::remove(job_.Checkpoint(), error);
    const std::string why = WriteNote(false);
    if (!why.empty()) return Failure(kUsage, why);
  }
  std::vector<std::string> words{trainer_.python, "-m", "golden.training.train"};
  for (const std::string& word : ArgumentsOf(job_)) words.push_back(word);
  words.insert(words.end(),
               {"--text", fs::absolute(trainer_.text).string(), "--out", job_.model.parent_path().string(),
                "--name", job_.model.stem().string(), "--checkpoint", job_.Checkpoint().string()});
  std::string last;
  const auto hear = [&](std::string_view line) {
    last = line;
    say(StrCat("[", job_.Label(), "] ", line));
  };
  const emulation::SubprocessResult ended = emulation::RunSubprocess(
      {.arguments = words, .folder = trainer_.folder, .trusted = true, .on_line = hear});
  if (!ended.error.empty()) return Failure(kUsage, ended.error);
  const int code = ended.exit_code();
  if (code != 0)
    return Failure(code == kUsage ? kUsage : kCellCrashed, StrCat("the trainer ended with code ", code, ": ",
                                                                  last.empty() ? "it said nothing" : last));
  if (!fs::exists(job_.model))
    return Failure(kUsage, StrCat("the trainer made no ", job_.model.string(),
                                  "; name a file it makes: .atome01, .atome02, .atome03, or .plain01 of a "
                                  "plain transformer"));
  const Json facts = JsonIn(job_.model.parent_path() / "config.json");
  const std::string stopped = facts.is_object() ? facts.value("stopped", "") : "";
  if (stopped != "all steps done")
    return Failure(kUsage, StrCat("it stopped early (", stopped, "); the same command goes on from there"));
  const std::string why = WriteNote(true);
  if (!why.empty()) return Failure(kUsage, why);
  return std::nullopt;
}

// Each file once, even when several contenders have it.
std::vector<Job> JobsOf(const Config& config) {
  std::vector<Job> jobs;
  for (const Contender& contender : config.contenders) {
    if (!contender.training) continue;
    for (const uint32_t seed : config.seeds) {
      Job job{&contender, seed, contender.ModelPath(seed)};
      if (std::ranges::none_of(jobs, [&job](const Job& other) { return other.Note() == job.Note(); }))
        jobs.push_back(std::move(job));
    }
  }
  return jobs;
}

std::optional<TrainingFailure> CheckForPyTorch(const Trainer& trainer) {
  std::string last;
  const emulation::SubprocessResult ended =
      emulation::RunSubprocess({.arguments = {trainer.python, "-c", "import torch"},
                                .folder = trainer.folder,
                                .trusted = true,
                                .on_line = [&last](std::string_view line) { last = line; }});
  if (!ended.error.empty()) return TrainingFailure{kUsage, ended.error};
  if (ended.exit_code() == 0) return std::nullopt;
  return TrainingFailure{
      kUsage, StrCat("models are missing and training them needs PyTorch, which ", trainer.python,
                     " cannot import (", last, "); run ci/setup --train, or put the models there")};
}

}  // namespace

TrainingFacts FactsOf(const Model& model) {
  TrainingFacts facts;
  const Json json = JsonIn(fs::path(model.path).parent_path() / "config.json");
  if (!json.is_object() || !json.contains("sha256") || !json["sha256"].is_object() ||
      json["sha256"].value(model.Name(), Json()) != Json(model.sha256))
    return facts;
  facts.steps = NumberIn<uint64_t>(json, "steps");
  facts.final_loss = NumberIn<double>(json, "final_loss");
  facts.train_seconds = NumberIn<double>(json, "train_seconds");
  return facts;
}

std::optional<TrainingFailure> TrainMissing(const Config& config, const Trainer& trainer) {
  std::vector<Job> jobs;
  for (const Job& job : JobsOf(config)) {
    bool needed = false;
    if (auto failure = TrainingRun(config, trainer, job).Look(&needed)) return failure;
    if (needed) jobs.push_back(job);
  }
  if (jobs.empty()) return std::nullopt;
  if (auto failure = CheckForPyTorch(trainer)) return failure;

  std::mutex saying;
  const auto say = [&](std::string_view line) {
    const std::lock_guard lock(saying);
    if (trainer.say) trainer.say(line);
  };
  std::vector<std::optional<TrainingFailure>> failures(jobs.size());
  std::atomic<bool> failed = false;  // what is running goes on to its end, nothing else starts
  ForEachIndex(
      jobs.size(), trainer.jobs,
      [&](size_t i) {
        if (failed) return;
        failures[i] = TrainingRun(config, trainer, jobs[i]).Run(say);
        if (failures[i]) failed = true;
      },
      [](size_t, size_t) {});
  for (const auto& failure : failures) {
    if (failure) return failure;
  }
  return std::nullopt;
}

}  // namespace atome::harness::ab
