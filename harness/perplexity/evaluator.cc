#include "harness/perplexity/evaluator.h"

#include <algorithm>
#include <cstddef>
#include <new>
#include <utility>
#include <vector>

#include "engine/host/host_engine.h"
#include "harness/base/text.h"
#include "harness/model/variant_engine.h"

namespace atome::harness {
namespace {

class HostEvaluator final : public Evaluator {
 public:
  explicit HostEvaluator(std::unique_ptr<host::HostEngine> engine) : engine_(std::move(engine)) {}

  void Reset() override { engine_->Reset(); }
  std::optional<Refusal> Evaluate(std::span<const uint32_t> tokens, float* logits) override {
    const uint64_t before = engine_->position();
    const atome_status status = engine_->Evaluate(tokens, logits);
    if (status == ATOME_OK) return std::nullopt;
    return Refusal{engine_->position() - before, atome_status_text(status)};
  }

 private:
  std::unique_ptr<host::HostEngine> engine_;
};

// A token at a time.
class StepEvaluator final : public Evaluator {
 public:
  StepEvaluator(std::unique_ptr<VariantEngine> engine, size_t vocab_size)
      : engine_(std::move(engine)), vocab_size_(vocab_size) {}

  void Reset() override { engine_->Reset(); }
  std::optional<Refusal> Evaluate(std::span<const uint32_t> tokens, float* logits) override {
    for (size_t t = 0; t < tokens.size(); ++t, logits += vocab_size_) {
      const atome_status status = engine_->Step(tokens[t], logits);
      if (status != ATOME_OK) return Refusal{t, atome_status_text(status)};
    }
    return std::nullopt;
  }

 private:
  std::unique_ptr<VariantEngine> engine_;
  size_t vocab_size_;
};

class EngineEvaluator final : public Evaluator {
 public:
  EngineEvaluator(const EngineRunner& engine, const Model& model, Variant variant)
      : engine_(engine), model_(model), variant_(variant) {}

  void Reset() override { tokens_.clear(); }
  std::optional<Refusal> Evaluate(std::span<const uint32_t> tokens, float* logits) override {
    const size_t before = tokens_.size();
    tokens_.insert(tokens_.end(), tokens.begin(), tokens.end());
    const Execution execution = engine_.Run(model_, {{tokens_}, 1, false, variant_});
    if (execution.outcome != Outcome::kPass) return Refusal{0, execution.message};
    for (size_t t = before; t < tokens_.size(); ++t) {
      const std::vector<float>& row = execution.cases.front().steps[t].logits;
      logits = std::copy(row.begin(), row.end(), logits);
    }
    return std::nullopt;
  }

 private:
  const EngineRunner& engine_;
  const Model& model_;
  Variant variant_;
  std::vector<uint32_t> tokens_;  // since the last reset
};

Error OpenError(const Model& model, atome_status status, const atome_location& where) {
  if (status == ATOME_ERROR_CONFIG)
    return Bad(StrCat(model.path, ": ", atome_status_text(status), ": ", ConfigToString(model.config)));
  return Bad(DescribeOpenError(model, status, where));
}

Result<std::unique_ptr<Evaluator>> Make(const Model& model, Variant variant) {
  atome_location where{};
  if (HasHostEngine(variant)) {
    std::unique_ptr<host::HostEngine> engine;
    const std::span bytes(reinterpret_cast<const uint8_t*>(model.bytes.data()), model.bytes.size());
    const atome_config config = model.config.Ternary();
    const atome_status status =
        variant == Variant::kF32
            ? host::HostEngine::Open(config, bytes, &engine, &where)
            : host::HostEngine::OpenQ15(config, variant == Variant::kQ15 ? 16 : 8, bytes, &engine, &where);
    if (status != ATOME_OK) return OpenError(model, status, where);
    return std::unique_ptr<Evaluator>(std::make_unique<HostEvaluator>(std::move(engine)));
  }
  std::unique_ptr<VariantEngine> engine = MakeVariantEngine(model, variant);
  const atome_status status = engine->Open(&where);
  if (status != ATOME_OK) return OpenError(model, status, where);
  return std::unique_ptr<Evaluator>(
      std::make_unique<StepEvaluator>(std::move(engine), model.config.vocab_size));
}

}  // namespace

bool HasHostEngine(Variant variant) {
  return variant == Variant::kF32 || variant == Variant::kQ15 || variant == Variant::kQ15Kv8;
}

Result<std::unique_ptr<Evaluator>> MakeEvaluator(const Model& model, Variant variant) {
  try {
    return Make(model, variant);
  } catch (const std::bad_alloc&) {
    return Bad(StrCat(model.path, ": this host has not the memory that ", ConfigToString(model.config),
                      " needs; check --config, or give a smaller --max-seq"));
  }
}

std::unique_ptr<Evaluator> MakeEngineEvaluator(const EngineRunner& engine, const Model& model,
                                               Variant variant) {
  return std::make_unique<EngineEvaluator>(engine, model, variant);
}

}  // namespace atome::harness
