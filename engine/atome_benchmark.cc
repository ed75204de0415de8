// Host wall time of the engine, on the committed models. Compare ratios within one run; the host is noisy.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "engine/atome.h"
#include "engine/files/ternary.h"

namespace {

constexpr atome_config k60k{256, 64, 4, 16, 5, 4, 64};

std::string Read60k(int format) {
  const std::string path =
      std::string(ATOME_SOURCE_DIR "/golden/models/atome_60k/atome_60k.atome0") + std::to_string(format);
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Items are tokens, positions 0 to 63 in turn.
void BM_Step60k(benchmark::State& state) {
  const std::string file = Read60k(static_cast<int>(state.range(0)));
  size_t bytes = 0;
  atome_state_bytes(&k60k, &bytes);
  std::vector<uint64_t> memory((bytes + 7) / 8);
  atome_engine* engine = nullptr;
  if (atome_open(&k60k, file.data(), file.size(), memory.data(), bytes, &engine, nullptr) != ATOME_OK) {
    state.SkipWithError("cannot open golden/models/atome_60k");
    return;
  }
  std::vector<float> logits(k60k.vocab_size);
  uint32_t token = 79;
  for (auto _ : state) {
    if (atome_position(engine) == k60k.max_seq) atome_reset(engine);
    if (atome_step(engine, token, logits.data()) != ATOME_OK) {
      state.SkipWithError("a step failed");
      break;
    }
    token = atome_argmax(logits.data(), k60k.vocab_size);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Step60k)->ArgName("format")->Arg(1)->Arg(2)->Arg(3);

// Items are trits: one row of a ternary product.
void BM_TernaryDot(benchmark::State& state) {
  const auto format = static_cast<atome::Format>(state.range(0));
  const auto columns = static_cast<uint32_t>(state.range(1));
  const std::vector<uint8_t> packed(columns, format == atome::Format::kTwoBit ? 0x4D : 0x5A);
  const std::vector<int32_t> x(columns, 12345);
  for (auto _ : state) {
    atome::TritCursor cursor(format, packed.data(), 0);
    benchmark::DoNotOptimize(cursor.Dot(x.data(), columns));
  }
  state.SetItemsProcessed(state.iterations() * columns);
}
BENCHMARK(BM_TernaryDot)->ArgNames({"format", "columns"})->ArgsProduct({{1, 2}, {64, 256}});

}  // namespace
