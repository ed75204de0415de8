// Cost of asking for flash stalls: code of four blocks that fits every cache, one and two lines a block.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "emulation/timing/flash_wait.h"

namespace atome::timing {
namespace {

void Fetch(benchmark::State& state, const FlashTiming& timing, uint32_t bytes) {
  FlashWait flash(timing);
  uint64_t now = 0, blocks = 0;
  for (auto _ : state) {
    for (uint32_t block = 0; block < 4; ++block) {
      const uint32_t address = 0x1000 + 0x100 * block;
      for (uint32_t line = flash.LineOf(address); line <= flash.LineOf(address + bytes - 1); ++line)
        now += flash.Enter(line, now) + 1;
    }
    blocks += 4;
  }
  benchmark::DoNotOptimize(now);
  state.counters["blocks/s"] = benchmark::Counter(static_cast<double>(blocks), benchmark::Counter::kIsRate);
}

void BM_FetchBuffers(benchmark::State& state) {
  Fetch(state, {.miss_cycles = 2, .line_bytes = 8, .prefetch = true}, static_cast<uint32_t>(state.range(0)));
}
BENCHMARK(BM_FetchBuffers)->Arg(8)->Arg(16);

void BM_FetchArt(benchmark::State& state) {
  Fetch(state,
        {.miss_cycles = 3,
         .line_bytes = 16,
         .instruction_lines = 64,
         .instruction_ways = 64,
         .data_lines = 8,
         .data_ways = 8,
         .prefetch = true},
        static_cast<uint32_t>(state.range(0)));
}
BENCHMARK(BM_FetchArt)->Arg(16)->Arg(32);

void BM_FetchXip(benchmark::State& state) {
  Fetch(
      state,
      {.miss_cycles = 40, .line_bytes = 4, .instruction_lines = 4096, .instruction_ways = 2, .unified = true},
      static_cast<uint32_t>(state.range(0)));
}
BENCHMARK(BM_FetchXip)->Arg(8)->Arg(32);

}  // namespace
}  // namespace atome::timing
