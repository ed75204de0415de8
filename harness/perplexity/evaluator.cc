#include "harness/perplexity/evaluator.h"

#include <bit>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <vector>

#include "engine/atome_plain.h"
#include "engine/atome_q15.h"
#include "engine/host/host_engine.h"
#include "harness/base/text.h"

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

// What an engine works in, where its caller must give it.
class Memory {
 public:
  explicit Memory(size_t bytes) : words_(bytes / sizeof(std::max_align_t) + 1) {}
  void* data() { return words_.data(); }
  size_t bytes() const { return words_.size() * sizeof(std::max_align_t); }

 private:
  static_assert(alignof(std::max_align_t) >= ATOME_ALIGNMENT);
  std::vector<std::max_align_t> words_;
};

class PlainEvaluator final : public Evaluator {
 public:
  PlainEvaluator(const Model& model, size_t state_bytes)
      : memory_(state_bytes), vocab_size_(model.config.vocab_size) {}

  atome_status Open(const Model& model, atome_location* where) {
    const atome_plain_config config = model.config.Plain();
    return atome_plain_open(&config, model.bytes.data(), model.bytes.size(), memory_.data(), memory_.bytes(),
                            &engine_, where);
  }
  void Reset() override { atome_plain_reset(engine_); }
  std::optional<Refusal> Evaluate(std::span<const uint32_t> tokens, float* logits) override {
    for (size_t t = 0; t < tokens.size(); ++t, logits += vocab_size_) {
      const atome_status status = atome_plain_step(engine_, tokens[t], logits);
      if (status != ATOME_OK) return Refusal{t, atome_status_text(status)};
    }
    return std::nullopt;
  }

 private:
  Memory memory_;
  size_t vocab_size_;
  atome_plain_engine* engine_ = nullptr;
};

class Q15Evaluator final : public Evaluator {
 public:
  Q15Evaluator(const Model& model, size_t state_bytes)
      : memory_(state_bytes), integers_(model.config.vocab_size) {}

  atome_status Open(const Model& model, int cache_bits, atome_location* where) {
    const atome_config config = model.config.Ternary();
    return atome_q15_open(&config, cache_bits, model.bytes.data(), model.bytes.size(), memory_.data(),
                          memory_.bytes(), &engine_, where);
  }
  void Reset() override { atome_q15_reset(engine_); }
  std::optional<Refusal> Evaluate(std::span<const uint32_t> tokens, float* logits) override {
    for (size_t t = 0; t < tokens.size(); ++t) {
      const atome_status status = atome_q15_step(engine_, tokens[t], integers_.data());
      if (status != ATOME_OK) return Refusal{t, atome_status_text(status)};
      for (const int32_t logit : integers_)
        *logits++ = std::bit_cast<float>(atome_q15_logit_bits(engine_, logit));
    }
    return std::nullopt;
  }

 private:
  Memory memory_;
  std::vector<int32_t> integers_;
  atome_q15_engine* engine_ = nullptr;
};

Error OpenError(const Model& model, atome_status status, const atome_location& where) {
  if (status == ATOME_ERROR_CONFIG)
    return Bad(StrCat(model.path, ": ", atome_status_text(status), ": ", ConfigToString(model.config)));
  return Bad(DescribeOpenError(model, status, where));
}

Result<std::unique_ptr<Evaluator>> Make(const Model& model, Variant variant) {
  atome_location where{};
  if (variant == Variant::kF32) {
    std::unique_ptr<host::HostEngine> engine;
    const auto* bytes = reinterpret_cast<const uint8_t*>(model.bytes.data());
    const atome_status status =
        host::HostEngine::Open(model.config.Ternary(), {bytes, model.bytes.size()}, &engine, &where);
    if (status != ATOME_OK) return OpenError(model, status, where);
    return std::unique_ptr<Evaluator>(std::make_unique<HostEvaluator>(std::move(engine)));
  }
  size_t state_bytes = 0;
  if (variant == Variant::kPlain) {
    const atome_plain_config config = model.config.Plain();
    atome_status status = atome_plain_state_bytes(&config, &state_bytes);
    if (status != ATOME_OK) return OpenError(model, status, where);
    auto evaluator = std::make_unique<PlainEvaluator>(model, state_bytes);
    status = evaluator->Open(model, &where);
    if (status != ATOME_OK) return OpenError(model, status, where);
    return std::unique_ptr<Evaluator>(std::move(evaluator));
  }
  const int cache_bits = variant == Variant::kQ15 ? 16 : 8;
  const atome_config config = model.config.Ternary();
  atome_status status = atome_q15_state_bytes(&config, cache_bits, &state_bytes);
  if (status != ATOME_OK) return OpenError(model, status, where);
  auto evaluator = std::make_unique<Q15Evaluator>(model, state_bytes);
  status = evaluator->Open(model, cache_bits, &where);
  if (status != ATOME_OK) return OpenError(model, status, where);
  return std::unique_ptr<Evaluator>(std::move(evaluator));
}

}  // namespace

Result<std::unique_ptr<Evaluator>> MakeEvaluator(const Model& model, Variant variant) {
  try {
    return Make(model, variant);
  } catch (const std::bad_alloc&) {
    return Bad(StrCat(model.path, ": this host has not the memory that ", ConfigToString(model.config),
                      " needs; check --config, or give a smaller --max-seq"));
  }
}

}  // namespace atome::harness
