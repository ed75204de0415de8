// Tokens a second of the engine for hosts beside the freestanding one, on random weights of the two published
// shapes. Compare ratios within one run; the host is noisy.
#include <benchmark/benchmark.h>
#include <hwy/targets.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/host/host_engine.h"
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

std::unique_ptr<HostEngine> Open(int64_t thousands) {
  const PackedModel model = MakeModel(thousands);
  std::unique_ptr<HostEngine> engine;
  HostEngine::Open(model.config, model.file, &engine, nullptr);
  return engine;
}

// Uses one set of instructions until it goes out of scope.
class Only {
 public:
  explicit Only(int64_t target) { hwy::SetSupportedTargetsForTest(target); }
  ~Only() { hwy::SetSupportedTargetsForTest(0); }
};

void HostStep(benchmark::State& state, int64_t target, int64_t thousands) {
  const Only only(target);
  const std::unique_ptr<HostEngine> engine = Open(thousands);
  Decode(
      state, 256, [&](uint32_t token, float* logits) { return engine->Step(token, logits); },
      [&] { engine->Reset(); });
}

// Texts of 64 tokens, as perplexity takes them: logits of every position.
void HostEvaluate(benchmark::State& state, int64_t target, int64_t thousands) {
  const Only only(target);
  const std::unique_ptr<HostEngine> engine = Open(thousands);
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
      const std::string suffix = "/thousands:" + std::to_string(thousands) + "/" + hwy::TargetName(target);
      benchmark::RegisterBenchmark(("BM_HostStep" + suffix).c_str(), HostStep, target, thousands);
      benchmark::RegisterBenchmark(("BM_HostEvaluate" + suffix).c_str(), HostEvaluate, target, thousands);
    }
  }
  return true;
}();

}  // namespace
