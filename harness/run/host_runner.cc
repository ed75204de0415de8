#include "harness/run/host_runner.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
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

}  // namespace

HostRunner::HostRunner()
    : note_(StrCat(HostEngine::Target(), "; no taps; state includes the expanded model")) {}

Execution HostRunner::Run(const Model& model, const Task& task) const {
  Execution result;
  result.build = "library";
  result.no_taps = "the engine for hosts has no taps";
  result.outcome = Outcome::kError;
  if (!Knows(task.variant)) {
    result.message = StrCat("host-simd has no engine of variant ", VariantName(task.variant),
                            ", only of f32; name another core, such as host");
    return result;
  }
  try {
    const auto* bytes = reinterpret_cast<const uint8_t*>(model.bytes.data());
    std::unique_ptr<HostEngine> engine;
    atome_location where{};
    atome_status status =
        HostEngine::Open(model.config.Ternary(), {bytes, model.bytes.size()}, &engine, &where);
    if (status != ATOME_OK) {
      result.message = status == ATOME_ERROR_CONFIG ? StrCat(model.path, ": ", atome_status_text(status),
                                                             ": ", ConfigToString(model.config))
                                                    : DescribeOpenError(model, status, where);
      return result;
    }
    result.state_bytes = engine->memory_bytes();
    for (const std::vector<uint32_t>& prompt : task.prompts) {
      engine->Reset();
      status = RunCase(engine.get(), model.config.vocab_size, prompt, task, &result.cases.emplace_back());
      if (status != ATOME_OK) {
        if (status == ATOME_ERROR_NON_FINITE) result.outcome = Outcome::kMismatch;
        result.message = StrCat(model.path, ": ", atome_status_text(status), result.Place());
        return result;
      }
    }
    result.outcome = Outcome::kPass;
  } catch (const std::bad_alloc&) {
    result.message = StrCat(model.path, ": this host lacks the memory that ", ConfigToString(model.config),
                            " needs; check --config, or give a smaller max_seq");
  }
  return result;
}

}  // namespace atome::harness
