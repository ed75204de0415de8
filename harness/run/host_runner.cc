#include "harness/run/host_runner.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/host/host_engine.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

using host::HostEngine;

// Runs one prompt and its continuation on an engine that was just reset. Stops after a step that fails, as
// NativeRunner does.
atome_status RunCase(HostEngine* engine, uint32_t vocab_size, const std::vector<uint32_t>& prompt,
                     const Task& task, CaseExecution* out) {
  const auto add_step = [&](uint32_t token, const float* logits) {
    Step& step = out->steps.emplace_back();
    step.token = token;
    step.logits.assign(logits, logits + vocab_size);
  };
  std::vector<float> logits(prompt.size() * vocab_size);
  atome_status status = engine->Evaluate(prompt, logits.data());
  const size_t failed = status == ATOME_OK ? 0 : 1;
  const size_t consumed = std::min<size_t>(prompt.size(), engine->position() + failed);
  for (size_t t = 0; t < consumed; ++t) add_step(prompt[t], logits.data() + t * vocab_size);

  while (status == ATOME_OK) {
    const uint32_t token = atome_argmax(out->steps.back().logits.data(), vocab_size);
    out->generated.push_back(token);
    if (out->generated.size() == task.generate) return ATOME_OK;
    status = engine->Step(token, logits.data());
    add_step(token, logits.data());
  }
  return status;
}

// An engine that is open, or why it is not.
struct Opened {
  std::unique_ptr<HostEngine> engine;
  std::string failure;
};

std::string LacksMemory(const Model& model) {
  return StrCat(model.path, ": this host lacks the memory that ", ConfigToString(model.config),
                " needs; check --config, or give a smaller max_seq");
}

// Throws std::bad_alloc.
Opened Open(const Model& model, Variant variant) {
  Opened opened;
  if (variant != Variant::kF32) {
    opened.failure = StrCat("host-simd has no engine of variant ", VariantName(variant),
                            ", only of f32; name another core, such as host");
    return opened;
  }
  const auto* bytes = reinterpret_cast<const uint8_t*>(model.bytes.data());
  atome_location where{};
  const atome_status status =
      HostEngine::Open(model.config.Ternary(), {bytes, model.bytes.size()}, &opened.engine, &where);
  if (status != ATOME_OK) {
    opened.failure = status == ATOME_ERROR_CONFIG ? StrCat(model.path, ": ", atome_status_text(status), ": ",
                                                           ConfigToString(model.config))
                                                  : DescribeOpenError(model, status, where);
  }
  return opened;
}

class HostDecoder final : public Decoder {
 public:
  HostDecoder(const Model& model, Variant variant) : model_(model) {
    try {
      opened_ = Open(model, variant);
    } catch (const std::bad_alloc&) {
      opened_.failure = LacksMemory(model);
    }
  }

  std::optional<Failure> Consume(std::span<const uint32_t> tokens, Step* last) override {
    if (!opened_.failure.empty()) return Failure{Outcome::kError, opened_.failure};
    last->token = tokens.back();
    last->logits.resize(model_.config.vocab_size);
    atome_status status = opened_.engine->Evaluate(tokens.first(tokens.size() - 1), nullptr);
    if (status == ATOME_OK) status = opened_.engine->Step(tokens.back(), last->logits.data());
    if (status != ATOME_OK) return RefusedStep(model_, status, opened_.engine->position());
    return std::nullopt;
  }

 private:
  const Model& model_;
  Opened opened_;
};

}  // namespace

std::unique_ptr<Decoder> HostRunner::Decode(const Model& model, Variant variant, uint32_t) const {
  return std::make_unique<HostDecoder>(model, variant);
}

HostRunner::HostRunner()
    : note_(StrCat(HostEngine::Target(), "; no taps; state includes the expanded model")) {}

Execution HostRunner::Run(const Model& model, const Task& task) const {
  Execution result;
  result.build = "library";
  result.no_taps = "the engine for hosts has no taps";
  result.outcome = Outcome::kError;
  try {
    const Opened opened = Open(model, task.variant);
    if (!opened.failure.empty()) {
      result.message = opened.failure;
      return result;
    }
    result.state_bytes = opened.engine->memory_bytes();
    for (const std::vector<uint32_t>& prompt : task.prompts) {
      opened.engine->Reset();
      const atome_status status =
          RunCase(opened.engine.get(), model.config.vocab_size, prompt, task, &result.cases.emplace_back());
      if (status != ATOME_OK) {
        if (status == ATOME_ERROR_NON_FINITE) result.outcome = Outcome::kMismatch;
        result.message = StrCat(model.path, ": ", atome_status_text(status), result.Place());
        return result;
      }
    }
    result.outcome = Outcome::kPass;
  } catch (const std::bad_alloc&) {
    result.message = LacksMemory(model);
  }
  return result;
}

}  // namespace atome::harness
