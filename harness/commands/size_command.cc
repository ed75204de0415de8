// atome size
#include <algorithm>
#include <iostream>

#include "harness/commands/command.h"
#include "harness/commands/model_options.h"
#include "harness/commands/progress.h"
#include "harness/commands/report_option.h"
#include "harness/report/command_line.h"
#include "harness/size/size_figures.h"
#include "harness/size/size.h"
#include "harness/size/size_output.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

struct SizeArguments {
  std::vector<std::string> models;
  std::vector<std::string> cores;
  std::vector<std::string> boards;
  std::vector<std::string> variants;
  std::vector<std::string> builds = {"speed"};
  ModelOptions model;
  size_t symbols = 0;
  OutputFormat format = OutputFormat::kTable;
  unsigned jobs = DefaultJobs();
  TimeLimit time_limit;
  ReportOption report;
};

// Measures the cell again.
std::string Again(const SizeArguments& arguments, const Model& model, const SizeTarget& target,
                  const SizeCell& cell) {
  report::CommandLine line("size");
  line.Path(model.path);
  if (!target.must_fit) {
    line.Option("--core", cell.core);
  } else {
    std::vector<std::string_view> boards;
    for (const emulation::Board* board : target.boards) boards.push_back(board->name);
    line.Option("--board", fmt::format("{}", Join(boards, ",")));
  }
  line.Option("--variant", VariantName(cell.variant)).Option("--build", BuildName(cell.build));
  arguments.model.AddTo(&line);
  return line.text();
}

// `cells` are by model, then the rest.
std::vector<report::ReportCell> ReportCells(const SizeArguments& arguments, const std::vector<Model>& models,
                                            const std::vector<SizeTarget>& targets,
                                            const std::vector<SizeCell>& cells) {
  std::vector<report::ReportCell> out;
  for (size_t i = 0; i < cells.size(); ++i) {
    report::ReportCell& cell = out.emplace_back(report::ToReport(cells[i]));
    const auto target = std::ranges::find_if(
        targets, [&](const SizeTarget& each) { return each.core->name == cells[i].core; });
    cell.command = Again(arguments, models[i * models.size() / cells.size()], *target, cells[i]);
    cell.key.detail = arguments.model.Detail();
  }
  return out;
}

int RunSize(SizeArguments arguments) {
  if (arguments.models.empty())
    arguments.models = {(GoldenFolder() / "models/atome_60k/atome_60k.atome03").string()};
  const Result<std::vector<SizeTarget>> targets = SizeTargets(arguments.cores, arguments.boards);
  if (!targets.ok()) return UsageError(targets.error().message);
  std::vector<Variant> variants;  // none when none is named
  std::vector<Model> models;
  for (const std::string& path : arguments.models) {
    Result<Model> model = arguments.model.Load(path);
    if (!model.ok()) return UsageError(model.error().message);
    const auto named = VariantsFor(model->config.architecture, path, arguments.variants);
    if (!named.ok()) return UsageError(named.error().message);
    if (!arguments.variants.empty()) variants = *named;
    models.push_back(*std::move(model));
  }
  SizeOptions options{.variants = variants,
                      .builds = {},
                      .jobs = arguments.jobs,
                      .time_limit = arguments.time_limit.Get(),
                      .progress = {}};
  for (const std::string& build : arguments.builds)
    options.builds.push_back(build == "size" ? FirmwareBuild::kSize : FirmwareBuild::kSpeed);

  Progress progress;
  options.progress = [&progress](size_t done, size_t total, const SizeCell& cell) {
    if (cell.status != CellStatus::kPass && cell.status != CellStatus::kTooLarge)
      progress.Say(StrCat(StatusName(cell.status), ": ", cell.model, " ", VariantName(cell.variant), " on ",
                          cell.core));
    progress.Update(done, total);
  };
  const std::vector<SizeCell> cells = MeasureSizes(models, *targets, options);
  std::cout << FormatSizes(cells, arguments.format, arguments.symbols);
  return arguments.report.Write([&] { return ReportCells(arguments, models, *targets, cells); },
                                Verdict(cells), {&emulation::UnicornMachine()});
}

}  // namespace

void AddSize(CLI::App& app, const std::string& command_line, int* exit_code) {
  auto arguments = std::make_shared<SizeArguments>();
  CLI::App* size = app.add_subcommand(
      "size", "Flash and RAM that a model takes, by what needs them, and the boards it fits on");
  size->add_option("MODEL", arguments->models, "Model files; default: the 60K model of golden/models");
  size->add_option("--core", arguments->cores, "m0, m0plus, m3, m4, m4f, m7; default: all")->delimiter(',');
  size->add_option("--board", arguments->boards,
                   "Only these, which the model must fit: all, or names as in emulation/README.md")
      ->delimiter(',');
  size->add_option("--variant", arguments->variants,
                   "f32, q15, q15kv8, plain, a row each; default: f32, or plain")
      ->delimiter(',');
  size->add_option("--build", arguments->builds, "Firmware optimised for speed, size, or one row for each")
      ->delimiter(',')
      ->check(CLI::IsMember({"speed", "size"}))
      ->capture_default_str();
  size->add_option("--symbols", arguments->symbols, "So many of the largest symbols too")
      ->check(CLI::Range(0u, 100000u));
  arguments->model.AddTo(size);
  arguments->time_limit.AddTo(size);
  arguments->report.AddTo(size, command_line);
  size->add_option("--jobs", arguments->jobs, "Cells at a time")
      ->check(CLI::Range(1u, 1024u))
      ->capture_default_str();
  AddFormat(size, &arguments->format);
  size->footer(
      "Example: atome size --variant f32,q15,q15kv8 --max-seq 32 --board bluepill\n"
      "Exit code 1 when the model does not fit a board that --board names.");
  size->callback([arguments, exit_code] { *exit_code = RunSize(*arguments); });
}

}  // namespace atome::harness
