// atome ab
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "harness/ab/engine_instruments.h"
#include "harness/ab/measure.h"
#include "harness/ab/output.h"
#include "harness/ab/report_figures.h"
#include "harness/commands/command.h"
#include "harness/commands/progress.h"
#include "harness/commands/report_option.h"
#include "harness/base/replace_file.h"
#include "harness/report/command_line.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

struct AbArguments {
  std::string config;
  std::optional<std::string> out;
  std::string cache;
  bool train = false;
  bool fresh = false;
  OutputFormat format = OutputFormat::kTable;
  unsigned jobs = DefaultJobs();
  TimeLimit time_limit;
  ReportOption report;
};

// The text as a file for the trainer, which reads no other.
Result<std::string> FileOf(const ab::Config& config, const EvaluationText& text, const std::string& folder) {
  if (config.text) return *config.text;
  const std::string path = StrCat(folder, "/corpus-", text.sha256.substr(0, 16), ".txt");
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const std::string why = ReplaceFile(path, text.bytes);
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
        kUsage, StrCat(config.path, ": --train: no contender has a \"train\"; add one, or leave it out")};
  }
  const Result<std::string> file = FileOf(config, text, arguments.cache);
  if (!file.ok()) return ab::TrainingFailure{kUsage, file.error().message};
  ab::Trainer trainer{.text = *file,
                      .text_sha256 = text.sha256,
                      .again = arguments.train,
                      .jobs = arguments.jobs,
                      .say = [&progress](std::string_view line) { progress.Say(line); }};
  if (const char* python = std::getenv("ATOME_PYTHON")) trainer.python = python;
  return ab::TrainMissing(config, trainer);
}

// Nothing measures one contender alone; what has been measured is not measured again.
std::vector<report::ReportCell> ReportCells(const ab::Config& config, const ab::TextFacts& text,
                                            const std::vector<ab::Measured>& measured,
                                            const ab::Summary& summary) {
  std::vector<report::ReportCell> cells = ab::ToReport(config, text, measured, summary);
  for (report::ReportCell& cell : cells) cell.command = report::CommandLine("ab").Path(config.path).text();
  return cells;
}

int RunAb(const AbArguments& arguments) {
  const Result<ab::Config> config = ab::LoadConfig(arguments.config);
  if (!config.ok()) return UsageError(config.error().message);
  const Result<EvaluationText> text = LoadText(config->text);
  if (!text.ok()) return UsageError(StrCat(config->path, ": /text: ", text.error().message));
  const Result<TextPlan> plan =
      PlanText(*text, Protocol::kChunks, config->whole_text ? TextPart::kAll : TextPart::kLastTenth,
               config->chunk, std::nullopt);
  if (!plan.ok()) return UsageError(StrCat(config->path, ": ", plan.error().message));
  Progress progress;
  if (const auto failure = Train(arguments, *config, *text, progress)) {
    UsageError(failure->message);
    return failure->code;
  }

  const ab::EngineInstruments instruments(*config, *text, *plan, arguments.time_limit.Get());
  ab::Cache cache(arguments.cache, arguments.fresh);
  const auto measured =
      ab::Measure(*config, instruments, &cache,
                  {.jobs = arguments.jobs,
                   .progress = [&progress](size_t done, size_t total) { progress.Update(done, total); },
                   .warn = [&progress](std::string_view line) { progress.Say(line); }});
  if (!measured.ok()) return UsageError(measured.error().message);
  const ab::Summary summary = ab::Summarize(*config, *measured);
  const ab::TextFacts facts{std::filesystem::path(text->path).filename().string(), text->sha256,
                            text->bytes.size()};
  const std::filesystem::path folder = arguments.out.value_or(StrCat(ATOME_BINARY_DIR "/ab/", config->name));
  std::error_code ignored;  // the writing says it
  std::filesystem::create_directories(folder, ignored);
  const std::string results = (folder / "ab_results.json").string();
  const std::string why =
      ReplaceFile(results, ab::Format(*config, facts, *measured, summary, OutputFormat::kJson));
  if (!why.empty()) return UsageError(why);
  std::cout << ab::Format(*config, facts, *measured, summary, arguments.format);
  std::cerr << "written: " << results << "\n";
  return arguments.report.Write([&] { return ReportCells(*config, facts, *measured, summary); },
                                ab::VerdictOf(*measured), {&emulation::UnicornMachine()});
}

}  // namespace

void AddAb(CLI::App& app, const std::string& command_line, int* exit_code) {
  auto arguments = std::make_shared<AbArguments>();
  arguments->cache = ATOME_BINARY_DIR "/ab/cache";
  CLI::App* ab = app.add_subcommand(
      "ab",
      "Models or engine variants compared, over seeds and cores, as a file says; trains what is missing");
  ab->add_option("CONFIG", arguments->config, "What is compared; harness/ab/README.md says how to write it")
      ->required();
  ab->add_option("--out", arguments->out, "Folder for ab_results.json; default: build/ab/NAME");
  ab->add_flag("--train", arguments->train, "Train the models that are there, too, from the beginning");
  ab->add_option("--cache", arguments->cache, "Folder of what earlier runs measured")->capture_default_str();
  ab->add_flag("--fresh", arguments->fresh, "Measure all anew");
  arguments->time_limit.AddTo(ab);
  ab->add_option("--jobs", arguments->jobs,
                 "Trainings or measurements at a time; figures are the same for any number")
      ->check(CLI::Range(1u, 1024u))
      ->capture_default_str();
  arguments->report.AddTo(ab, command_line);
  AddFormat(ab, &arguments->format);
  ab->footer(
      "Example: atome ab golden/experiments/variants.json\n"
      "Run again after it was interrupted, it goes on; with --train leave that out then.");
  ab->callback([arguments, exit_code] { *exit_code = RunAb(*arguments); });
}

}  // namespace atome::harness
