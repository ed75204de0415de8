// Tokens a second of the engine for hosts beside the freestanding one, on random weights of the two published
// shapes, and of a single stream that did nothing but read the weights. Compare ratios within one run; the
// host is noisy.
#include <benchmark/benchmark.h>
#include <hwy/targets.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/atome_q15.h"
#include "engine/host/host_engine.h"
#include "engine/host/internal/host_model.h"
#include "engine/host/internal/kernels.h"
#include "engine/testing/columns_builder.h"
#include "engine/testing/engine_owner.h"
#include "engine/testing/model_builder.h"

namespace {

using atome::host::HostEngine;
using atome::testing::PackedModel;

constexpr atome_config kConfigs[] = {{256, 64, 4, 16, 5, 4, 64}, {256, 256, 8, 64, 5, 4, 64}};

// In ATOME03, whose products the freestanding engine does fastest.
PackedModel MakeModel(int64_t thousands) {
  return atome::testing::PackColumns(atome::testing::RandomModel(kConfigs[thousands == 60 ? 0 : 1], 1));
}

// Greedy decoding, positions 0 to 63 in turn.
template <class Step, class Reset>
void Decode(benchmark::State& state, uint32_t vocab, const Step& step, const Reset& reset) {
  std::vector<float> logits(vocab);
  uint32_t token = 79, position = 0;
  for (auto _ : state) {
    if (position++ % 64 == 0) reset();
    if (step(token, logits.data()) != ATOME_OK) state.SkipWithError("a step failed");
    token = atome_argmax(logits.data(), vocab);
  }
  state.SetItemsProcessed(state.iterations());
}

void BM_Scalar(benchmark::State& state) {
  atome::testing::EngineOwner owner(MakeModel(state.range(0)));
  Decode(
      state, 256, [&](uint32_t token, float* logits) { return atome_step(owner.get(), token, logits); },
      [&] { atome_reset(owner.get()); });
}
BENCHMARK(BM_Scalar)->ArgName("thousands")->Arg(60)->Arg(944);

void BM_ScalarQ15(benchmark::State& state) {
  const PackedModel model = MakeModel(state.range(0));
  size_t bytes = 0;
  atome_q15_state_bytes(&model.config, 16, &bytes);
  std::vector<uint64_t> memory(bytes / 8 + 1);
  atome_q15_engine* engine = nullptr;
  atome_q15_open(&model.config, 16, model.file.data(), model.file.size(), memory.data(), bytes, &engine,
                 nullptr);
  std::vector<int32_t> sums(256);
  Decode(
      state, 256,
      [&](uint32_t token, float* logits) {
        const atome_status status = atome_q15_step(engine, token, sums.data());
        std::copy(sums.begin(), sums.end(), logits);
        return status;
      },
      [&] { atome_q15_reset(engine); });
}
BENCHMARK(BM_ScalarQ15)->ArgName("thousands")->Arg(60)->Arg(944);

#if defined(__x86_64__)
__attribute__((target_clones("avx512f", "avx2", "default")))
#endif
uint64_t
Sum(const uint64_t* values, size_t count) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; ++i) sum += values[i];
  return sum;
}

// Reads as many bytes as a step reads of expanded weights, again and again, as decoding does: from
// whatever cache holds them. No step by these bytes can be faster.
void BM_Floor(benchmark::State& state) {
  const PackedModel packed = MakeModel(state.range(0));
  const atome::host::HostModel model(packed.config, packed.file);
  size_t bytes = model.unembed.tiles.bytes();
  for (const atome::host::HostLayer& layer : model.layers) bytes += layer.projections.tiles.bytes();
  const std::vector<uint64_t> weights(bytes / sizeof(uint64_t), 1);
  for (auto _ : state) benchmark::DoNotOptimize(Sum(weights.data(), weights.size()));
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes));
}
BENCHMARK(BM_Floor)->ArgName("thousands")->Arg(60)->Arg(944);

std::unique_ptr<HostEngine> Open(int64_t thousands, int cache_bits = 0) {
  const PackedModel model = MakeModel(thousands);
  std::unique_ptr<HostEngine> engine;
  if (cache_bits == 0) {
    HostEngine::Open(model.config, model.file, &engine, nullptr);
  } else {
    HostEngine::OpenQ15(model.config, cache_bits, model.file, &engine, nullptr);
  }
  return engine;
}

// Uses one set of instructions until it goes out of scope.
class Only {
 public:
  explicit Only(int64_t target) { hwy::SetSupportedTargetsForTest(target); }
  ~Only() { hwy::SetSupportedTargetsForTest(0); }
};

void HostStep(benchmark::State& state, int64_t target, int64_t thousands, int cache_bits) {
  const Only only(target);
  const std::unique_ptr<HostEngine> engine = Open(thousands, cache_bits);
  Decode(
      state, 256, [&](uint32_t token, float* logits) { return engine->Step(token, logits); },
      [&] { engine->Reset(); });
}

// Texts of 64 tokens, as perplexity takes them: logits of every position.
void HostEvaluate(benchmark::State& state, int64_t target, int64_t thousands, int cache_bits) {
  const Only only(target);
  const std::unique_ptr<HostEngine> engine = Open(thousands, cache_bits);
  const std::vector<uint32_t> tokens = atome::testing::RandomTokens(kConfigs[0], 64, 1);
  std::vector<float> logits(tokens.size() * 256);
  for (auto _ : state) {
    engine->Reset();
    if (engine->Evaluate(tokens, logits.data()) != ATOME_OK) state.SkipWithError("an evaluation failed");
    benchmark::DoNotOptimize(logits.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(tokens.size()));
}

// A row for each set of instructions that this processor has, best first.
[[maybe_unused]] const bool kRegistered = [] {
  for (int64_t thousands : {60, 944}) {
    for (int64_t target : atome::host::Targets()) {
      for (int cache_bits : {0, 16}) {
        const std::string kind = cache_bits == 0 ? "" : "Q15";
        const std::string suffix =
            kind + "/thousands:" + std::to_string(thousands) + "/" + hwy::TargetName(target);
        benchmark::RegisterBenchmark(("BM_HostStep" + suffix).c_str(), HostStep, target, thousands,
                                     cache_bits);
        benchmark::RegisterBenchmark(("BM_HostEvaluate" + suffix).c_str(), HostEvaluate, target, thousands,
                                     cache_bits);
      }
    }
  }
  return true;
}();

}  // namespace
