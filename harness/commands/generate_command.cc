// atome generate
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "emulation/base/printable.h"
#include "harness/base/table.h"
#include "harness/base/text.h"
#include "harness/commands/command.h"
#include "harness/commands/model_options.h"
#include "harness/commands/prompt_option.h"
#include "harness/generate/generate.h"
#include "harness/run/target.h"

namespace atome::harness {
namespace {

struct GenerateArguments {
  std::string model;
  ModelOptions options;
  PromptOption prompt;
  uint32_t steps = 64;
  Sampling sampling;
  std::string runner;
  std::string core;
  std::string variant;
  std::string firmware;
  bool raw = false;
  LimitOptions limits;
};

// A text on standard output as it comes: its bytes, or what of them is harmless on a terminal. The prompt
// comes with the first token, so that a model or runner that gives none leaves nothing.
class Output {
 public:
  Output(std::vector<uint32_t> prompt, bool raw)
      : prompt_(std::move(prompt)), terminal_(isatty(STDOUT_FILENO) != 0), raw_(raw || !terminal_) {}

  // False when nothing can be written any more.
  bool Put(uint32_t token) {
    for (const uint32_t each : std::exchange(prompt_, {})) Write(each);
    Write(token);
    std::cout.flush();
    return static_cast<bool>(std::cout);
  }
  void End() {
    std::cout << escaped_.Finish();
    if (terminal_) std::cout << "\n";
  }

 private:
  void Write(uint32_t token) {
    const auto byte = static_cast<uint8_t>(token);
    if (raw_) {
      std::cout.put(static_cast<char>(byte));
    } else {
      std::cout << escaped_.Feed(byte);
    }
  }

  std::vector<uint32_t> prompt_;  // until it is written
  bool terminal_, raw_;
  emulation::TerminalText escaped_;
};

// "48 tokens, 228 878 modelled cycles a token"; on the host their number a second.
std::string Cost(const Generated& generated, bool native, double seconds) {
  std::string text = StrCat(generated.tokens, generated.tokens == 1 ? " token" : " tokens");
  const auto whole = [](double number) { return Grouped(static_cast<uint64_t>(number + 0.5)); };
  if (native) {
    if (generated.tokens > 0 && seconds > 0)
      StrAppend(&text, ", ", whole(generated.tokens / seconds), " tokens/s on this host");
  } else if (generated.cycles_per_token) {
    StrAppend(&text, ", ", whole(*generated.cycles_per_token), " modelled cycles a token");
  } else if (generated.instructions_per_token) {
    StrAppend(&text, ", ", whole(*generated.instructions_per_token),
              " instructions a token; cycles are not modelled");
  }
  return text;
}

int RunGenerate(const GenerateArguments& arguments) {
  Result<Model> model = arguments.options.Load(arguments.model, arguments.prompt.Size() + arguments.steps);
  if (!model.ok()) return UsageError(model.error().message);
  if (model->config.vocab_size != kByteVocabulary) {
    return UsageError(StrCat(model->path, ": its vocabulary is ", model->config.vocab_size,
                             ", so its tokens are not bytes of a text; atome logits prints their numbers"));
  }
  Result<std::vector<uint32_t>> prompt = arguments.prompt.Tokens(*model);
  if (!prompt.ok()) return UsageError(prompt.error().message);
  const bool may_be_host = arguments.firmware.empty() && arguments.runner.empty();
  const bool on_host = arguments.core.empty() ? may_be_host || arguments.runner == "native"
                                              : arguments.core.starts_with("host");
  const std::string core = !arguments.core.empty() ? arguments.core : on_host ? "host" : "m3";
  const std::string runner = !arguments.runner.empty() ? arguments.runner : on_host ? "native" : "unicorn";
  std::vector<std::string> named;
  if (!arguments.variant.empty()) named.push_back(arguments.variant);
  const Result<std::vector<Variant>> variants = VariantsFor(model->config.architecture, model->path, named);
  if (!variants.ok()) return UsageError(variants.error().message);
  auto runners = MakeRunners({.runners = {runner},
                              .cores = {core},
                              .firmware = arguments.firmware,
                              .limits = arguments.limits.Get()});
  if (!runners.ok()) return UsageError(runners.error().message);

  Output output(*prompt, arguments.raw);
  const auto began = std::chrono::steady_clock::now();
  const Generated generated = Generate(*runners->front(), *model,
                                       {.prompt = *prompt,
                                        .steps = arguments.steps,
                                        .variant = variants->front(),
                                        .sampling = arguments.sampling},
                                       [&output](uint32_t token) { return output.Put(token); });
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (generated.tokens > 0) output.End();
  if (generated.outcome != Outcome::kPass) {
    UsageError(generated.message);
    return ExitCodeOf(generated.outcome);
  }
  std::cerr << Cost(generated, on_host, seconds) << "\n";
  return kPass;
}

void Declare(Options& options, GenerateArguments* arguments) {
  options.Text("MODEL", &arguments->model, "Model file, with a vocabulary of bytes").Required();
  arguments->options.AddTo(options, "the positions of the run, at least 64");
  arguments->prompt.AddTo(options);
  options.Count("--steps", &arguments->steps, 1, 1'000'000, "Tokens to generate");
  options.Real("--temperature", &arguments->sampling.temperature, 0, 100,
               "How even the choice is; 0: always the likeliest token, as atome logits");
  options.Count("--top-k", &arguments->sampling.top_k, 0, 65536, "Only the K likeliest tokens; 0: all");
  options.Real("--top-p", &arguments->sampling.top_p, 1e-9, 1,
               "Only the likeliest tokens that together have this probability");
  options.Count("--seed", &arguments->sampling.seed, 0, UINT64_MAX,
                "Of the choice: the same seed gives the same text on every runner");
  options
      .Text("--runner", &arguments->runner, "native, unicorn or qemu; default: native on hosts, else unicorn")
      .Offer({"native", "unicorn", "qemu"});
  options
      .Text("--core", &arguments->core,
            StrCat("host or host-simd (native), ", KnownCores(),
                   "; default: host, or m3 with --runner or --firmware"))
      .Offer(CoreWordsWithHosts());
  options
      .Text("--variant", &arguments->variant,
            "f32, f32kv16, q15 or q15kv8, or plain for a plain transformer; default: f32, or plain")
      .Offer(VariantWords());
  options.Text("--firmware", &arguments->firmware,
               "An ELF of another engine to run instead of ours, as engine/probe/README.md says");
  options.Flag("--raw", &arguments->raw,
               "Control characters as they are on a terminal, too, where they are spelled out as \\x1b");
  arguments->limits.AddTo(options);
  options.Footer(
      "Example: atome generate golden/models/atome_60k/atome_60k.atome03 --prompt 'Once upon a time' --seed "
      "1");
}

}  // namespace

void AddGenerate(Program& program) {
  program.Add("generate", "Continue a prompt as text, as it comes", Declare, RunGenerate);
}

}  // namespace atome::harness
