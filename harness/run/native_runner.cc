#include "harness/run/native_runner.h"

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "engine/atome_plain.h"
#include "engine/atome_q15.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

void KeepTap(void* context, atome_op op, int layer, const float* values, uint32_t count) {
  if (op == ATOME_OP_LOGITS) return;
  static_cast<Step*>(context)->taps.push_back({op, layer, {values, values + count}});
}

// The C API of a variant, behind one set of names.
struct F32 {
  atome_status StateBytes(const ModelConfig& config, size_t* bytes) {
    const atome_config ternary = config.Ternary();
    return atome_state_bytes(&ternary, bytes);
  }
  atome_status Open(const Model& model, void* memory, size_t bytes, atome_location* where) {
    const atome_config ternary = model.config.Ternary();
    return atome_open(&ternary, model.bytes.data(), model.bytes.size(), memory, bytes, &engine, where);
  }
  void Reset() { atome_reset(engine); }
  void SetTap(void* context) { atome_set_tap(engine, KeepTap, context); }
  atome_status Run(uint32_t token, std::vector<float>* logits, uint32_t* best) {
    const atome_status status = atome_step(engine, token, logits->data());
    *best = atome_argmax(logits->data(), static_cast<uint32_t>(logits->size()));
    return status;
  }

  atome_engine* engine = nullptr;
};

struct Q15 {
  atome_status StateBytes(const ModelConfig& config, size_t* bytes) {
    const atome_config ternary = config.Ternary();
    return atome_q15_state_bytes(&ternary, cache_bits, bytes);
  }
  atome_status Open(const Model& model, void* memory, size_t bytes, atome_location* where) {
    const atome_config ternary = model.config.Ternary();
    return atome_q15_open(&ternary, cache_bits, model.bytes.data(), model.bytes.size(), memory, bytes,
                          &engine, where);
  }
  void Reset() { atome_q15_reset(engine); }
  void SetTap(void* context) { atome_q15_set_tap(engine, KeepTap, context); }
  atome_status Run(uint32_t token, std::vector<float>* logits, uint32_t* best) {
    integers.resize(logits->size());
    const atome_status status = atome_q15_step(engine, token, integers.data());
    *best = atome_q15_argmax(integers.data(), static_cast<uint32_t>(integers.size()));
    for (size_t i = 0; i < integers.size(); ++i) {
      (*logits)[i] = std::bit_cast<float>(atome_q15_logit_bits(engine, integers[i]));
    }
    return status;
  }

  int cache_bits;
  atome_q15_engine* engine = nullptr;
  std::vector<int32_t> integers;
};

struct Plain {
  atome_status StateBytes(const ModelConfig& config, size_t* bytes) {
    const atome_plain_config plain = config.Plain();
    return atome_plain_state_bytes(&plain, bytes);
  }
  atome_status Open(const Model& model, void* memory, size_t bytes, atome_location* where) {
    const atome_plain_config plain = model.config.Plain();
    return atome_plain_open(&plain, model.bytes.data(), model.bytes.size(), memory, bytes, &engine, where);
  }
  void Reset() { atome_plain_reset(engine); }
  void SetTap(void* context) { atome_plain_set_tap(engine, KeepTap, context); }
  atome_status Run(uint32_t token, std::vector<float>* logits, uint32_t* best) {
    const atome_status status = atome_plain_step(engine, token, logits->data());
    *best = atome_plain_argmax(logits->data(), static_cast<uint32_t>(logits->size()));
    return status;
  }

  atome_plain_engine* engine = nullptr;
};

// One prompt and its continuation on an engine that was just reset.
template <class Engine>
atome_status RunCase(Engine& engine, uint32_t vocab_size, const std::vector<uint32_t>& prompt,
                     const Task& task, CaseExecution* out) {
  uint32_t token = prompt[0];
  for (size_t position = 0;; ++position) {
    Step& step = out->steps.emplace_back();
    step.token = token;
    step.logits.resize(vocab_size);
    if (task.taps) engine.SetTap(&step);
    uint32_t best = 0;
    const atome_status status = engine.Run(token, &step.logits, &best);
    if (status != ATOME_OK) return status;
    if (position + 1 < prompt.size()) {
      token = prompt[position + 1];
      continue;
    }
    token = best;
    out->generated.push_back(token);
    if (out->generated.size() == task.generate) return ATOME_OK;
  }
}

template <class Engine>
Execution RunOn(Engine engine, const Model& model, const Task& task) {
  Execution result;
  result.build = "library";
  result.status = ExecutionStatus::kRefused;
  size_t state_bytes = 0;
  atome_status status = engine.StateBytes(model.config, &state_bytes);
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
  atome_location where{};
  status = engine.Open(model, memory.get(), state_bytes, &where);
  if (status != ATOME_OK) {
    result.message = DescribeOpenError(model, status, where);
    return result;
  }
  for (const std::vector<uint32_t>& prompt : task.prompts) {
    engine.Reset();
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

}  // namespace

Execution NativeRunner::Run(const Model& model, const Task& task) const {
  switch (task.variant) {
    case Variant::kQ15:
      return RunOn(Q15{.cache_bits = 16, .integers = {}}, model, task);
    case Variant::kQ15Kv8:
      return RunOn(Q15{.cache_bits = 8, .integers = {}}, model, task);
    case Variant::kPlain:
      return RunOn(Plain{}, model, task);
    default:
      return RunOn(F32{}, model, task);
  }
}

}  // namespace atome::harness
