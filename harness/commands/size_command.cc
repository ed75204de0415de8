// atome size
#include <algorithm>

#include "harness/base/text.h"
#include "harness/commands/boards_option.h"
#include "harness/commands/command.h"
#include "harness/commands/model_options.h"
#include "harness/commands/progress.h"
#include "harness/commands/report_option.h"
#include "harness/commands/specialise_option.h"
#include "harness/report/command_line.h"
#include "harness/run/given_firmware.h"
#include "harness/run/target.h"
#include "harness/size/size.h"

namespace atome::harness {
namespace {

struct SizeArguments {
  std::vector<std::string> models;
  std::vector<std::string> cores;
  std::vector<std::string> boards;
  BoardsOption more_boards;
  std::vector<std::string> variants;
  std::vector<std::string> builds;
  std::string firmware;
  ModelOptions model;
  SpecialiseOption specialise{Specialise::kCompile};
  size_t symbols = 0;
  FormatOption format;
  unsigned jobs = DefaultJobs();
  TimeLimit time_limit;
  ReportOption report;
};

// The command that measures the cell again.
std::string Again(const SizeArguments& arguments, const Model& model, const SizeTarget& target,
                  const report::Key& key) {
  report::CommandLine line("size");
  line.Path(model.path);
  if (!target.must_fit) {
    line.Option("--core", key.core);
  } else {
    std::vector<std::string_view> boards;
    for (const emulation::Board* board : target.boards) boards.push_back(board->name);
    line.Option("--board", fmt::format("{}", Join(boards, ",")));
  }
  arguments.more_boards.AddTo(&line);
  line.Option("--variant", key.variant).Option("--build", key.build_kind);
  if (!arguments.firmware.empty()) line.Word("--firmware").Path(arguments.firmware);
  arguments.model.AddTo(&line);
  arguments.specialise.AddTo(&line);
  if (arguments.symbols != 0) line.Option("--symbols", StrCat(arguments.symbols));
  return line.text();
}

int RunSize(const SizeArguments& given) {
  SizeArguments arguments = given;
  if (const std::string why = arguments.more_boards.Load(); !why.empty()) return UsageError(why);
  if (arguments.models.empty())
    arguments.models = {(GoldenFolder() / "models/atome_60k/atome_60k.atome03").string()};
  const Result<std::vector<SizeTarget>> targets = SizeTargets(arguments.cores, arguments.boards);
  if (!targets.ok()) return UsageError(targets.error().message);
  const Result<std::vector<FirmwareBuild>> builds = ParseBuilds(arguments.builds);
  if (!builds.ok()) return UsageError(builds.error().message);
  const Result<std::shared_ptr<const Firmware>> firmware =
      GivenFirmware(arguments.firmware, !arguments.cores.empty(), arguments.builds);
  if (!firmware.ok()) return UsageError(firmware.error().message);
  if (*firmware != nullptr && !arguments.boards.empty())
    return UsageError(
        "--board: whether --firmware fits one is told when it runs there: atome cycles --firmware --board");
  std::vector<Variant> variants;  // empty when none is named
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
                      .builds = *builds,
                      .specialise = arguments.specialise.get(),
                      .given = *firmware,
                      .symbols = arguments.symbols,
                      .jobs = arguments.jobs,
                      .time_limit = arguments.time_limit.Get(),
                      .progress = {}};

  Progress progress;
  options.progress = [&progress](size_t done, size_t total, const report::Cell& cell) {
    if (!cell.passed() && cell.outcome != Outcome::kTooLarge)
      progress.Say(StrCat(OutcomeText(cell.outcome), ": ", cell.key.model, " ", cell.key.variant, " on ",
                          cell.key.core));
    progress.Update(done, total);
  };
  std::vector<report::Cell> cells = MeasureSizes(models, *targets, options);
  progress.End();
  for (size_t i = 0; i < cells.size(); ++i) {
    report::Key& key = cells[i].key;
    const auto target = std::ranges::find_if(
        *targets, [&key](const SizeTarget& each) { return each.core->name == key.core; });
    cells[i].command = Again(arguments, models[i * models.size() / cells.size()], *target, key);
    for (const std::string& more : {arguments.model.Detail(), arguments.specialise.Detail()}) {
      if (!more.empty()) StrAppend(&key.detail, key.detail.empty() ? "" : ", ", more);
    }
  }
  return arguments.report.Finish(std::move(cells), arguments.format, {&emulation::UnicornMachine()});
}

void Declare(Options& options, SizeArguments* arguments) {
  options.Texts("MODEL", &arguments->models, "Model files; default: the 60K model of golden/models");
  options.Texts("--core", &arguments->cores, StrCat(KnownCores(), "; default: all")).Offer(CoreNames());
  options
      .Texts("--board", &arguments->boards,
             "Boards that the model must fit: all, or names as in emulation/README.md")
      .Offer(BoardNames());
  arguments->more_boards.AddTo(options);
  options
      .Texts(
          "--variant", &arguments->variants,
          "f32, f32kv16, q15, q15kv8, or plain for a plain transformer, a row each; default: f32, or plain")
      .Offer(VariantWords());
  options
      .Texts("--build", &arguments->builds,
             "Firmware optimised for speed (default), size, or both, a row each")
      .Among({"speed", "size"});
  options.Count("--symbols", &arguments->symbols, 0, 100'000, "Also show this many of the largest symbols");
  arguments->specialise.AddTo(options);
  options
      .Text("--firmware", &arguments->firmware,
            "An ELF of another engine instead of ours, for the cores named")
      .Excludes("--specialise");
  arguments->model.AddTo(options);
  arguments->time_limit.AddTo(options);
  arguments->report.AddTo(options);
  AddJobs(options, &arguments->jobs);
  arguments->format.AddTo(options);
  options.Footer(
      "Example: atome size --variant f32,q15,q15kv8 --max-seq 32 --board bluepill\n"
      "Exit code 1 when the model does not fit a board of --board.");
}

}  // namespace

void AddSize(Program& program) {
  program.Add("size", "Measure flash and RAM of a model, and the boards that it fits", Declare, RunSize);
}

}  // namespace atome::harness
