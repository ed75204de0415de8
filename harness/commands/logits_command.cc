// atome logits
#include <algorithm>
#include <cmath>
#include <iostream>
#include <optional>

#include "harness/base/text.h"
#include "harness/commands/command.h"
#include "harness/commands/model_options.h"
#include "harness/commands/progress.h"
#include "harness/commands/prompt_option.h"
#include "harness/run/runner.h"
#include "harness/run/target.h"

namespace atome::harness {
namespace {

struct LogitsArguments {
  std::string model;
  ModelOptions options;
  PromptOption prompt;
  uint32_t steps = 1;
  std::string runner;
  std::string core;
  std::string engine;
  std::string firmware;
  std::string variant;
  std::string format = "table";
  LimitOptions limits;
};

// The logits that chose each generated token: those of the prompt's last step and of all later steps.
std::vector<const std::vector<float>*> GeneratingLogits(const CaseExecution& result, size_t prompt_size) {
  std::vector<const std::vector<float>*> rows;
  for (size_t i = prompt_size - 1; i < result.steps.size(); ++i) rows.push_back(&result.steps[i].logits);
  return rows;
}

// 9 significant digits give every binary32 back, but readers take "-0" for an integer, which loses the sign.
std::string JsonNumber(float x) { return x == 0 && std::signbit(x) ? "-0.0" : fmt::format("{:.9g}", x); }

std::string Json(const CaseExecution& result, size_t prompt_size) {
  std::string out = fmt::format("{{\"tokens\": [{}], \"logits\": [", Join(result.generated, ", "));
  const char* separator = "";
  for (const std::vector<float>* row : GeneratingLogits(result, prompt_size)) {
    std::vector<std::string> numbers(row->size());
    std::transform(row->begin(), row->end(), numbers.begin(), JsonNumber);
    out += fmt::format("{}[{}]", separator, Join(numbers, ", "));
    separator = ",\n  ";
  }
  return out + "]}\n";
}

std::string Table(const CaseExecution& result, size_t prompt_size) {
  std::string out = "step  token  text  logit\n";
  const auto rows = GeneratingLogits(result, prompt_size);
  for (size_t i = 0; i < result.generated.size() && i < rows.size(); ++i) {
    const uint32_t token = result.generated[i];
    const std::string text = token >= 32 && token < 127 ? std::string(1, static_cast<char>(token)) : "";
    out += fmt::format("{:4}  {:5}  {:4}  {:.9g}\n", i, token, text, (*rows[i])[token]);
  }
  return out;
}

int RunLogits(const LogitsArguments& arguments) {
  Result<Model> model = arguments.options.Load(arguments.model, arguments.prompt.Size() + arguments.steps);
  if (!model.ok()) return UsageError(model.error().message);
  Result<std::vector<uint32_t>> prompt = arguments.prompt.Tokens(*model);
  if (!prompt.ok()) return UsageError(prompt.error().message);
  const std::string runner = !arguments.runner.empty()    ? arguments.runner
                             : arguments.firmware.empty() ? "native"
                                                          : "unicorn";
  const std::string core = !arguments.core.empty() ? arguments.core : runner == "native" ? "host" : "m3";
  std::vector<std::string> named;
  if (!arguments.variant.empty()) named.push_back(arguments.variant);
  const Result<std::vector<Variant>> variants = VariantsFor(model->config.architecture, model->path, named);
  if (!variants.ok()) return UsageError(variants.error().message);
  auto runners = MakeRunners({.runners = {runner},
                              .cores = {core},
                              .engine = arguments.engine,
                              .firmware = arguments.firmware,
                              .limits = arguments.limits.Get()});
  if (!runners.ok()) return UsageError(runners.error().message);

  Task task;
  task.prompts = {*prompt};
  task.generate = arguments.steps;
  task.variant = variants->front();
  Progress progress("running");
  const Execution execution = runners->front()->Run(*model, task);
  progress.End();
  if (execution.outcome != Outcome::kPass) {
    UsageError(execution.message);
    return execution.outcome == Outcome::kCrashed ? kCellCrashed : kUsage;
  }
  std::cout << (arguments.format == "json" ? Json(execution.cases[0], prompt->size())
                                           : Table(execution.cases[0], prompt->size()));
  return kPass;
}

void Declare(Options& options, LogitsArguments* arguments) {
  options.Text("MODEL", &arguments->model, "Model file").Required();
  arguments->options.AddTo(options, "the positions of the run, at least 64");
  arguments->prompt.AddTo(options);
  options.Count("--steps", &arguments->steps, 1, 1'000'000, "Tokens to generate");
  arguments->limits.AddTo(options);
  options
      .Text("--runner", &arguments->runner,
            "native, unicorn or qemu; default: native, with --firmware unicorn")
      .Offer({"native", "unicorn", "qemu"});
  options
      .Text("--core", &arguments->core,
            StrCat("host or host-simd (native), ", KnownCores(), "; default: host for native, else m3"))
      .Offer(CoreWordsWithHosts());
  options.Text("--engine", &arguments->engine, "A shared library of another engine to run instead of ours");
  options.Text("--firmware", &arguments->firmware, "An ELF of another engine to run instead of ours");
  options
      .Text("--variant", &arguments->variant,
            "f32, f32kv16, q15 or q15kv8, or plain for a plain transformer; default: f32, or plain")
      .Offer(VariantWords());
  options.Word("--format", &arguments->format, {"table", "json"}, "Form of the output");
  options.Footer(
      "Example: atome logits golden/models/atome_60k/atome_60k.atome02 --prompt 'Once upon a time' --steps 8 "
      "--format json");
}

}  // namespace

void AddLogits(Program& program) {
  program.Add("logits", "Continue a prompt greedily; print the logits of each step", Declare, RunLogits);
}

}  // namespace atome::harness
