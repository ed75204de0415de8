// atome cycles
#include <iostream>

#include "harness/base/text.h"
#include "harness/commands/boards_option.h"
#include "harness/commands/chip_options.h"
#include "harness/commands/command.h"
#include "harness/commands/model_options.h"
#include "harness/commands/place_option.h"
#include "harness/commands/probe_options.h"
#include "harness/commands/progress.h"
#include "harness/commands/report_option.h"
#include "harness/commands/specialise_option.h"
#include "harness/cycles/cycles.h"
#include "harness/report/command_line.h"
#include "harness/run/given_firmware.h"
#include "harness/run/probe_runner.h"
#include "harness/run/target.h"

namespace atome::harness {
namespace {

constexpr char kDefaultPrompt[] = "Once upon a time";

struct CyclesArguments {
  std::vector<std::string> models;
  std::vector<std::string> cores;
  std::vector<std::string> boards;
  std::string runner = "unicorn";
  ProbeOptions probe;
  BoardsOption more_boards;
  std::vector<std::string> variants;
  std::vector<std::string> builds;
  std::string firmware;
  ModelOptions model;
  SpecialiseOption specialise{Specialise::kCompile};
  PlaceOption place;
  ChipOptions chip;
  std::string positions = "16:64";
  std::string prompt = kDefaultPrompt;
  FormatOption format;
  unsigned jobs = DefaultJobs();
  LimitOptions limits;
  ReportOption report;
};

// The board at a clock that asks for no wait states, as most chips have after a reset; the board itself where
// its vendor has no such table.
const emulation::Board* WithoutWaits(const emulation::Board& board) {
  if (board.wait_states == 0 || board.clock_limits_hz.empty()) return &board;
  std::string why;
  const emulation::Board* const slow = emulation::BoardAtClock(board, board.clock_limits_hz.front(), why);
  return slow != nullptr ? slow : &board;
}

// The command that measures the cell again.
std::string Again(const CyclesArguments& arguments, const Model& model, const report::Key& key) {
  report::CommandLine line("cycles");
  line.Path(model.path).Option("--core", key.core).Option("--board", key.board);
  if (key.runner == "probe") arguments.probe.AddTo(&line.Option("--runner", key.runner));
  arguments.more_boards.AddTo(&line);
  line.Option("--variant", key.variant).Option("--positions", arguments.positions);
  if (arguments.prompt != kDefaultPrompt) line.Option("--prompt", arguments.prompt);
  if (key.build_kind != BuildName(FirmwareBuild::kSpeed)) line.Option("--build", key.build_kind);
  if (!arguments.firmware.empty()) line.Word("--firmware").Path(arguments.firmware);
  arguments.model.AddTo(&line);
  arguments.specialise.AddTo(&line);
  arguments.place.AddTo(&line);
  arguments.chip.AddTo(&line);
  return line.text();
}

int RunCycles(const CyclesArguments& given) {
  CyclesArguments arguments = given;
  if (const std::string why = arguments.more_boards.Load(); !why.empty()) return UsageError(why);
  if (arguments.models.empty())
    arguments.models = {(GoldenFolder() / "models/atome_60k/atome_60k.atome03").string()};
  const Result<Positions> positions = ParsePositions(arguments.positions);
  if (!positions.ok()) return UsageError(positions.error().message);
  const bool on_probe = arguments.runner == "probe";
  if (!on_probe && !(arguments.probe.gdb().empty() && arguments.probe.reset().empty()))
    return UsageError("--gdb and --reset are of --runner probe; add it, or leave them out");
  if (on_probe && arguments.place.get() != Place::kFlash)
    return UsageError(
        "--place is of --runner unicorn; to measure such firmware on a board, make it with atome firmware "
        "--place and give it to --firmware");
  std::optional<ProbeTarget> connected;
  if (on_probe) {
    if (arguments.boards.size() > 1)
      return UsageError("--runner probe runs on one board; name it with --board");
    const Result<ProbeTarget> found = FindProbeTarget(
        arguments.probe.Choice(arguments.boards.empty() ? "" : arguments.boards.front()), arguments.cores);
    if (!found.ok()) return UsageError(found.error().message);
    connected = *found;
  }
  const Result<std::vector<CycleTarget>> targets_of_a_build =
      CycleTargets(arguments.cores, arguments.boards, arguments.variants);
  if (!targets_of_a_build.ok()) return UsageError(targets_of_a_build.error().message);
  const Result<std::vector<FirmwareBuild>> builds = ParseBuilds(arguments.builds);
  if (!builds.ok()) return UsageError(builds.error().message);
  const bool place_named = !arguments.cores.empty() || !arguments.boards.empty();
  const Result<std::shared_ptr<const Firmware>> firmware =
      GivenFirmware(arguments.firmware, place_named, arguments.builds);
  if (!firmware.ok()) return UsageError(firmware.error().message);
  std::vector<CycleTarget> targets;
  for (CycleTarget target : *targets_of_a_build) {
    if (const std::string why = arguments.chip.Apply(&target.place); !why.empty()) return UsageError(why);
    if (on_probe && target.place.board != nullptr && !arguments.chip.has_clock())
      target.place.board = WithoutWaits(*target.place.board);
    for (const FirmwareBuild build : *builds) {
      target.build = build;
      target.given = *firmware;
      targets.push_back(target);
    }
  }
  std::vector<Model> models;
  for (const std::string& path : arguments.models) {
    Result<Model> model = arguments.model.Load(path, positions->to);
    if (!model.ok()) return UsageError(model.error().message);
    const auto variants = VariantsFor(model->config.architecture, path, arguments.variants);
    if (!variants.ok()) return UsageError(variants.error().message);
    models.push_back(*std::move(model));
  }
  CycleOptions options{.positions = *positions,
                       .prompt = {},
                       .multiply_cycles = arguments.chip.multiply_cycles(),
                       .probe = connected ? connected->machine.get() : nullptr,
                       .unknown_clock = on_probe && !arguments.chip.has_clock(),
                       .jobs = arguments.jobs,
                       .specialise = arguments.specialise.get(),
                       .place = arguments.place.get(),
                       .limits = arguments.limits.Get(),
                       .progress = {}};
  for (const char c : arguments.prompt) options.prompt.push_back(static_cast<uint8_t>(c));
  // After the prompt come the engine's own tokens; a longer prompt is cut after the last position.
  if (options.prompt.empty()) return UsageError("--prompt is empty; give at least one byte");
  if (options.prompt.size() > positions->to) options.prompt.resize(positions->to);

  Progress progress;
  options.progress = [&progress](size_t done, size_t total, const report::Cell& cell) {
    progress.Update(done, total, cell);
  };
  std::vector<report::Cell> cells = MeasureCycles(models, targets, options);
  progress.End();
  for (size_t i = 0; i < cells.size(); ++i) {  // by model, then target
    report::Cell& cell = cells[i];
    cell.command = Again(arguments, models[i / targets.size()], cell.key);
    if (arguments.prompt != kDefaultPrompt) StrAppend(&cell.key.detail, ", prompt ", arguments.prompt);
    for (const std::string& more : {arguments.model.Detail(), arguments.specialise.Detail(),
                                    arguments.place.Detail(), arguments.chip.Detail()}) {
      if (!more.empty()) StrAppend(&cell.key.detail, ", ", more);
    }
  }
  return arguments.report.Finish(std::move(cells), arguments.format, {&emulation::UnicornMachine()});
}

void Declare(Options& options, CyclesArguments* arguments) {
  options.Texts("MODEL", &arguments->models, "Model files; default: the 60K model of golden/models");
  options.Texts("--core", &arguments->cores, StrCat(KnownCores(), "; default: all")).Offer(CoreNames());
  options
      .Texts("--board", &arguments->boards,
             "Boards instead of bare cores: all, or names as in emulation/README.md")
      .Offer(BoardNames());
  arguments->more_boards.AddTo(options);
  options.Word(
      "--runner", &arguments->runner, {"unicorn", "probe"},
      "unicorn: modelled cycles; probe: measured ones of a connected board, beside modelled ones at its "
      "clock of reset, or at --clock");
  arguments->probe.AddTo(options);
  options
      .Texts("--variant", &arguments->variants,
             "f32, f32kv16, q15, q15kv8, or plain for a plain transformer; default: f32, or plain")
      .Offer(VariantWords());
  options
      .Texts("--build", &arguments->builds,
             "Firmware optimised for speed (default), size, or both, a row each")
      .Among({"speed", "size"});
  arguments->specialise.AddTo(options);
  options
      .Text("--firmware", &arguments->firmware,
            "An ELF of another engine to run instead of ours, on the cores or boards named")
      .Excludes("--specialise");
  arguments->place.AddTo(options).Excludes("--specialise").Excludes("--firmware");
  arguments->chip.AddTo(options);
  arguments->model.AddTo(options, "the positions of the run, at least 64");
  options.Text("--positions", &arguments->positions, "FROM:TO, counted from 0; TO is not included");
  options.Text("--prompt", &arguments->prompt,
               "Text consumed first, a byte a token, modulo the vocabulary; greedy tokens follow");
  arguments->limits.AddTo(options);
  arguments->report.AddTo(options);
  AddJobs(options, &arguments->jobs);
  arguments->format.AddTo(options);
  options.Footer(
      "Example: atome cycles golden/models/atome_60k/atome_60k.atome03 --board bluepill,nucleo-f411re\n"
      "Exit code 1 when the model does not fit a board.");
}

}  // namespace

void AddCycles(Program& program) {
  program.Add("cycles", "Model the cycles of a token, by op, on cores and boards", Declare, RunCycles);
}

}  // namespace atome::harness
