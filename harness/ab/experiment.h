// An A/B that is about to be measured: its configuration with text and models in memory.
#ifndef ATOME_HARNESS_AB_EXPERIMENT_H_
#define ATOME_HARNESS_AB_EXPERIMENT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/ab/config.h"
#include "harness/ab/training.h"
#include "harness/base/result.h"
#include "harness/model/model.h"
#include "harness/perplexity/text_plan.h"

namespace atome::harness::ab {

// One contender's model of one seed.
struct Entry {
  size_t contender = 0;  // index
  uint32_t seed = 0;
  Model model;
  // In keys of cells: the file's name, with as many folders before it as tell it from the other models.
  std::string name;
  uint64_t parameters = 0;  // weights and elements of vectors; scales do not count
  std::optional<double> trit_entropy_bits;
  std::map<std::string, uint64_t> format_bytes;  // "ATOME02" -> bytes, of the files NAME.atome0? beside it
  TrainingFacts training;

  uint64_t FileBytes() const { return model.bytes.size(); }
};

struct Experiment {
  Config config;
  EvaluationText text;
  TextPlan plan;
  std::vector<Entry> entries;                  // by contender, then seed
  Specialise specialise = Specialise::kBuilt;  // of the firmware that is measured

  std::span<const Entry> EntriesOf(size_t contender) const {
    return std::span(entries).subspan(contender * config.seeds.size(), config.seeds.size());
  }
  const Contender& ContenderOf(const Entry& entry) const { return config.contenders[entry.contender]; }
};

// The configuration with its models. An error when a model cannot be read or run or cannot predict the text,
// or is the same file for two seeds; it names the place in the configuration.
Result<Experiment> LoadExperiment(Config config, EvaluationText text, const TextPlan& plan);

// Gives every entry its name.
void NameEntries(std::vector<Entry>* entries);

}  // namespace atome::harness::ab

#endif  // ATOME_HARNESS_AB_EXPERIMENT_H_
