#include "harness/ab/piece.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>

#include "emulation/boards/core.h"
#include "harness/base/places.h"
#include "harness/base/text.h"
#include "harness/cycles/cycles.h"
#include "harness/parity/verify.h"
#include "harness/perplexity/perplexity.h"
#include "harness/report/command_line.h"
#include "harness/run/firmware_runner.h"
#include "harness/run/given_firmware.h"
#include "harness/size/size.h"

namespace atome::harness::ab {
namespace {

using report::Cell;
using report::Key;
using report::Kind;

std::string PositionsText(const Positions& positions) { return StrCat(positions.from, ":", positions.to); }

// "firmware naive.elf", "engine naive.so"; empty when ours is measured.
std::string ForeignDetail(const Contender& contender, const Piece& piece) {
  const auto named = [](std::string_view what, const std::string& path) {
    return StrCat(what, " ", std::filesystem::path(path).filename().string());
  };
  if (piece.kind == Kind::kPerplexity) return contender.engine ? named("engine", *contender.engine) : "";
  return contender.firmware ? named("firmware", contender.FirmwarePath(piece.core)) : "";
}

std::string DetailOf(const Experiment& experiment, Kind kind) {
  const Config& config = experiment.config;
  if (kind == Kind::kPerplexity) return PerplexityDetail(experiment.text, experiment.plan);
  if (kind == Kind::kSize || kind == Kind::kParity) return "";
  return StrCat("positions ", PositionsText(config.positions),
                config.prompt == Config{}.prompt ? "" : StrCat(", prompt ", config.prompt));
}

std::string_view RunnerOf(Kind kind) {
  if (kind == Kind::kPerplexity) return "native";
  return kind == Kind::kSize ? "elf" : "unicorn";
}

// An error, as a cell.
Cell Failed(const Experiment& experiment, const Piece& piece, const Error& error) {
  Cell cell;
  cell.key = KeyOf(experiment, piece);
  cell.model_sha256 = piece.entry->model.sha256;
  cell.Fail(error.kind == Error::Kind::kMissing ? Outcome::kMissing : Outcome::kError, error.message);
  return cell;
}

Cell MeasureCyclesOf(const Experiment& experiment, const Piece& piece,
                     const std::shared_ptr<const Firmware>& given, emulation::RunLimits limits) {
  const Config& config = experiment.config;
  const Contender& contender = experiment.ContenderOf(*piece.entry);
  CycleOptions options{.positions = config.positions,
                       .prompt = {},
                       .jobs = 1,
                       .specialise = experiment.specialise,
                       .limits = limits,
                       .progress = {}};
  for (const char c : config.prompt) options.prompt.push_back(static_cast<uint8_t>(c));
  if (options.prompt.size() > config.positions.to) options.prompt.resize(config.positions.to);
  const CycleTarget target{
      {.core = emulation::FindCore(piece.core), .board = nullptr}, contender.variant, contender.build, given};
  return MeasureCycles({piece.entry->model}, {target}, options).front();
}

Cell MeasureParityOf(const Experiment& experiment, const Piece& piece,
                     const std::shared_ptr<const Firmware>& given, emulation::RunLimits limits) {
  const Contender& contender = experiment.ContenderOf(*piece.entry);
  const Model& model = piece.entry->model;
  Result<GoldenTrace> trace =
      TraceFolder((GoldenFolder() / "traces").string()).Find(model.sha256, contender.variant);
  if (!trace.ok()) {
    return Failed(experiment, piece,
                  {trace.error().kind,
                   StrCat(trace.error().message, "; write it with golden.trace, or take \"accept\" out")});
  }
  std::vector<std::unique_ptr<Runner>> runners;
  const emulation::Machine& machine = emulation::UnicornMachine();
  const emulation::Core& core = *emulation::FindCore(piece.core);
  if (given != nullptr)
    runners.push_back(std::make_unique<GivenFirmwareRunner>(machine, core, given, limits));
  else
    runners.push_back(
        std::make_unique<FirmwareRunner>(machine, core, limits, contender.build, experiment.specialise));
  VerifyModel subject{model, *std::move(trace), *contender.accept};
  subject.model.config = subject.trace.config;
  return Verify({std::move(subject)}, runners, {}).front();
}

// The command that measures pieces of the kind.
std::string_view CommandFor(Kind kind) {
  switch (kind) {
    case Kind::kPerplexity:
      return "ppl";
    case Kind::kCycles:
      return "cycles";
    case Kind::kParity:
      return "verify";
    default:
      return "size";
  }
}

std::string CommandOf(const Experiment& experiment, const Piece& piece) {
  const Config& config = experiment.config;
  const Contender& contender = experiment.ContenderOf(*piece.entry);
  const Model& model = piece.entry->model;
  const bool perplexity = piece.kind == Kind::kPerplexity;
  report::CommandLine line(CommandFor(piece.kind));
  if (piece.kind == Kind::kParity)
    line.Option("--runner", RunnerOf(piece.kind)).Option("--accept", contender.accept->Text());
  line.Path(model.path).Option("--core", piece.core).Option("--variant", VariantName(contender.variant));
  if (piece.kind == Kind::kCycles) {
    line.Option("--positions", PositionsText(config.positions));
    if (config.prompt != Config{}.prompt) line.Option("--prompt", config.prompt);
  }
  if (piece.kind == Kind::kSize || contender.build != FirmwareBuild::kSpeed) {
    if (!perplexity) line.Option("--build", contender.BuildKind());
  }
  const Specialise usual = piece.kind == Kind::kParity ? Specialise::kBuilt : Specialise::kCompile;
  if (!perplexity && contender.firmware)
    line.Word("--firmware").Path(contender.FirmwarePath(piece.core));
  else if (!perplexity && experiment.specialise != usual)
    line.Option("--specialise", SpecialiseName(experiment.specialise));
  const bool says_its_own = !model.bytes.starts_with("ATOME01") && !model.bytes.starts_with("ATOME02");
  if (contender.dimensions || !says_its_own) line.Option("--config", ConfigToString(model.config));
  if (!perplexity) return line.text();
  if (contender.engine) line.Word("--engine").Path(*contender.engine);
  if (config.text) line.Word("--text").Path(*config.text);
  if (config.tokens) line.Word("--tokens").Path(*config.tokens);
  line.Option("--split", TextPartName(experiment.plan.part));
  return line.Option("--protocol", ProtocolName(Protocol::kChunks))
      .Option("--chunk", StrCat(config.chunk))
      .text();
}

}  // namespace

std::vector<Piece> PiecesOf(const Experiment& experiment, const Entry& entry) {
  std::vector<Piece> pieces;
  const Contender& contender = experiment.ContenderOf(entry);
  // Of another engine each is measured with the file that is for it; ours would say nothing about that one.
  if (!contender.IsForeign() || contender.engine) pieces.push_back({&entry, Kind::kPerplexity, ""});
  if (contender.IsForeign() && !contender.firmware) return pieces;
  for (const std::string& core : experiment.config.cores) {
    pieces.push_back({&entry, Kind::kCycles, core});
    pieces.push_back({&entry, Kind::kSize, core});
    if (experiment.ContenderOf(entry).accept) pieces.push_back({&entry, Kind::kParity, core});
  }
  return pieces;
}

std::vector<Piece> AllPieces(const Experiment& experiment) {
  std::vector<Piece> all;
  std::set<Key> known;
  for (const Entry& entry : experiment.entries) {
    for (Piece& piece : PiecesOf(experiment, entry)) {
      if (known.insert(KeyOf(experiment, piece)).second) all.push_back(std::move(piece));
    }
  }
  return all;
}

Key KeyOf(const Experiment& experiment, const Piece& piece) {
  const Contender& contender = experiment.ContenderOf(*piece.entry);
  const bool perplexity = piece.kind == Kind::kPerplexity;
  std::string detail = DetailOf(experiment, piece.kind);
  if (const std::string more = ForeignDetail(contender, piece); !more.empty())
    StrAppend(&detail, detail.empty() ? "" : ", ", more);
  return {.kind = piece.kind,
          .runner = std::string(RunnerOf(piece.kind)),
          .core = piece.core,
          .board = "",
          .model = piece.entry->name,
          .variant = std::string(VariantName(contender.variant)),
          .build_kind = perplexity ? "" : std::string(contender.BuildKind()),
          .text = perplexity ? std::filesystem::path(experiment.text.path).filename().string() : "",
          .detail = std::move(detail)};
}

const Cell* CellOf(const Experiment& experiment, const Piece& piece, const std::vector<Cell>& cells) {
  const Key key = KeyOf(experiment, piece);
  const auto at = std::ranges::find_if(cells, [&key](const Cell& cell) {
    Key its = cell.key;
    if (its.kind == Kind::kPerplexity) its.core.clear();
    return its == key;
  });
  return at == cells.end() ? nullptr : &*at;
}

Cell MeasurePiece(const Experiment& experiment, const Piece& piece, emulation::RunLimits limits) {
  const Contender& contender = experiment.ContenderOf(*piece.entry);
  const Model& model = piece.entry->model;
  const Result<std::shared_ptr<const Firmware>> given =
      GivenFirmware(piece.kind == Kind::kPerplexity ? "" : contender.FirmwarePath(piece.core), true, {});
  if (!given.ok()) return Failed(experiment, piece, given.error());
  if (piece.kind == Kind::kCycles) return MeasureCyclesOf(experiment, piece, *given, limits);
  if (piece.kind == Kind::kParity) return MeasureParityOf(experiment, piece, *given, limits);
  if (piece.kind == Kind::kSize) {
    SizeOptions options;
    options.variants = {contender.variant};
    options.builds = {contender.build};
    options.specialise = experiment.specialise;
    options.given = *given;
    options.limits = limits;
    return MeasureSizes({model}, {{.core = emulation::FindCore(piece.core), .boards = {}}}, options).front();
  }
  std::shared_ptr<const EngineRunner> engine;
  if (contender.engine) {
    auto loaded = LoadEngine(*contender.engine, limits);
    if (!loaded.ok()) return Failed(experiment, piece, loaded.error());
    engine = *std::move(loaded);
  }
  Result<std::vector<Cell>> cells = MeasurePerplexity({{&model, contender.variant, engine}}, experiment.text,
                                                      experiment.plan, {.progress = {}});
  return cells.ok() ? std::move(cells->front()) : Failed(experiment, piece, cells.error());
}

void Label(const Experiment& experiment, const Piece& piece, Cell* cell) {
  const Key key = KeyOf(experiment, piece);
  cell->key.model = key.model;
  cell->key.detail = key.detail;
  cell->command = CommandOf(experiment, piece);
}

}  // namespace atome::harness::ab
