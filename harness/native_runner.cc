#include "harness/native_runner.h"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "harness/text.h"

namespace atome::harness {
namespace {

void KeepTap(void* context, atome_op op, int layer, const float* values, uint32_t count) {
  if (op == ATOME_OP_LOGITS) return;
  static_cast<Step*>(context)->taps.push_back({op, layer, {values, values + count}});
}

// One prompt and its continuation on an engine that was just reset.
atome_status RunCase(atome_engine* engine, uint32_t vocab_size, const std::vector<uint32_t>& prompt,
                     const Task& task, CaseExecution* out) {
  uint32_t token = prompt[0];
  for (size_t position = 0;; ++position) {
    Step& step = out->steps.emplace_back();
    step.token = token;
    step.logits.resize(vocab_size);
    if (task.taps) atome_set_tap(engine, KeepTap, &step);
    const atome_status status = atome_step(engine, token, step.logits.data());
    if (status != ATOME_OK) return status;
    if (position + 1 < prompt.size()) {
      token = prompt[position + 1];
      continue;
    }
    token = atome_argmax(step.logits.data(), vocab_size);
    out->generated.push_back(token);
    if (out->generated.size() == task.generate) return ATOME_OK;
  }
}

}  // namespace

Execution NativeRunner::Run(const Model& model, const Task& task) const {
  Execution result;
  result.build = "library";
  result.status = ExecutionStatus::kRefused;
  size_t state_bytes = 0;
  atome_status status = atome_state_bytes(&model.config, &state_bytes);
  if (status != ATOME_OK) {
    result.message = StrCat(model.path, ": ", atome_status_text(status), ": ", ConfigToString(model.config));
    return result;
  }
  result.state_bytes = state_bytes;

  // Not touched before the file is known to be good, so that a wrong configuration costs no memory.
  const std::unique_ptr<void, decltype(&std::free)> memory(std::calloc(1, state_bytes), &std::free);
  if (memory == nullptr) {
    result.message =
        StrCat(model.path, ": this host has not the ", state_bytes, " bytes of memory that ",
               ConfigToString(model.config), " needs; check --config, or give a smaller max_seq");
    return result;
  }
  atome_engine* engine = nullptr;
  atome_location where{};
  status = atome_open(&model.config, model.bytes.data(), model.bytes.size(), memory.get(), state_bytes,
                      &engine, &where);
  if (status != ATOME_OK) {
    result.message = DescribeOpenError(model, status, where);
    return result;
  }
  for (const std::vector<uint32_t>& prompt : task.prompts) {
    atome_reset(engine);
    status = RunCase(engine, model.config.vocab_size, prompt, task, &result.cases.emplace_back());
    if (status != ATOME_OK) {
      if (status == ATOME_ERROR_NON_FINITE) result.status = ExecutionStatus::kFailed;
      result.message = StrCat(model.path, ": ", atome_status_text(status), result.Place());
      return result;
    }
  }
  result.status = ExecutionStatus::kComplete;
  return result;
}

}  // namespace atome::harness
