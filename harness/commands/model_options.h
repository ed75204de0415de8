// The options for the dimensions, which a model file may leave open.
#ifndef ATOME_HARNESS_COMMANDS_MODEL_OPTIONS_H_
#define ATOME_HARNESS_COMMANDS_MODEL_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "harness/base/text.h"
#include "harness/commands/options.h"
#include "harness/model/model.h"
#include "harness/report/command_line.h"

namespace atome::harness {

class ModelOptions {
 public:
  // `max_seq` is the help's text for the default of max_seq.
  void AddTo(Options& options, const std::string& max_seq = "64") {
    options.Text("--config", &config_,
                 "Dimensions, as vocab_size=256,d_model=64,n_layers=4,d_head=16 with kernel_size, top_k and "
                 "max_seq behind; default: those in the file, else in config.json beside the model");
    options.Count(
        "--max-seq", &max_seq_, 1, 65535,
        "Positions that attention sees; overrides --config; default: from the dimensions, else " + max_seq);
  }

  // A copy with these dimensions, when they are given.
  ModelOptions With(const std::optional<std::string>& config) const {
    ModelOptions other = *this;
    if (config) other.config_ = config;
    return other;
  }

  // What was given.
  const std::optional<std::string>& config() const { return config_; }
  const std::optional<uint16_t>& max_seq() const { return max_seq_; }

  // Adds the given options to a command that measures the same again.
  void AddTo(report::CommandLine* line) const {
    line->Option("--config", config_.value_or(""));
    if (max_seq_) line->Option("--max-seq", StrCat(*max_seq_));
  }
  // Distinguishes a cell from one with the model's own positions: "max_seq 32"; empty without --max-seq.
  std::string Detail() const { return max_seq_ ? StrCat("max_seq ", *max_seq_) : ""; }

  Result<Model> Load(const std::string& path, uint32_t least_max_seq = 0) const {
    Result<Model> model = LoadModel(path, config_, least_max_seq);
    if (model.ok() && max_seq_) model->config.max_seq = *max_seq_;
    return model;
  }

 private:
  std::optional<std::string> config_;
  std::optional<uint16_t> max_seq_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_MODEL_OPTIONS_H_
