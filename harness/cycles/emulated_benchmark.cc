// What a token of the 60K model costs on each emulated core, whole and by op, as benchmarks whose time is
// modelled cycles: a nominal clock of 1 GHz, so that 1 ns is one cycle. Each is one iteration; two runs give
// the same times. Google Benchmark adds its own reading of the host's CPU time, which means nothing here.
#include <benchmark/benchmark.h>

#include <iostream>
#include <map>
#include <string>
#include <string_view>

#include "emulation/boards/core.h"
#include "harness/cycles/cycles.h"
#include "harness/model/model.h"
#include "harness/base/text.h"

namespace {

namespace harness = atome::harness;
namespace emulation = atome::emulation;

constexpr char kModel[] = ATOME_SOURCE_DIR "/golden/models/atome_60k/atome_60k.atome03";
constexpr char kPrompt[] = "Once upon a time";  // as `atome cycles` has it
constexpr double kSecondsPerCycle = 1e-9;
constexpr std::string_view kWholeToken = "token";

// One run a core tells the token and its ops; made when the first of them is asked for.
const harness::CycleCell& CellOf(const harness::Model& model, const emulation::Core& core) {
  static auto& cells = *new std::map<std::string_view, harness::CycleCell>;
  const auto known = cells.find(core.name);
  if (known != cells.end()) return known->second;
  harness::CycleOptions options;
  for (const char c : std::string_view(kPrompt)) options.prompt.push_back(static_cast<uint8_t>(c));
  return cells[core.name] =
             harness::MeasureCycles({model}, {{.core = &core, .board = nullptr, .variant = {}}}, options)
                 .front();
}

void Report(const harness::CycleCell& cell, std::string_view op, benchmark::State& state) {
  if (cell.status != harness::CellStatus::kPass) return state.SkipWithError(cell.message.c_str());
  double cycles = cell.cycles_per_token.value_or(0), instructions = cell.instructions_per_token.value_or(0);
  for (const harness::OpCost& cost : cell.ops) {
    if (cost.op != op) continue;
    cycles = cost.cycles;
    instructions = cost.instructions;
  }
  for (auto _ : state) state.SetIterationTime(cycles * kSecondsPerCycle);
  state.counters["cycles_per_token"] = cycles;
  state.counters["instructions_per_token"] = instructions;
}

void Register(const harness::Model& model, const emulation::Core& core, std::string_view op) {
  const std::string name = harness::StrCat("Emulated60k/", core.name, "/", op);
  benchmark::RegisterBenchmark(
      name.c_str(), [&model, &core, op](benchmark::State& state) { Report(CellOf(model, core), op, state); })
      ->UseManualTime()
      ->Iterations(1);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return harness::kUsage;
  const harness::Result<harness::Model> model = harness::LoadModel(kModel, std::nullopt, 0);
  if (!model.ok()) {
    std::cerr << model.error().message << "\n";
    return harness::kUsage;
  }
  const harness::Positions positions;
  benchmark::AddCustomContext("time", "modelled cycles: 1 ns is one cycle");
  benchmark::AddCustomContext("positions", harness::StrCat(positions.from, ":", positions.to));
  benchmark::AddCustomContext("model_sha256", model->sha256);
  for (const emulation::Core& core : emulation::Cores()) {
    Register(*model, core, kWholeToken);
    for (const std::string_view op : model->config.Traits().ops) Register(*model, core, op);
    Register(*model, core, "other");
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
