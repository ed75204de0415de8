// atome verify
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>

#include "emulation/machine/machine.h"
#include "harness/base/file.h"
#include "harness/base/text.h"
#include "harness/commands/command.h"
#include "harness/commands/probe_options.h"
#include "harness/commands/progress.h"
#include "harness/commands/report_option.h"
#include "harness/commands/specialise_option.h"
#include "harness/model/prepared_image.h"
#include "harness/parity/verify.h"
#include "harness/report/command_line.h"
#include "harness/run/target.h"

namespace atome::harness {
namespace {

struct VerifyArguments {
  std::vector<std::string> models;
  std::vector<std::string> runners;
  std::vector<std::string> cores;
  std::vector<std::string> variants;
  std::vector<std::string> builds;
  SpecialiseOption specialise{Specialise::kBuilt};
  std::string board;
  ProbeOptions probe;
  std::string config;
  std::string trace;
  std::string engine;
  std::string firmware;
  std::optional<std::string> accept;
  ReportOption report;
  FormatOption format;
  unsigned jobs = DefaultJobs();
  bool taps = false;
  LimitOptions limits;
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
        StrCat((GoldenFolder() / "models").string(), ": no models here; name one, or set ATOME_GOLDEN_DIR"));
  }
  return paths;
}

Result<VerifyModel> LoadSubject(const VerifyArguments& arguments, const std::string& path,
                                const std::string& bytes, const std::string& sha256, Variant variant,
                                TraceFolder* traces) {
  if (const std::optional<Error> image = RefuseImage(path, bytes)) return *image;
  Result<GoldenTrace> trace =
      arguments.trace.empty() ? traces->Find(sha256, variant) : ReadTrace(arguments.trace);
  if (trace.missing() && arguments.trace.empty()) {
    return Missing(StrCat(path, ": no golden trace of variant ", VariantName(variant),
                          " for it; write one with /usr/bin/python3 -m golden.trace ", path,
                          " --config ... --prompt 'Once upon a time' --steps 48 --out my.trace (--variant "
                          "q15), then give --trace my.trace"));
  }
  if (!trace.ok()) return trace.error();
  if (std::find(trace->model_sha256.begin(), trace->model_sha256.end(), sha256) ==
      trace->model_sha256.end()) {
    return Bad(StrCat(path, ": its SHA-256 ", sha256, " is not among those in ", trace->path,
                      "; give the trace of this model"));
  }
  VerifyModel subject{{path, bytes, sha256, trace->config}, *std::move(trace)};
  if (!arguments.variants.empty()) subject.variant = variant;
  if (const std::string& accept = subject.trace.accept; !accept.empty()) {
    const Result<Acceptance> asked = Acceptance::Parse(accept);
    if (!asked.ok()) return Bad(StrCat(subject.trace.path, ": accept: ", asked.error().message));
    subject.acceptance = *asked;
  }
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

// The command that measures the cell again.
std::string Again(const VerifyArguments& arguments, const std::string& path, const report::Key& key) {
  report::CommandLine line("verify");
  line.Path(path).Option("--runner", key.runner).Option("--core", key.core);
  line.Option("--board", key.board);
  if (key.runner == "probe") arguments.probe.AddTo(&line);
  line.Option("--variant", key.variant).Option("--build", key.build_kind);
  if (!arguments.trace.empty()) line.Word("--trace").Path(arguments.trace);
  line.Option("--config", arguments.config).Option("--accept", arguments.accept.value_or(""));
  if (!arguments.engine.empty()) line.Word("--engine").Path(arguments.engine);
  if (!arguments.firmware.empty()) line.Word("--firmware").Path(arguments.firmware);
  if (arguments.taps) line.Word("--taps");
  arguments.specialise.AddTo(&line);
  return line.text();
}

int RunVerify(const VerifyArguments& given) {
  VerifyArguments arguments = given;
  if (arguments.models.empty()) {
    Result<std::vector<std::string>> paths = RepositoryModels();
    if (!paths.ok()) return UsageError(paths.error().message);
    arguments.models = *std::move(paths);
  }
  const Result<Acceptance> asked = Acceptance::Parse(arguments.accept.value_or("bits"));
  if (!asked.ok()) return UsageError(StrCat("--accept: ", asked.error().message));
  auto runners = MakeRunners({.runners = arguments.runners,
                              .cores = arguments.cores,
                              .builds = arguments.builds,
                              .engine = arguments.engine,
                              .firmware = arguments.firmware,
                              .specialise = arguments.specialise.get(),
                              .probe = arguments.probe.Choice(arguments.board),
                              .limits = arguments.limits.Get()});
  if (!runners.ok()) return UsageError(runners.error().message);
  std::vector<VerifyModel> subjects;
  TraceFolder traces((GoldenFolder() / "traces").string());
  for (const std::string& path : arguments.models) {
    const Result<std::string> bytes = ReadFile(path);
    if (!bytes.ok()) return UsageError(bytes.error().message);
    const auto variants = VariantsFor(ArchitectureOf(*bytes), path, arguments.variants);
    if (!variants.ok()) return UsageError(variants.error().message);
    const std::string sha256 = Sha256Hex(*bytes);
    for (const Variant variant : *variants) {
      Result<VerifyModel> subject = LoadSubject(arguments, path, *bytes, sha256, variant, &traces);
      if (!subject.ok()) return UsageError(subject.error().message);
      if (arguments.accept) subject->acceptance = *asked;
      subjects.push_back(*std::move(subject));
    }
  }

  Progress progress;
  std::vector<report::Cell> cells =
      Verify(subjects, *runners,
             {.jobs = arguments.jobs,
              .taps = arguments.taps,
              .progress = [&progress](size_t done, size_t total, const report::Cell& cell) {
                progress.Update(done, total, cell);
              }});
  progress.End();
  if (cells.empty()) {
    return UsageError(
        "nothing to run: host-simd has only an engine of f32; name another --core, or --variant f32 and a "
        "ternary model");
  }
  for (report::Cell& cell : cells) {
    const auto subject = std::ranges::find(subjects, cell.model_sha256,
                                           [](const VerifyModel& each) { return each.model.sha256; });
    cell.command = Again(arguments, subject->model.path, cell.key);
  }
  return arguments.report.Finish(std::move(cells), arguments.format,
                                 {&emulation::UnicornMachine(), &emulation::QemuMachine()});
}

void Declare(Options& options, VerifyArguments* arguments) {
  options.Texts("MODEL", &arguments->models,
                "Model files; default: all in golden/models and golden/models_plain");
  options
      .Texts("--runner", &arguments->runners,
             "native, unicorn, qemu, probe (a connected board); default: all but probe")
      .Offer({"native", "unicorn", "qemu", "probe"});
  options
      .Texts("--core", &arguments->cores,
             StrCat("host, host-simd (native), ", KnownCores(), "; default: all"))
      .Offer(CoreWordsWithHosts());
  options.Text("--board", &arguments->board, "With --runner probe: the board that is connected")
      .Offer(BoardNames());
  arguments->probe.AddTo(options);
  options
      .Texts("--variant", &arguments->variants,
             "f32, f32kv16, q15, q15kv8, or plain for a plain transformer; default: f32, or plain")
      .Offer(VariantWords());
  options.Texts("--build", &arguments->builds, "Firmware optimised for speed (default), size, or both")
      .Offer({"speed", "size"});
  arguments->specialise.AddTo(options);
  options
      .Text("--firmware", &arguments->firmware,
            "An ELF of another engine to run instead of ours, on the cores named")
      .Excludes("--specialise");
  options
      .Text("--engine", &arguments->engine,
            "A shared library of another engine to run instead of ours, as engine/probe/README.md says")
      .Excludes("--specialise");
  options.Text("--trace", &arguments->trace,
               "Golden trace, also of another --variant than the one that runs; default: the one in "
               "golden/traces with the model's hash");
  options.Text(
      "--accept", &arguments->accept,
      "What passes: bits, ulp:N (of the trace's logits), relative:X (of the oracle's largest), or tokens; "
      "default: what the trace says, else bits");
  options.Text("--config", &arguments->config, "Must equal the trace's: vocab_size=256,d_model=64,...");
  options.Flag("--taps", &arguments->taps,
               "Also compare every intermediate; firmware then runs in its generic build with taps");
  arguments->limits.AddTo(options);
  arguments->report.AddTo(options);
  AddJobs(options, &arguments->jobs);
  arguments->format.AddTo(options);
  options.Footer(
      "Example: atome verify golden/models/atome_60k/atome_60k.atome02 --runner unicorn,qemu --core m3");
}

}  // namespace

void AddVerify(Program& program) {
  program.Add("verify", "Compare every runner with the golden traces, to the bit", Declare, RunVerify);
}

}  // namespace atome::harness
