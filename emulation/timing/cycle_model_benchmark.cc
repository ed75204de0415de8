// Cost of block accounting, by core: a nest of loops over blocks of a dozen instructions.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "emulation/timing/cycle_model.h"

namespace atome::timing {
namespace {

void BM_Enter(benchmark::State& state, const char* core) {
  CycleModel model(*FindTimingCore(core));
  // ldr r0, [r1]; ldr r2, [r3]; adds r0, r2; str r0, [r1]; muls r2, r0; adds r1, #4; adds r3, #4; subs r4,
  // #1; cmp r4, #0; bne
  const std::vector<uint16_t> code = {0x6808, 0x681A, 0x1880, 0x6008, 0x4342,
                                      0x3104, 0x3304, 0x3C01, 0x2C00, 0xD1F5};
  std::vector<BlockId> blocks;
  for (uint32_t k = 0; k < 16; ++k) blocks.push_back(model.Prepare(0x1000 + 20 * k, code));
  uint64_t entered = 0;
  for (auto _ : state) {
    for (const BlockId id : blocks) {
      for (int turn = 0; turn < 8; ++turn) model.Enter(id);
    }
    entered += 128;
  }
  benchmark::DoNotOptimize(model.cycles());
  state.counters["blocks/s"] = benchmark::Counter(static_cast<double>(entered), benchmark::Counter::kIsRate);
}
BENCHMARK_CAPTURE(BM_Enter, m0, "m0");
BENCHMARK_CAPTURE(BM_Enter, m3, "m3");
BENCHMARK_CAPTURE(BM_Enter, m4f, "m4f");
BENCHMARK_CAPTURE(BM_Enter, m7, "m7");

void BM_Evaluate(benchmark::State& state, const char* core) {
  const std::vector<uint16_t> code = {0x6808, 0x681A, 0x1880, 0x6008, 0x4342,
                                      0x3104, 0x3304, 0x3C01, 0x2C00, 0xD1F5};
  CycleModel model(*FindTimingCore(core), {.memoise = false});
  const BlockId id = model.Prepare(0x1000, code);
  for (auto _ : state) model.Enter(id);
  benchmark::DoNotOptimize(model.cycles());
}
BENCHMARK_CAPTURE(BM_Evaluate, m3, "m3");
BENCHMARK_CAPTURE(BM_Evaluate, m7, "m7");

}  // namespace
}  // namespace atome::timing
