// Tokens a second of the engine for hosts beside the freestanding one, on random weights of the two published
// shapes. Compare ratios within one run; the host is noisy.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/host/host_engine.h"
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

std::unique_ptr<HostEngine> Open(int64_t thousands) {
  const PackedModel model = MakeModel(thousands);
  std::unique_ptr<HostEngine> engine;
  HostEngine::Open(model.config, model.file, &engine, nullptr);
  return engine;
}

void BM_HostStep(benchmark::State& state) {
  const std::unique_ptr<HostEngine> engine = Open(state.range(0));
  Decode(
      state, 256, [&](uint32_t token, float* logits) { return engine->Step(token, logits); },
      [&] { engine->Reset(); });
  state.SetLabel(HostEngine::Target());
}
BENCHMARK(BM_HostStep)->ArgName("thousands")->Arg(60)->Arg(944);

// Texts of 64 tokens, as perplexity takes them: logits of every position.
void BM_HostEvaluate(benchmark::State& state) {
  const std::unique_ptr<HostEngine> engine = Open(state.range(0));
  const std::vector<uint32_t> tokens = atome::testing::RandomTokens(kConfigs[0], 64, 1);
  std::vector<float> logits(tokens.size() * 256);
  for (auto _ : state) {
    engine->Reset();
    if (engine->Evaluate(tokens, logits.data()) != ATOME_OK) state.SkipWithError("an evaluation failed");
    benchmark::DoNotOptimize(logits.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(tokens.size()));
  state.SetLabel(HostEngine::Target());
}
BENCHMARK(BM_HostEvaluate)->ArgName("thousands")->Arg(60)->Arg(944);

}  // namespace
