#include "harness/run/native_runner.h"

#include <cstdint>
#include <memory>
#include <new>
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

}  // namespace

Execution NativeRunner::Run(const Model& model, const Task& task) const {
  Execution result;
  result.build = "library";
  result.outcome = Outcome::kError;
  size_t state_bytes = 0;
  const std::unique_ptr<VariantEngine> engine = MakeVariantEngine(model, task.variant);
  atome_status status = engine->StateBytes(&state_bytes);
  if (status != ATOME_OK) {
    result.message = StrCat(model.path, ": ", atome_status_text(status), ": ", ConfigToString(model.config));
    return result;
  }
  result.state_bytes = state_bytes;

  atome_location where{};
  try {
    status = engine->Open(&where);
  } catch (const std::bad_alloc&) {
    result.message =
        StrCat(model.path, ": this host lacks the ", state_bytes, " bytes of memory that ",
               ConfigToString(model.config), " needs; check --config, or give a smaller max_seq");
    return result;
  }
  if (status != ATOME_OK) {
    result.message = DescribeOpenError(model, status, where);
    return result;
  }
  for (const std::vector<uint32_t>& prompt : task.prompts) {
    engine->Reset();
    status = RunCase(*engine, model.config.vocab_size, prompt, task, &result.cases.emplace_back());
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
