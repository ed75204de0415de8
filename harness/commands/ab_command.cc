// atome ab
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "harness/ab/measure.h"
#include "harness/ab/notes.h"
#include "harness/ab/summary.h"
#include "harness/ab/training.h"
#include "harness/base/file.h"
#include "harness/base/places.h"
#include "harness/base/replace_file.h"
#include "harness/base/text.h"
#include "harness/base/version.h"
#include "harness/commands/command.h"
#include "harness/commands/progress.h"
#include "harness/commands/report_option.h"
#include "harness/commands/specialise_option.h"
#include "harness/perplexity/text_warnings.h"
#include "harness/report/command_line.h"
#include "harness/report/report_file.h"

namespace atome::harness {
namespace {

struct AbArguments {
  std::string config;
  std::optional<std::string> out;
  std::vector<std::string> from;
  bool train = false;
  bool fresh = false;
  SpecialiseOption specialise{Specialise::kCompile};
  FormatOption format;
  unsigned jobs = DefaultJobs();
  LimitOptions limits;
  ReportOption report;

  std::string Folder(const ab::Config& of) const {
    return out.value_or((WorkFolder() / "ab" / of.name).string());
  }
};

// Writes the text to a file, because the trainer reads only files.
Result<std::string> FileOf(const ab::Config& config, const EvaluationText& text, const std::string& folder) {
  if (config.text) return *config.text;
  const std::string path = StrCat(folder, "/corpus-", text.sha256.substr(0, 16), ".txt");
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const std::string why = ReplaceFile(path, std::string(text.tokens.begin(), text.tokens.end()));
  if (!why.empty()) return Bad(why);
  return path;
}

std::optional<ab::TrainingFailure> Train(const AbArguments& arguments, const ab::Config& config,
                                         const EvaluationText& text, const Progress& progress) {
  const bool any = std::ranges::any_of(
      config.contenders, [](const ab::Contender& contender) { return contender.training.has_value(); });
  if (!any) {
    if (!arguments.train) return std::nullopt;
    return ab::TrainingFailure{
        kUsage,
        StrCat(config.path, ": --train: no contender has a \"train\"; add one, or leave out --train")};
  }
  const Result<std::string> file = FileOf(config, text, arguments.Folder(config));
  if (!file.ok()) return ab::TrainingFailure{kUsage, file.error().message};
  ab::Trainer trainer{.folder = DataFolder().string(),
                      .text = *file,
                      .text_sha256 = text.sha256,
                      .again = arguments.train,
                      .jobs = arguments.jobs,
                      .say = [&progress](std::string_view line) { progress.Say(line); }};
  if (const char* python = std::getenv("ATOME_PYTHON")) trainer.python = python;
  return ab::TrainMissing(config, trainer);
}

Result<std::vector<report::Report>> ReadReports(const std::vector<std::string>& paths) {
  std::vector<report::Report> reports;
  for (const std::string& path : paths) {
    Result<report::Report> report = report::ReadReport(path);
    if (!report.ok()) return Bad(StrCat("--from: ", report.error().message));
    reports.push_back(*std::move(report));
  }
  return reports;
}

// The hash of this executable, which holds the engines and the emulator's timing.
std::string ProgramSha256() {
  const Result<std::string> program = ReadFile("/proc/self/exe");
  return program.ok() ? Sha256Hex(*program) : std::string(Version());
}

ab::Measured Measure(const AbArguments& arguments, const ab::Experiment& experiment,
                     const std::vector<report::Report>& from, Progress* progress) {
  ab::KeptCells kept(StrCat(arguments.Folder(experiment.config), "/cells.binpb"), ProgramSha256(),
                     arguments.fresh);
  const emulation::RunLimits limits = arguments.limits.Get();
  ab::Measured measured = ab::MeasureAll(
      experiment, &kept,
      {.measure = [&](const ab::Piece& piece) { return ab::MeasurePiece(experiment, piece, limits); },
       .firmware = [&](const ab::Piece& piece) { return ab::FirmwareSha256(experiment, piece); },
       .from = &from,
       .jobs = arguments.jobs,
       .progress = [progress](size_t done, size_t total,
                              const report::Cell& cell) { progress->Update(done, total, cell); },
       .warn = [progress](std::string_view line) { progress->Say(line); }});
  if (const size_t known = measured.from_reports + measured.from_before; known > 0)
    progress->Say(StrCat("not measured again: ", known, " of ", measured.cells.size(), " cells, ",
                         measured.from_reports, " of them from reports"));
  return measured;
}

// Writes one report: first the contenders, then the cells that they summarise.
std::string WriteResults(const AbArguments& arguments, const std::string& path,
                         std::vector<report::Cell> cells, std::vector<report::Cell> measured) {
  std::ranges::move(measured, std::back_inserter(cells));
  std::error_code ignored;  // writing the file will report it
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  return report::WriteReport(arguments.report.ReportOf(std::move(cells), {&emulation::UnicornMachine()}),
                             path);
}

int RunAb(const AbArguments& arguments) {
  Result<ab::Config> config = ab::LoadConfig(arguments.config);
  if (!config.ok()) return UsageError(config.error().message);
  Result<EvaluationText> text = config->tokens ? LoadTokens(*config->tokens) : LoadText(config->text);
  if (!text.ok())
    return UsageError(
        StrCat(config->path, config->tokens ? ": /tokens: " : ": /text: ", text.error().message,
               config->text_from.empty() ? "" : StrCat("; ", config->text_from, " fetches it")));
  const Result<TextPlan> plan = PlanText(*text, Protocol::kChunks, config->part, config->chunk, std::nullopt);
  if (!plan.ok()) return UsageError(StrCat(config->path, ": ", plan.error().message));
  const Result<std::vector<report::Report>> from = ReadReports(arguments.from);
  if (!from.ok()) return UsageError(from.error().message);
  Progress progress;
  for (const std::string& warning : TextWarnings(*text)) progress.Say(warning);
  if (const auto failure = Train(arguments, *config, *text, progress)) {
    UsageError(failure->message);
    return failure->code;
  }
  Result<ab::Experiment> experiment = ab::LoadExperiment(*std::move(config), *std::move(text), *plan);
  if (!experiment.ok()) return UsageError(experiment.error().message);
  experiment->specialise = arguments.specialise.get();
  ab::Measured measured = Measure(arguments, *experiment, *from, &progress);
  std::vector<report::Cell> cells = ab::Summarize(*experiment, measured.cells);
  // A contender cannot be measured alone, so its command is the whole A/B, which reuses measured cells.
  report::CommandLine again("ab");
  again.Path(experiment->config.path);
  arguments.specialise.AddTo(&again);
  for (report::Cell& cell : cells) cell.command = again.text();
  progress.End();
  const std::string results = StrCat(arguments.Folder(experiment->config), "/ab_results.json");
  const std::string why = WriteResults(arguments, results, cells, std::move(measured.cells));
  if (!why.empty()) return UsageError(why);
  std::cerr << "written: " << results << "\n";
  return arguments.report.Finish(std::move(cells), arguments.format, {&emulation::UnicornMachine()},
                                 ab::Notes(*experiment));
}

void Declare(Options& options, AbArguments* arguments) {
  options.Text("CONFIG", &arguments->config, "File that says what to compare; see harness/ab/README.md")
      .Required();
  options.Text("--out", &arguments->out,
               "Folder for ab_results.json and the measured cells; default: build/ab/NAME");
  options.Texts("--from", &arguments->from,
                "Reports whose cells are reused where model, text and firmware are the same");
  options.Flag("--train", &arguments->train, "Also train the models that exist, from the beginning");
  options.Flag("--fresh", &arguments->fresh, "Ignore the cells that an earlier run left in the folder");
  arguments->specialise.AddTo(options);
  arguments->limits.AddTo(options);
  AddJobs(options, &arguments->jobs, "Trainings or measurements at a time; does not change figures");
  arguments->report.AddTo(options);
  arguments->format.AddTo(options);
  options.Footer(
      "Example: atome ab golden/experiments/variants.json\n"
      "Reuse the cells of a report: atome ab golden/experiments/variants.json --from "
      "build/nightly/report.binpb\n"
      "After an interruption the same command goes on; leave out --train then.");
}

}  // namespace

void AddAb(Program& program) {
  program.Add("ab", "Compare models or variants over seeds and cores, as a file says", Declare, RunAb);
}

}  // namespace atome::harness
