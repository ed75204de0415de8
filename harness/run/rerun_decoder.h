// A decoder on a runner that only continues prompts greedily: firmware in an emulator.
#ifndef ATOME_HARNESS_RUN_RERUN_DECODER_H_
#define ATOME_HARNESS_RUN_RERUN_DECODER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "harness/run/decoder.h"
#include "harness/run/runner.h"

namespace atome::harness {

// A run goes on greedily for `ahead` tokens. Its steps serve as long as its caller chooses the same tokens;
// where it chooses another, all tokens so far are the prompt of a new run. So a text that is chosen greedily
// takes one run, and any other about a run a token that is not the likeliest, each as long as the text so
// far.
class RerunDecoder final : public Decoder {
 public:
  // `runner` and `model` must outlive it; `ahead` is at least 1.
  RerunDecoder(const Runner& runner, const Model& model, Variant variant, uint32_t ahead)
      : runner_(runner), model_(model), variant_(variant), ahead_(ahead) {}

  std::optional<Failure> Consume(std::span<const uint32_t> tokens, Step* last) override;

 private:
  // Whether the last run consumed all tokens so far.
  bool Covers() const;

  const Runner& runner_;
  const Model& model_;
  Variant variant_;
  uint32_t ahead_;
  std::vector<uint32_t> tokens_;  // so far
  std::vector<Step> steps_;       // of the last run
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_RERUN_DECODER_H_
