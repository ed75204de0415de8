// Models that are not there yet, made by golden.training.train.
#ifndef ATOME_HARNESS_AB_TRAINING_H_
#define ATOME_HARNESS_AB_TRAINING_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/ab/config.h"
#include "harness/base/outcome.h"
#include "harness/model/model.h"

namespace atome::harness::ab {

// What the trainer's config.json says of a model.
struct TrainingFacts {
  std::optional<uint64_t> steps;
  std::optional<double> final_loss;  // nats a byte
  std::optional<double> train_seconds;
};

// From the config.json beside the model; empty unless it has the hash of this very file.
TrainingFacts FactsOf(const Model& model);

struct Trainer {
  std::string python = "/usr/bin/python3";
  std::string folder;  // where golden.training is found
  std::string text;    // path
  std::string text_sha256;
  bool again = false;  // train what is there too
  unsigned jobs = 1;
  std::function<void(std::string_view line)> say;  // progress; from any thread, one at a time
};

struct TrainingFailure {
  ExitCode code;
  std::string message;
};

// Trains every model of the configuration that is missing or unfinished. Beside a model NAME.EXT lie the
// trainer's checkpoint, NAME.checkpoint.pt, and NAME.ab.json, which says what was asked for and whether it is
// finished; so a run that was killed goes on, and a model made by other arguments is not taken for the one
// that is asked for. Nothing on success.
std::optional<TrainingFailure> TrainMissing(const Config& config, const Trainer& trainer);

}  // namespace atome::harness::ab

#endif  // ATOME_HARNESS_AB_TRAINING_H_
