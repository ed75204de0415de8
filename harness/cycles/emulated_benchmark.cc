// Benchmarks of a token of the 60K model on each emulated core, whole and by op. Their time is modelled
// cycles at a nominal clock of 1 GHz, so 1 ns is one cycle. Each is one iteration, and two runs give the same
// times. Google Benchmark adds the host's CPU time, which means nothing here.
#include <benchmark/benchmark.h>

#include <iostream>
#include <map>
#include <string>
#include <string_view>

#include "emulation/boards/core.h"
#include "harness/base/places.h"
#include "harness/base/text.h"
#include "harness/cycles/cycles.h"
#include "harness/model/model.h"

namespace {

namespace harness = atome::harness;
namespace emulation = atome::emulation;
using harness::report::Quantity;

constexpr char kModel[] = "models/atome_60k/atome_60k.atome03";
constexpr char kPrompt[] = "Once upon a time";  // the default of `atome cycles`
constexpr double kSecondsPerCycle = 1e-9;
constexpr std::string_view kWholeToken = "token";

// One run a core gives the token and all its ops; the first benchmark of a core makes it.
const harness::report::Cell& CellOf(const harness::Model& model, const emulation::Core& core) {
  static auto& cells = *new std::map<std::string_view, harness::report::Cell>;
  const auto known = cells.find(core.name);
  if (known != cells.end()) return known->second;
  harness::CycleOptions options;
  for (const char c : std::string_view(kPrompt)) options.prompt.push_back(static_cast<uint8_t>(c));
  return cells[core.name] =
             harness::MeasureCycles({model}, {{.place = {.core = &core}, .variant = {}}}, options).front();
}

void Report(const harness::report::Cell& cell, std::string_view op, benchmark::State& state) {
  if (!cell.passed()) return state.SkipWithError(cell.message.c_str());
  const harness::report::Part part =
      op == kWholeToken ? harness::report::Part{}
                        : harness::report::Part{harness::report::PartKind::kOp, std::string(op)};
  if (const auto why = cell.unavailable.find(Quantity::kCyclesPerToken); why != cell.unavailable.end())
    return state.SkipWithError(harness::StrCat("no modelled cycles: ", why->second).c_str());
  const double cycles = cell.Number(Quantity::kCyclesPerToken, part).value_or(0);
  for (auto _ : state) state.SetIterationTime(cycles * kSecondsPerCycle);
  for (const Quantity quantity : {Quantity::kCyclesPerToken, Quantity::kInstructionsPerToken})
    state.counters[std::string(harness::report::NameOf(quantity))] = cell.Number(quantity, part).value_or(0);
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
  const harness::Result<harness::Model> model =
      harness::LoadModel(harness::GoldenFolder() / kModel, std::nullopt, 0);
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
