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
#include "harness/size/size_plan.h"

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
  bool plan = false;
  FormatOption format;
  unsigned jobs = DefaultJobs();
  LimitOptions limits;
  ReportOption report;
};

// The command that measures the cell again.
std::string Again(const SizeArguments& arguments, const Model& model, const SizeTarget& target,
                  const report::Key& key) {
  report::CommandLine line("size");
  if (!model.bytes.empty()) line.Path(model.path);
  if (arguments.plan) line.Word("--plan");
  if (!target.must_fit) {
    line.Option("--core", key.core);
  } else {
    std::vector<std::string_view> boards;
    for (const emulation::Board* board : target.boards) boards.push_back(board->name);
    line.Option("--board", fmt::format("{}", Join(boards, ",")));
  }
  arguments.more_boards.AddTo(&line);
  line.Option("--variant", key.variant);
  if (!arguments.plan) line.Option("--build", key.build_kind);
  if (!arguments.firmware.empty()) line.Word("--firmware").Path(arguments.firmware);
  arguments.model.AddTo(&line);
  arguments.specialise.AddTo(&line);
  if (arguments.symbols != 0) line.Option("--symbols", StrCat(arguments.symbols));
  return line.text();
}

// Why these do not go with --plan; empty where they do.
std::string WhyNoPlan(const SizeArguments& arguments) {
  if (!arguments.firmware.empty())
    return "--plan tells of our engine before there is firmware; leave out --firmware, or --plan to measure "
           "it";
  if (arguments.symbols != 0)
    return "--plan compiles nothing, so there are no symbols; leave out --symbols, or --plan to measure them";
  if (std::ranges::find(arguments.builds, "size") != arguments.builds.end())
    return "--plan is of firmware for speed; leave out --build, or --plan to measure a build for size";
  return "";
}

// Completes what was measured for the report.
int Finish(const SizeArguments& arguments, const std::vector<Model>& models,
           const std::vector<SizeTarget>& targets, std::vector<report::Cell> cells) {
  for (size_t i = 0; i < cells.size(); ++i) {
    report::Key& key = cells[i].key;
    const auto target =
        std::ranges::find_if(targets, [&key](const SizeTarget& each) { return each.core->name == key.core; });
    cells[i].command = Again(arguments, models[i * models.size() / cells.size()], *target, key);
    for (const std::string& more : {arguments.model.Detail(), arguments.specialise.Detail()}) {
      if (!more.empty()) StrAppend(&key.detail, key.detail.empty() ? "" : ", ", more);
    }
  }
  return arguments.report.Finish(std::move(cells), arguments.format, {&emulation::UnicornMachine()});
}

int RunSize(const SizeArguments& given) {
  SizeArguments arguments = given;
  if (const std::string why = arguments.plan ? WhyNoPlan(arguments) : ""; !why.empty())
    return UsageError(why);
  if (const std::string why = arguments.more_boards.Load(); !why.empty()) return UsageError(why);
  const bool imagined = arguments.plan && arguments.models.empty() && arguments.model.config();
  if (arguments.models.empty() && !imagined)
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
  if (imagined) {
    Result<Model> model = ModelOfDimensions(*arguments.model.config(), arguments.model.max_seq());
    if (!model.ok()) return UsageError(StrCat("--config: ", model.error().message));
    models.push_back(*std::move(model));
    const auto named = VariantsFor(Architecture::kTernary, "--config", arguments.variants);
    if (!named.ok()) return UsageError(named.error().message);
    if (!arguments.variants.empty()) variants = *named;
  }
  for (const std::string& path : arguments.models) {
    Result<Model> model = arguments.model.Load(path);
    if (!model.ok()) return UsageError(model.error().message);
    if (arguments.plan && model->config.architecture != Architecture::kTernary)
      return UsageError(
          StrCat(path, ": --plan is of ternary models; leave it out to measure a plain transformer"));
    const auto named = VariantsFor(model->config.architecture, path, arguments.variants);
    if (!named.ok()) return UsageError(named.error().message);
    if (!arguments.variants.empty()) variants = *named;
    models.push_back(*std::move(model));
  }
  if (arguments.plan) return Finish(arguments, models, *targets, PlanSizes(models, *targets, variants));
  SizeOptions options{.variants = variants,
                      .builds = *builds,
                      .specialise = arguments.specialise.get(),
                      .given = *firmware,
                      .symbols = arguments.symbols,
                      .jobs = arguments.jobs,
                      .limits = arguments.limits.Get(),
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
  return Finish(arguments, models, *targets, std::move(cells));
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
  options
      .Flag(
          "--plan", &arguments->plan,
          "What a model will take, for every variant: nothing is compiled or run; instead of MODEL, --config "
          "may give the dimensions of one that does not exist")
      .Excludes("--specialise");
  arguments->model.AddTo(options);
  arguments->limits.AddTo(options);
  arguments->report.AddTo(options);
  AddJobs(options, &arguments->jobs);
  arguments->format.AddTo(options);
  options.Footer(
      "Example: atome size --variant f32,q15,q15kv8 --max-seq 32 --board bluepill\n"
      "Example: atome size --plan --board rp2040 --max-seq 128\n"
      "Exit code 1 when the model does not fit a board of --board.");
}

}  // namespace

void AddSize(Program& program) {
  program.Add("size", "Measure flash and RAM of a model, and the boards that it fits", Declare, RunSize);
}

}  // namespace atome::harness
