#include "harness/run/native_runner.h"

#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/base/text.h"
#include "harness/model/variant_engine.h"

namespace atome::harness {
namespace {

void KeepTap(void* context, atome_op op, int layer, const float* values, uint32_t count) {
  if (op == ATOME_OP_LOGITS) return;
  static_cast<Step*>(context)->taps.push_back({op, layer, {values, values + count}});
}

// Runs one prompt and its continuation on an engine that was just reset.
atome_status RunCase(VariantEngine& engine, uint32_t vocab_size, const std::vector<uint32_t>& prompt,
                     const Task& task, CaseExecution* out) {
  uint32_t token = prompt[0];
  for (size_t position = 0;; ++position) {
    Step& step = out->steps.emplace_back();
    step.token = token;
    step.logits.resize(vocab_size);
    if (task.taps) engine.SetTap(KeepTap, &step);
    const atome_status status = engine.Step(token, step.logits.data());
    if (status != ATOME_OK) return status;
    if (position + 1 < prompt.size()) {
      token = prompt[position + 1];
      continue;
    }
    token = engine.Best();
    out->generated.push_back(token);
    if (out->generated.size() == task.generate) return ATOME_OK;
  }
}

// An engine that is open, or why it is not.
struct Opened {
  std::unique_ptr<VariantEngine> engine;
  std::optional<uint64_t> state_bytes;
  std::string failure;
};

Opened Open(const Model& model, Variant variant) {
  Opened opened;
  opened.engine = MakeVariantEngine(model, variant);
  size_t state_bytes = 0;
  atome_status status = opened.engine->StateBytes(&state_bytes);
  if (status != ATOME_OK) {
    opened.failure = StrCat(model.path, ": ", atome_status_text(status), ": ", ConfigToString(model.config));
    return opened;
  }
  opened.state_bytes = state_bytes;
  atome_location where{};
  try {
    status = opened.engine->Open(&where);
    if (status != ATOME_OK) opened.failure = DescribeOpenError(model, status, where);
  } catch (const std::bad_alloc&) {
    opened.failure =
        StrCat(model.path, ": this host lacks the ", state_bytes, " bytes of memory that ",
               ConfigToString(model.config), " needs; check --config, or give a smaller max_seq");
  }
  return opened;
}

class NativeDecoder final : public Decoder {
 public:
  NativeDecoder(const Model& model, Variant variant) : model_(model), opened_(Open(model, variant)) {}

  std::optional<Failure> Consume(std::span<const uint32_t> tokens, Step* last) override {
    if (!opened_.failure.empty()) return Failure{Outcome::kError, opened_.failure};
    last->logits.resize(model_.config.vocab_size);
    for (const uint32_t token : tokens) {
      last->token = token;
      const atome_status status = opened_.engine->Step(token, last->logits.data());
      if (status != ATOME_OK) return RefusedStep(model_, status, position_);
      ++position_;
    }
    return std::nullopt;
  }

 private:
  const Model& model_;
  Opened opened_;
  uint64_t position_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> NativeRunner::Decode(const Model& model, Variant variant, uint32_t) const {
  return std::make_unique<NativeDecoder>(model, variant);
}

Execution NativeRunner::Run(const Model& model, const Task& task) const {
  Execution result;
  result.build = "library";
  result.outcome = Outcome::kError;
  const Opened opened = Open(model, task.variant);
  result.state_bytes = opened.state_bytes;
  if (!opened.failure.empty()) {
    result.message = opened.failure;
    return result;
  }
  for (const std::vector<uint32_t>& prompt : task.prompts) {
    opened.engine->Reset();
    const atome_status status =
        RunCase(*opened.engine, model.config.vocab_size, prompt, task, &result.cases.emplace_back());
    if (status != ATOME_OK) {
      if (status == ATOME_ERROR_NON_FINITE) result.outcome = Outcome::kMismatch;
      result.message = StrCat(model.path, ": ", atome_status_text(status), result.Place());
      return result;
    }
  }
  result.outcome = Outcome::kPass;
  return result;
}

}  // namespace atome::harness
