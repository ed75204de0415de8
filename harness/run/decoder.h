// One text that grows by the tokens that its caller chooses, on any runner.
#ifndef ATOME_HARNESS_RUN_DECODER_H_
#define ATOME_HARNESS_RUN_DECODER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "harness/model/model.h"
#include "harness/run/execution.h"

namespace atome::harness {

// Not thread-safe.
class Decoder {
 public:
  struct Failure {
    Outcome outcome;      // as of an Execution
    std::string message;  // one line
  };

  virtual ~Decoder() = default;

  // Consumes the tokens, at least one and each in the vocabulary, behind those of earlier calls. `last` gets
  // the step of the last one: the logits that predict what follows, and what the step cost where that is
  // counted. After a failure there is no other call.
  virtual std::optional<Failure> Consume(std::span<const uint32_t> tokens, Step* last) = 0;
};

// Why a native engine refused a step.
Decoder::Failure RefusedStep(const Model& model, atome_status status, uint64_t position);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_DECODER_H_
