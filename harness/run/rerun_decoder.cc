#include "harness/run/rerun_decoder.h"

#include <algorithm>
#include <utility>

#include "harness/base/text.h"

namespace atome::harness {

Decoder::Failure RefusedStep(const Model& model, atome_status status, uint64_t position) {
  return {status == ATOME_ERROR_NON_FINITE ? Outcome::kMismatch : Outcome::kError,
          StrCat(model.path, ": ", atome_status_text(status), ", step ", position)};
}

bool RerunDecoder::Covers() const {
  return tokens_.size() <= steps_.size() &&
         std::ranges::equal(tokens_, std::span(steps_).first(tokens_.size()), {}, {}, &Step::token);
}

std::optional<Decoder::Failure> RerunDecoder::Consume(std::span<const uint32_t> tokens, Step* last) {
  tokens_.insert(tokens_.end(), tokens.begin(), tokens.end());
  if (!Covers()) {
    Task task;
    task.prompts = {tokens_};
    task.generate = ahead_;
    task.variant = variant_;
    Execution execution = runner_.Run(model_, task);
    if (execution.outcome != Outcome::kPass) return Failure{execution.outcome, std::move(execution.message)};
    steps_ = std::move(execution.cases.front().steps);
    if (!Covers())
      return Failure{Outcome::kCrashed,
                     StrCat(execution.build, ": it consumed other tokens than it was given")};
  }
  *last = steps_[tokens_.size() - 1];
  return std::nullopt;
}

}  // namespace atome::harness
