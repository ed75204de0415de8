#include "harness/inject/subject.h"

#include <algorithm>

#include "harness/base/text.h"
#include "harness/run/firmware_maker.h"
#include "harness/size/footprint.h"

namespace atome::harness {
namespace {

// A run with a flip may take so many times the instructions of one without, and some more: what is still
// running then does not end.
constexpr uint64_t kMostTimes = 3;
constexpr uint64_t kMoreInstructions = 200'000;

Result<Firmware> FirmwareFor(const Model& model, const SubjectOptions& options) {
  if (options.guard.is_default())
    return FindFirmware(model, options.core->name, false, options.variant, FirmwareBuild::kSpeed,
                        Specialise::kCompile);
  if (options.variant == Variant::kPlain)
    return Bad(StrCat(model.path, ": --guard ", options.guard.Text(),
                      " is of ternary models, which have prepared images; a plain transformer has none"));
  FirmwareOrder order = OrderFor(model, *options.core, options.variant, FirmwareBuild::kSpeed);
  order.defines = options.guard.Defines();
  Result<std::string> elf = MakeFirmware(order);
  if (!elf.ok()) return elf.error();
  Firmware firmware;
  firmware.elf = *std::move(elf);
  firmware.name = StrCat(options.core->name, "/", model.Name(), "-", VariantName(options.variant), "-",
                         options.guard.Text(), ".elf");
  return firmware;
}

}  // namespace

Task TaskFor(const Model& model, Variant variant, const GoldenTrace* trace, uint32_t tokens) {
  Task task{.prompts = {{}}, .generate = tokens, .variant = variant};
  if (trace != nullptr && !trace->cases.empty()) {
    task.prompts[0] = trace->cases[0].prompt;
    task.generate = std::min(tokens, static_cast<uint32_t>(trace->cases[0].generated.size()));
    return task;
  }
  for (const char c : std::string_view("Once"))
    task.prompts[0].push_back(static_cast<uint8_t>(c) % model.config.vocab_size);
  return task;
}

std::string WhyNotGolden(const Execution& execution, const GoldenTrace& trace) {
  if (trace.cases.empty() || execution.cases.size() != 1) return "it has no case of its own";
  const CaseExecution& got = execution.cases[0];
  CaseExecution wanted;
  const ExpectedCase& golden = trace.cases[0];
  wanted.generated.assign(golden.generated.begin(),
                          golden.generated.begin() + static_cast<ptrdiff_t>(got.generated.size()));
  for (size_t i = 0; i < got.steps.size(); ++i) {
    Step& step = wanted.steps.emplace_back();
    step.token = golden.steps[i].token;
    step.logits = golden.steps[i].logits;
  }
  Execution expected;
  expected.cases.push_back(std::move(wanted));
  return JudgeAnswer(execution, expected).why;
}

FirmwareRun Subject::RunWith(std::vector<emulation::Flip> flips,
                             std::optional<emulation::Instructions> limit) const {
  FirmwareOptions options{.limits = options_.limits, .profile = {}};
  options.instruction_limit = limit;
  options.flips = std::move(flips);
  return RunFirmware(emulation::UnicornMachine(), *options_.core, firmware_, *model_, task_, options);
}

Result<Subject> Subject::Prepare(const Model& model, const SubjectOptions& options) {
  Subject subject(model, options);
  subject.task_ = TaskFor(model, options.variant, options.trace, options.tokens);
  Result<Firmware> firmware = FirmwareFor(model, options);
  if (!firmware.ok()) return firmware.error();
  subject.firmware_ = *std::move(firmware);
  std::string error;
  subject.image_ = emulation::ElfImage::Read(subject.firmware_.elf, subject.firmware_.name, error);
  if (subject.image_ == nullptr) return Bad(error);
  subject.clean_ = subject.RunWith({}, std::nullopt);
  const FirmwareRun& clean = subject.clean_;
  if (clean.execution.outcome != Outcome::kPass || !clean.machine.instructions)
    return Bad(
        StrCat(model.path, " on ", options.core->title, ": without a flip: ", clean.execution.message));
  if (options.trace != nullptr) {
    if (const std::string why = WhyNotGolden(clean.execution, *options.trace); !why.empty())
      return Bad(StrCat(model.path, " on ", options.core->title,
                        ": without a flip it is not as the golden trace says: ", why));
  }
  const Result<Footprint> footprint = FootprintOf(*subject.image_);
  if (!footprint.ok()) return footprint.error();
  Result<Places> places = FindPlaces(*subject.image_, *options.core,
                                     {.model_bytes = footprint->ModelBytes(),
                                      .state_bytes = clean.execution.state_bytes.value_or(0),
                                      .logits_bytes = uint64_t{model.config.vocab_size} * sizeof(int32_t),
                                      .stack_bytes = clean.machine.stack_bytes.value_or(0)});
  if (!places.ok()) return places.error();
  subject.places_ = *std::move(places);
  return subject;
}

Trial Subject::Run(const emulation::Flip& flip) const {
  const uint64_t most = kMostTimes * Count(*clean_.machine.instructions) + kMoreInstructions;
  const FirmwareRun run = RunWith({flip}, emulation::Instructions{most});
  Trial trial{.flip = flip};
  trial.judgement = Judge(run, clean_.execution);
  if (!run.machine.flipped.empty()) trial.flipped = run.machine.flipped.front();
  if (!trial.judgement) {
    trial.failure = run.execution.message;
  } else if (!trial.flipped.done) {
    trial.failure = "there is no such bit, or the run ends before that instruction";
    trial.judgement.reset();
  }
  return trial;
}

Result<uint64_t> Subject::BlockAt(uint64_t cycle) const {
  uint64_t over = 0, not_over = Count(*clean_.machine.instructions), block = 0;
  // Marks are known already.
  for (const emulation::Mark& mark : clean_.machine.marks) {
    if (!mark.cycles) continue;
    const bool is_over = Count(*mark.cycles) <= cycle;
    (is_over ? over : not_over) = Count(mark.instructions);
    if (!is_over) break;
    block = over;
  }
  while (not_over - over > 1) {
    const uint64_t middle = over + (not_over - over) / 2;
    const emulation::RunResult run = RunWith({}, emulation::Instructions{middle}).machine;
    if (!run.cycles || !run.instructions || run.outcome != emulation::Outcome::kInstructionLimit)
      return Bad(StrCat(firmware_.name, ": not stopped at instruction ", middle, ": ", run.message));
    const bool is_over = Count(*run.cycles) <= cycle;
    (is_over ? over : not_over) = middle;
    if (is_over) block = Count(*run.instructions);
  }
  return block;
}

}  // namespace atome::harness
