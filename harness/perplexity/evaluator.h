// An engine as perplexity sees it: the logits of a run of tokens. One implementation an engine.
#ifndef ATOME_HARNESS_PERPLEXITY_EVALUATOR_H_
#define ATOME_HARNESS_PERPLEXITY_EVALUATOR_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "harness/base/result.h"
#include "harness/model/model.h"
#include "harness/run/engine_runner.h"
#include "harness/run/execution.h"

namespace atome::harness {

// Not thread-safe; evaluators share nothing but the model, so threads may each have their own.
class Evaluator {
 public:
  // At a token the engine refused to go on.
  struct Refusal {
    size_t token;  // index in the call's tokens
    std::string what;
  };

  virtual ~Evaluator() = default;

  // Back to a fresh state; a new evaluator has one.
  virtual void Reset() = 0;

  // Consumes the tokens, each below the vocabulary; the state carries over from call to call. `logits` is
  // [tokens.size()][V]: what predicts the token after each. Fastest with kRun tokens.
  virtual std::optional<Refusal> Evaluate(std::span<const uint32_t> tokens, float* logits) = 0;

  static constexpr size_t kRun = 64;
};

// Whether the engine for hosts has this variant.
bool HasHostEngine(Variant variant);

// The engine for hosts where it has the variant, else the freestanding one. `model` must outlive the
// evaluator. The error names the file and what is wrong with it, or the memory that is not there.
Result<std::unique_ptr<Evaluator>> MakeEvaluator(const Model& model, Variant variant);

// Of an engine that is not ours, which is asked for the whole sequence at each call; all three must outlive
// the evaluator.
std::unique_ptr<Evaluator> MakeEngineEvaluator(const EngineRunner& engine, const Model& model,
                                               Variant variant);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_PERPLEXITY_EVALUATOR_H_
