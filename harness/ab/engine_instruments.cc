#include "harness/ab/engine_instruments.h"

#include <array>
#include <span>

#include "engine/host/tensor_reader.h"
#include "harness/cycles/cycles.h"
#include "harness/run/firmware_store.h"
#include "harness/perplexity/evaluator.h"
#include "harness/perplexity/measure.h"
#include "harness/statistics/precise_math.h"
#include "harness/size/size.h"
#include "harness/base/text.h"

namespace atome::harness::ab {
namespace {

// Bits that so many each of three symbols take.
double EntropyBits(const std::array<uint64_t, 3>& counts) {
  const auto all = static_cast<double>(counts[0] + counts[1] + counts[2]);
  double bits = 0;
  for (const uint64_t count : counts) {
    if (count > 0) bits += static_cast<double>(count) * Log(all / static_cast<double>(count)) / kLn2;
  }
  return bits;
}

// A weight, of a file that opens.
double TritEntropyBits(const Model& model) {
  const std::span<const uint8_t> file(reinterpret_cast<const uint8_t*>(model.bytes.data()),
                                      model.bytes.size());
  const host::TensorReader reader(host::HostShape::Of(model.config.Ternary(), file), file.data());
  double bits = 0;
  uint64_t weights = 0;
  const auto add = [&](atome_tensor tensor, uint32_t layer) {
    std::array<uint64_t, 3> counts{};
    for (const int8_t trit : reader.Rows(tensor, layer)) ++counts[static_cast<size_t>(trit + 1)];
    bits += EntropyBits(counts);
    weights += counts[0] + counts[1] + counts[2];
  };
  add(ATOME_TENSOR_EMBED, 0);
  for (uint32_t layer = 0; layer < model.config.n_layers; ++layer) {
    for (const atome_tensor tensor :
         {ATOME_TENSOR_CONV, ATOME_TENSOR_WQ, ATOME_TENSOR_WK, ATOME_TENSOR_WV, ATOME_TENSOR_ROUTER})
      add(tensor, layer);
  }
  add(ATOME_TENSOR_UNEMBED, 0);
  return bits / static_cast<double>(weights);
}

template <class T>
void TakeFailure(const T& cell, CoreFigures* figures) {
  if (cell.status == CellStatus::kPass || figures->status != CellStatus::kPass) return;
  figures->status = cell.status;
  figures->message = cell.message;
}

}  // namespace

EngineInstruments::EngineInstruments(const Config& config, const EvaluationText& text, const TextPlan& plan,
                                     std::chrono::milliseconds time_limit)
    : config_(config), text_(text), plan_(plan), time_limit_(time_limit) {
  const Result<std::string> program = ReadFile("/proc/self/exe");
  program_sha256_ = program.ok() ? Sha256Hex(*program) : ATOME_VERSION;
}

Json EngineInstruments::TextIdentity() const {
  return {{"program_sha256", program_sha256_},
          {"text_sha256", text_.sha256},
          {"begin", plan_.begin},
          {"tokens", plan_.tokens},
          {"chunk", plan_.unit_tokens}};
}

Json EngineInstruments::CoreIdentity(const Model& model, const Contender& contender,
                                     const std::string& core) const {
  const Result<Firmware> firmware = FindFirmware(model, core, false, contender.variant, contender.build);
  return {{"program_sha256", program_sha256_},
          {"firmware_sha256", firmware.ok() ? Sha256Hex(firmware->elf) : ""},
          {"core", core},
          {"build", BuildName(contender.build)},
          {"positions", {config_.positions.from, config_.positions.to}},
          {"prompt", config_.prompt}};
}

Result<FileFacts> EngineInstruments::Facts(const Model& model, const Contender& contender) const {
  const auto variants =
      VariantsFor(model.config.architecture, model.path, {std::string(VariantName(contender.variant))});
  if (!variants.ok()) return variants.error();
  const auto opened = MakeEvaluator(model, contender.variant);
  if (!opened.ok()) return opened.error();
  FileFacts facts{.parameters = model.config.Parameters(), .trit_entropy_bits = std::nullopt};
  if (model.config.architecture == Architecture::kTernary) facts.trit_entropy_bits = TritEntropyBits(model);
  return facts;
}

Result<ChunkLosses> EngineInstruments::Losses(const Model& model, const Contender& contender) const {
  const auto measured = harness::Measure({{&model, contender.variant}}, text_, plan_, {.progress = {}});
  if (!measured.ok()) return measured.error();
  const harness::Losses& losses = measured->losses.front();
  if (!losses.failure.empty()) return Bad(losses.failure);
  ChunkLosses chunks{losses.unit_nats, {}};
  for (size_t unit = 0; unit < plan_.Units(); ++unit)
    chunks.tokens.push_back(static_cast<double>(plan_.UnitTokens(unit)));
  return chunks;
}

CoreFigures EngineInstruments::OnCore(const Model& model, const Contender& contender,
                                      const std::string& core) const {
  CycleOptions cycle_options{
      .positions = config_.positions, .prompt = {}, .jobs = 1, .time_limit = time_limit_, .progress = {}};
  for (const char c : config_.prompt) cycle_options.prompt.push_back(static_cast<uint8_t>(c));
  if (cycle_options.prompt.size() > config_.positions.to) cycle_options.prompt.resize(config_.positions.to);
  const emulation::Core* target = emulation::FindCore(core);
  const CycleCell cycles =
      MeasureCycles({model}, {{target, nullptr, contender.variant, contender.build}}, cycle_options).front();
  const SizeCell size = MeasureSizes({model}, {{.core = target, .boards = {}}},
                                     {.variants = {contender.variant},
                                      .builds = {contender.build},
                                      .time_limit = time_limit_,
                                      .progress = {}})
                            .front();
  CoreFigures figures;
  figures.core = core;
  figures.status = CellStatus::kPass;
  TakeFailure(cycles, &figures);
  TakeFailure(size, &figures);
  figures.firmware = size.firmware;
  figures.firmware_sha256 = size.firmware_sha256;
  figures.cycles_per_token = cycles.cycles_per_token;
  figures.instructions_per_token = cycles.instructions_per_token;
  if (size.footprint) {
    figures.firmware_bytes = size.footprint->FirmwareBytes();
    figures.model_bytes = size.footprint->ModelBytes();
  }
  if (size.ram) figures.state_bytes = size.ram->state_bytes;
  figures.ram_bytes = size.RamBytes();
  return figures;
}

}  // namespace atome::harness::ab
