// atome verify
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>

#include "emulation/machine/machine.h"
#include "harness/parity/cell_output.h"
#include "harness/commands/command.h"
#include "harness/commands/progress.h"
#include "harness/commands/report_option.h"
#include "harness/report/command_line.h"
#include "harness/parity/parity_figures.h"
#include "harness/base/text.h"
#include "harness/parity/verify.h"

namespace atome::harness {
namespace {

struct VerifyArguments {
  std::vector<std::string> models;
  std::vector<std::string> runners;
  std::vector<std::string> cores;
  std::vector<std::string> variants;
  std::vector<std::string> builds;
  std::string config;
  std::string trace;
  ReportOption report;
  OutputFormat format = OutputFormat::kTable;
  unsigned jobs = DefaultJobs();
  bool taps = false;
  TimeLimit time_limit;
};

// Every model file of the repository, in order of folder and name.
Result<std::vector<std::string>> RepositoryModels() {
  std::vector<std::string> paths;
  std::error_code error;
  for (const char* folder : {"models", "models_plain"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(GoldenFolder() / folder, error)) {
      const std::string extension = entry.path().extension().string();
      if (extension.starts_with(".atome") || extension == ".plain01") paths.push_back(entry.path().string());
    }
  }
  std::sort(paths.begin(), paths.end());
  if (paths.empty()) {
    return Missing(
        StrCat((GoldenFolder() / "models").string(), ": no models; name one, or set ATOME_GOLDEN_DIR"));
  }
  return paths;
}

Result<VerifyModel> LoadSubject(const VerifyArguments& arguments, const std::string& path, Variant variant) {
  Result<std::string> bytes = ReadFile(path);
  if (!bytes.ok()) return bytes.error();
  const std::string sha256 = Sha256Hex(*bytes);
  Result<GoldenTrace> trace = arguments.trace.empty()
                                  ? FindTrace((GoldenFolder() / "traces").string(), sha256, variant)
                                  : ReadTrace(arguments.trace);
  if (trace.missing() && arguments.trace.empty()) {
    return Missing(StrCat(path, ": no golden trace of variant ", VariantName(variant),
                          " for it; write one with /usr/bin/python3 -m golden.trace ", path,
                          " --config ... --prompt 'Once upon a time' --steps 48 --out my.trace (--variant "
                          "q15), then give --trace my.trace"));
  }
  if (!trace.ok()) return trace.error();
  if (std::find(trace->model_sha256.begin(), trace->model_sha256.end(), sha256) ==
      trace->model_sha256.end()) {
    return Bad(StrCat(path, ": its SHA-256 ", sha256, " is not one of those in ", trace->path,
                      "; give the trace of this model"));
  }
  VerifyModel subject{{path, *std::move(bytes), sha256, trace->config}, *std::move(trace)};
  if (!arguments.config.empty()) {
    Result<ModelConfig> config = ParseConfig(arguments.config, subject.model.config.architecture);
    if (!config.ok()) return config.error();
    if (config->max_seq == 0) config->max_seq = subject.model.config.max_seq;
    if (ConfigToString(*config) != ConfigToString(subject.model.config)) {
      return Bad(StrCat(path, ": --config says ", ConfigToString(*config), ", its trace ",
                        ConfigToString(subject.model.config)));
    }
  }
  return subject;
}

// Measures the cell again.
std::string Again(const VerifyArguments& arguments, const std::string& path, const Cell& cell) {
  report::CommandLine line("verify");
  line.Path(path).Option("--runner", cell.runner).Option("--core", cell.core);
  line.Option("--variant", cell.variant).Option("--build", cell.build_kind);
  if (!arguments.trace.empty()) line.Word("--trace").Path(arguments.trace);
  line.Option("--config", arguments.config);
  if (cell.taps) line.Word("--taps");
  return line.text();
}

std::vector<report::ReportCell> ReportCells(const VerifyArguments& arguments,
                                            const std::vector<VerifyModel>& subjects,
                                            const std::vector<Cell>& cells) {
  std::vector<report::ReportCell> out;
  for (const Cell& cell : cells) {
    out.push_back(report::ToReport(cell));
    const auto subject = std::ranges::find_if(
        subjects, [&](const VerifyModel& each) { return each.model.Name() == cell.model; });
    out.back().command = Again(arguments, subject->model.path, cell);
  }
  return out;
}

int RunVerify(VerifyArguments arguments) {
  if (arguments.models.empty()) {
    Result<std::vector<std::string>> paths = RepositoryModels();
    if (!paths.ok()) return UsageError(paths.error().message);
    arguments.models = *std::move(paths);
  }
  auto runners =
      MakeRunners(arguments.runners, arguments.cores, arguments.time_limit.Get(), arguments.builds);
  if (!runners.ok()) return UsageError(runners.error().message);
  std::vector<VerifyModel> subjects;
  for (const std::string& path : arguments.models) {
    const Result<std::string> bytes = ReadFile(path);
    if (!bytes.ok()) return UsageError(bytes.error().message);
    const auto variants = VariantsFor(ArchitectureOf(*bytes), path, arguments.variants);
    if (!variants.ok()) return UsageError(variants.error().message);
    for (const Variant variant : *variants) {
      Result<VerifyModel> subject = LoadSubject(arguments, path, variant);
      if (!subject.ok()) return UsageError(subject.error().message);
      subjects.push_back(*std::move(subject));
    }
  }

  Progress progress;
  const std::vector<Cell> cells =
      Verify(subjects, *runners,
             {.jobs = arguments.jobs,
              .taps = arguments.taps,
              .progress = [&progress](size_t done, size_t total, const Cell& cell) {
                if (cell.status != CellStatus::kPass) {
                  progress.Say(
                      StrCat(StatusName(cell.status), ": ", cell.model, " on ", cell.runner, " ", cell.core));
                }
                progress.Update(done, total);
              }});
  if (cells.empty()) {
    return UsageError(
        "no cell is left: host-simd has no engine but of f32; name another --core, or --variant f32 of a "
        "ternary model");
  }
  std::cout << FormatCells(cells, arguments.format);
  return arguments.report.Write([&] { return ReportCells(arguments, subjects, cells); }, Verdict(cells),
                                {&emulation::UnicornMachine(), &emulation::QemuMachine()});
}

}  // namespace

void AddVerify(CLI::App& app, const std::string& command_line, int* exit_code) {
  auto arguments = std::make_shared<VerifyArguments>();
  CLI::App* verify = app.add_subcommand(
      "verify", "Compare every runner with the golden trace, to the bit, and with each other");
  verify->add_option("MODEL", arguments->models,
                     "Model files; default: all in golden/models and golden/models_plain");
  verify->add_option("--runner", arguments->runners, "native, unicorn, qemu; default: all")->delimiter(',');
  verify
      ->add_option("--core", arguments->cores,
                   "host, host-simd (native), m0, m0plus, m3, m4, m4f, m7; default: all")
      ->delimiter(',');
  verify
      ->add_option("--variant", arguments->variants,
                   "f32, q15, q15kv8, plain; default: f32, of a plain transformer plain")
      ->delimiter(',');
  verify->add_option("--build", arguments->builds, "Firmware built for speed (default), for size, or each")
      ->delimiter(',');
  verify->add_option("--trace", arguments->trace,
                     "Golden trace; default: the one in golden/traces with the model's hash");
  verify->add_option("--config", arguments->config,
                     "Checked against the trace: vocab_size=256,d_model=64,...");
  verify->add_flag("--taps", arguments->taps,
                   "Compare every intermediate too; firmware then runs in its generic build with taps");
  arguments->time_limit.AddTo(verify);
  arguments->report.AddTo(verify, command_line);
  verify->add_option("--jobs", arguments->jobs, "Cells at a time")
      ->check(CLI::Range(1u, 1024u))
      ->capture_default_str();
  AddFormat(verify, &arguments->format);
  verify->footer(
      "Example: atome verify golden/models/atome_60k/atome_60k.atome02 --runner unicorn,qemu --core m3");
  verify->callback([arguments, exit_code] { *exit_code = RunVerify(*arguments); });
}

}  // namespace atome::harness
