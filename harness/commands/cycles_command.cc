// atome cycles
#include <iostream>

#include "harness/commands/command.h"
#include "harness/commands/model_options.h"
#include "harness/commands/progress.h"
#include "harness/commands/report_option.h"
#include "harness/cycles/cycle_output.h"
#include "harness/cycles/cycles.h"
#include "harness/report/command_line.h"
#include "harness/cycles/cycle_figures.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

constexpr char kDefaultPrompt[] = "Once upon a time";

struct CyclesArguments {
  std::vector<std::string> models;
  std::vector<std::string> cores;
  std::vector<std::string> boards;
  std::vector<std::string> variants;
  ModelOptions model;
  std::string positions = "16:64";
  std::string prompt = kDefaultPrompt;
  OutputFormat format = OutputFormat::kTable;
  unsigned jobs = DefaultJobs();
  TimeLimit time_limit;
  ReportOption report;
};

// Measures the cell again.
std::string Again(const CyclesArguments& arguments, const Model& model, const CycleCell& cell) {
  report::CommandLine line("cycles");
  line.Path(model.path).Option("--core", cell.core).Option("--board", cell.board);
  line.Option("--variant", cell.variant).Option("--positions", arguments.positions);
  if (arguments.prompt != kDefaultPrompt) line.Option("--prompt", arguments.prompt);
  arguments.model.AddTo(&line);
  return line.text();
}

// `cells` are by model, then target.
std::vector<report::ReportCell> ReportCells(const CyclesArguments& arguments,
                                            const std::vector<Model>& models,
                                            const std::vector<CycleCell>& cells) {
  std::vector<report::ReportCell> out;
  for (size_t i = 0; i < cells.size(); ++i) {
    report::ReportCell& cell = out.emplace_back(report::ToReport(cells[i]));
    cell.command = Again(arguments, models[i * models.size() / cells.size()], cells[i]);
    if (arguments.prompt != kDefaultPrompt) StrAppend(&cell.key.detail, ", prompt ", arguments.prompt);
    if (const std::string more = arguments.model.Detail(); !more.empty())
      StrAppend(&cell.key.detail, ", ", more);
  }
  return out;
}

int RunCycles(CyclesArguments arguments) {
  if (arguments.models.empty())
    arguments.models = {(GoldenFolder() / "models/atome_60k/atome_60k.atome03").string()};
  const Result<Positions> positions = ParsePositions(arguments.positions);
  if (!positions.ok()) return UsageError(positions.error().message);
  const Result<std::vector<CycleTarget>> targets =
      CycleTargets(arguments.cores, arguments.boards, arguments.variants);
  if (!targets.ok()) return UsageError(targets.error().message);
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
                       .jobs = arguments.jobs,
                       .time_limit = arguments.time_limit.Get(),
                       .progress = {}};
  for (const char c : arguments.prompt) options.prompt.push_back(static_cast<uint8_t>(c));
  // The positions looked at are the engine's own tokens unless the prompt is longer.
  if (options.prompt.empty()) return UsageError("--prompt is empty; give at least one byte");
  if (options.prompt.size() > positions->to) options.prompt.resize(positions->to);

  Progress progress;
  options.progress = [&progress](size_t done, size_t total, const CycleCell& cell) {
    if (cell.status != CellStatus::kPass && cell.status != CellStatus::kTooLarge)
      progress.Say(StrCat(StatusName(cell.status), ": ", cell.model, " on ", cell.core, " ", cell.board));
    progress.Update(done, total);
  };
  const std::vector<CycleCell> cells = MeasureCycles(models, *targets, options);
  std::cout << FormatCycles(cells, arguments.format);
  return arguments.report.Write([&] { return ReportCells(arguments, models, cells); }, Verdict(cells),
                                {&emulation::UnicornMachine()});
}

}  // namespace

void AddCycles(CLI::App& app, const std::string& command_line, int* exit_code) {
  auto arguments = std::make_shared<CyclesArguments>();
  CLI::App* cycles =
      app.add_subcommand("cycles", "Modelled cycles and instructions of a token, by op, on cores and boards");
  cycles->add_option("MODEL", arguments->models, "Model files; default: the 60K model of golden/models");
  cycles->add_option("--core", arguments->cores, "m0, m0plus, m3, m4, m4f, m7; default: all")->delimiter(',');
  cycles
      ->add_option("--board", arguments->boards,
                   "Instead of bare cores: all, or names as in emulation/README.md")
      ->delimiter(',');
  cycles
      ->add_option("--variant", arguments->variants,
                   "f32, q15, q15kv8; plain, the default and only one of a plain transformer; default: f32")
      ->delimiter(',');
  arguments->model.AddTo(cycles, "all positions of the run, at least 64");
  cycles->add_option("--positions", arguments->positions, "FROM:TO, counted from 0; TO is not included")
      ->capture_default_str();
  cycles->add_option("--prompt", arguments->prompt, "Consumed first; greedy tokens follow")
      ->capture_default_str();
  arguments->time_limit.AddTo(cycles);
  arguments->report.AddTo(cycles, command_line);
  cycles->add_option("--jobs", arguments->jobs, "Cells at a time")
      ->check(CLI::Range(1u, 1024u))
      ->capture_default_str();
  AddFormat(cycles, &arguments->format);
  cycles->footer(
      "Example: atome cycles golden/models/atome_60k/atome_60k.atome03 --board bluepill,nucleo-f411re\n"
      "Exit code 1 when the model does not fit a board.");
  cycles->callback([arguments, exit_code] { *exit_code = RunCycles(*arguments); });
}

}  // namespace atome::harness
