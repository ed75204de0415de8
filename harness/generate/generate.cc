#include "harness/generate/generate.h"

#include <algorithm>
#include <memory>
#include <span>

#include "harness/base/text.h"

namespace atome::harness {
namespace {

// A sampler leaves a run in an emulator after some tokens; what the run computed behind that is lost.
constexpr uint32_t kAheadOfSampler = 8;

class Mean {
 public:
  void Add(const std::optional<uint64_t>& value) {
    complete_ = complete_ && value;
    sum_ += value.value_or(0);
    ++count_;
  }
  std::optional<double> Get() const {
    if (!complete_ || count_ == 0) return std::nullopt;
    return static_cast<double>(sum_) / static_cast<double>(count_);
  }

 private:
  bool complete_ = true;
  uint64_t sum_ = 0, count_ = 0;
};

}  // namespace

Generated Generate(const Runner& runner, const Model& model, const GenerateTask& task,
                   const std::function<bool(uint32_t token)>& take) {
  Generated result;
  Sampler sampler(task.sampling);
  const bool greedy = task.sampling.temperature == 0;
  const std::unique_ptr<Decoder> decoder =
      runner.Decode(model, task.variant, greedy ? task.steps : std::min(task.steps, kAheadOfSampler));
  Mean cycles, instructions;
  std::vector<uint32_t> consumed = task.prompt;
  while (result.tokens < task.steps) {
    Step step;
    if (std::optional<Decoder::Failure> failure = decoder->Consume(consumed, &step)) {
      result.outcome = failure->outcome;
      result.message = std::move(failure->message);
      break;
    }
    cycles.Add(step.cycles);
    instructions.Add(step.instructions);
    const std::optional<uint32_t> token = sampler.Next(step.logits);
    if (!token) {
      result.outcome = Outcome::kMismatch;
      result.message = StrCat(model.path, ": a logit behind token ", task.prompt.size() + result.tokens,
                              " is not finite; atome logits prints them");
      break;
    }
    ++result.tokens;
    if (!take(*token)) break;
    consumed = {*token};
  }
  result.cycles_per_token = cycles.Get();
  result.instructions_per_token = instructions.Get();
  return result;
}

}  // namespace atome::harness
