// atome inject
#include <algorithm>
#include <iostream>
#include <optional>

#include "harness/base/file.h"
#include "harness/base/replace_file.h"
#include "harness/base/text.h"
#include "harness/commands/command.h"
#include "harness/commands/model_options.h"
#include "harness/commands/progress.h"
#include "harness/commands/report_option.h"
#include "harness/inject/campaign.h"
#include "harness/inject/file_flips.h"
#include "harness/inject/flip_text.h"
#include "harness/inject/outcomes.h"
#include "harness/model/prepared_image.h"
#include "harness/report/command_line.h"
#include "harness/run/target.h"

namespace atome::harness {
namespace {

constexpr const char* kFile = "file";
constexpr const char* kImage = "image";

struct InjectArguments {
  std::vector<std::string> models;
  std::vector<std::string> cores;
  std::vector<std::string> variants;
  std::vector<std::string> regions;
  std::vector<std::string> guards;
  std::vector<std::string> by_hand;
  uint32_t slice = Guard().slice;
  std::optional<uint32_t> flips;
  uint8_t bits = 1;
  uint64_t seed = 1;
  std::string at = "run";
  uint32_t tokens = 8;
  std::string outcomes;
  ModelOptions model;
  LimitOptions limits;
  FormatOption format;
  ReportOption report;
  unsigned jobs = DefaultJobs();
};

// A model with its golden trace, if there is one.
struct Specimen {
  Model model;
  Variant variant = Variant::kF32;
  std::optional<GoldenTrace> trace{};

  const GoldenTrace* golden() const { return trace ? &*trace : nullptr; }
};

struct Found {
  std::vector<report::Cell> cells;
  std::vector<OutcomeRow> rows;
};

// What all commands of a specimen begin with.
report::CommandLine LineOf(const InjectArguments& arguments, const Specimen& specimen) {
  report::CommandLine line("inject");
  line.Path(specimen.model.path).Option("--variant", VariantName(specimen.variant));
  arguments.model.AddTo(&line);
  line.Option("--tokens", StrCat(arguments.tokens));
  return line;
}

// Of a guard the word that names it, and its slice.
void AddGuard(const Guard& guard, report::CommandLine* line) {
  if (guard.is_default()) return;
  const std::string_view word = !guard.boot                  ? "none"
                                : guard.scrub && guard.range ? "scrub+range"
                                : guard.scrub                ? "scrub"
                                                             : "range";
  line->Option("--guard", word);
  if (guard.scrub) line->Option("--scrub-bytes", StrCat(guard.slice));
}

Result<std::vector<Specimen>> LoadSpecimens(const InjectArguments& arguments) {
  std::vector<Specimen> specimens;
  TraceFolder traces((GoldenFolder() / "traces").string());
  std::vector<std::string> paths = arguments.models;
  if (paths.empty()) paths = {(GoldenFolder() / "models/atome_60k/atome_60k.atome03").string()};
  for (const std::string& path : paths) {
    const Result<Model> model = arguments.model.Load(path);
    if (!model.ok()) return model.error();
    const auto variants = VariantsFor(model->config.architecture, path, arguments.variants);
    if (!variants.ok()) return variants.error();
    for (const Variant variant : *variants) {
      Specimen specimen{.model = *model, .variant = variant};
      Result<GoldenTrace> trace = traces.Find(model->sha256, variant);
      if (!trace.ok() && !trace.missing()) return trace.error();
      if (trace.ok() && !arguments.model.config() && !arguments.model.max_seq()) {
        specimen.model.config = trace->config;
        specimen.trace = *std::move(trace);
      }
      specimens.push_back(std::move(specimen));
    }
  }
  return specimens;
}

std::string DetailOf(const InjectArguments& arguments, std::string_view what, bool drawn) {
  std::string detail = StrCat(what, ", ", arguments.tokens, " tokens");
  if (arguments.bits > 1) StrAppend(&detail, ", ", unsigned{arguments.bits}, " bits");
  if (drawn) StrAppend(&detail, ", seed ", arguments.seed);
  return detail;
}

// Bits of files, or of the prepared images that devices have.
std::optional<Error> FlipFiles(const InjectArguments& arguments, const std::vector<Specimen>& specimens,
                               Progress* progress, Found* found) {
  for (const Specimen& specimen : specimens) {
    for (const std::string& region : arguments.regions) {
      Model model = specimen.model;
      if (region == kImage) {
        Result<std::string> image = PrepareImage(model, specimen.variant, ImageLayout::kTiles);
        if (!image.ok()) return image.error();
        model.bytes = *std::move(image);
      }
      FilePlan plan{
          .variant = specimen.variant,
          .trace = specimen.golden(),
          .tokens = arguments.tokens,
          .flips = arguments.flips,
          .seed = arguments.seed,
          .jobs = arguments.jobs,
          .progress = [progress](size_t done, size_t total) { progress->Update(done, total, "flips"); }};
      report::CommandLine line = LineOf(arguments, specimen);
      line.Option("--region", region);
      const Result<std::vector<FileFlip>> flips = FlipFile(model, plan);
      if (!flips.ok()) return flips.error();
      Tally tally;
      for (const FileFlip& flip : *flips) {
        tally.Add(flip.judgement.verdict);
        report::CommandLine again = line;
        again.Option("--flip", FileFlipText(flip.offset, flip.bit));
        found->rows.push_back(RowOf(flip, region, model.Name(), again.text()));
      }
      report::Cell cell;
      cell.key = {.kind = report::Kind::kInjection,
                  .runner = "native",
                  .core = "host",
                  .board = "",
                  .model = model.Name(),
                  .variant = std::string(VariantName(specimen.variant)),
                  .build_kind = "",
                  .text = "",
                  .detail = DetailOf(arguments, StrCat(region, plan.flips ? "" : ", every bit"),
                                     plan.flips.has_value())};
      cell.outcome = Outcome::kPass;
      cell.model_sha256 = model.sha256;
      cell.build = "library";
      AddShares(tally, region, !plan.flips, &cell);
      cell.Add(report::Quantity::kRegionBits, model.bytes.size() * 8, {report::PartKind::kRegion, region});
      if (plan.flips) line.Option("--flips", StrCat(*plan.flips)).Option("--seed", StrCat(plan.seed));
      cell.command = line.text();
      found->cells.push_back(std::move(cell));
    }
  }
  return std::nullopt;
}

// One flip of a file, by hand.
Result<std::string> FlipFileByHand(const InjectArguments& arguments, const Specimen& specimen,
                                   const std::string& text) {
  const std::vector<std::string_view> parts = Split(text, '.');
  const bool hex = parts[0].starts_with("0x");
  const std::optional<uint32_t> offset = Number(parts[0].substr(hex ? 2 : 0), hex ? 16 : 10);
  constexpr uint32_t kNone = 8;
  const uint32_t bit = parts.size() == 2 ? Number(parts[1]).value_or(kNone) : kNone;
  Model model = specimen.model;
  if (arguments.regions[0] == kImage) {
    Result<std::string> image = PrepareImage(model, specimen.variant, ImageLayout::kTiles);
    if (!image.ok()) return image.error();
    model.bytes = *std::move(image);
  }
  if (!offset || bit >= kNone || *offset >= model.bytes.size())
    return Bad(StrCat("--flip: \"", text, "\" is no bit of the ", arguments.regions[0],
                      "; write OFFSET.BIT, from 0x0.0 to ", FileFlipText(model.bytes.size() - 1, 7)));
  const Judgement judgement = FlipOne(
      model,
      {.variant = specimen.variant, .trace = specimen.golden(), .tokens = arguments.tokens, .progress = {}},
      *offset, static_cast<uint8_t>(bit));
  return StrCat(text, ": ", VerdictName(judgement.verdict), judgement.why.empty() ? "" : ": ", judgement.why,
                "\n");
}

struct Wanted {
  std::vector<const emulation::Core*> cores;
  std::vector<Guard> guards;
  std::vector<Region> regions;
  When when;
};

Result<Wanted> WantedOf(const InjectArguments& arguments) {
  Wanted wanted;
  const std::vector<std::string> cores =
      arguments.cores.empty() ? std::vector<std::string>{"m3"} : arguments.cores;
  const Result<std::vector<Target>> targets = ParseTargets(cores, {});
  if (!targets.ok()) return targets.error();
  for (const Target& target : *targets) wanted.cores.push_back(target.core);
  const std::vector<std::string> guards =
      arguments.guards.empty() ? std::vector<std::string>{"boot"} : arguments.guards;
  for (const std::string& word : guards) {
    const Result<Guard> guard = ParseGuard(word, arguments.slice);
    if (!guard.ok()) return guard.error();
    wanted.guards.push_back(*guard);
  }
  const Result<std::vector<Region>> regions = ParseRegions(arguments.regions);
  if (!regions.ok()) return regions.error();
  wanted.regions = *regions;
  const Result<When> when = ParseWhen(arguments.at);
  if (!when.ok()) return when.error();
  wanted.when = *when;
  return wanted;
}

// One subject: its flips by hand, whose text is printed, or those of a campaign.
std::optional<Error> FlipDevice(const InjectArguments& arguments, const Specimen& specimen,
                                const SubjectOptions& options, const Wanted& wanted, Progress* progress,
                                Found* found) {
  const Result<Subject> subject = Subject::Prepare(specimen.model, options);
  if (!subject.ok()) return subject.error();
  report::CommandLine line = LineOf(arguments, specimen);
  line.Option("--core", options.core->name);
  AddGuard(options.guard, &line);
  if (arguments.bits > 1) line.Option("--bits", StrCat(unsigned{arguments.bits}));
  for (const std::string& text : arguments.by_hand) {
    const Result<emulation::Flip> flip = ParseFlip(text, arguments.bits);
    if (!flip.ok()) return flip.error();
    Trial trial = subject->Run(*flip);
    trial.at = subject->image().Symbolise(trial.flipped.pc);
    if (!trial.judgement) return Bad(StrCat("--flip ", text, ": ", trial.failure));
    progress->End();
    std::cout << WrappedLines(TrialText(trial), StandardOutputStyle().width, 2);
  }
  if (!arguments.by_hand.empty()) return std::nullopt;
  const Result<Window> window = WindowOf(wanted.when, subject->clean().machine,
                                         [&subject](uint64_t cycle) { return subject->BlockAt(cycle); });
  if (!window.ok()) return window.error();
  const Plan plan{
      .regions = wanted.regions,
      .flips = arguments.flips.value_or(100),
      .bits = arguments.bits,
      .seed = arguments.seed,
      .window = *window,
      .jobs = arguments.jobs,
      .progress = [progress](size_t done, size_t total) { progress->Update(done, total, "flips"); }};
  const std::vector<Drawn> drawn = RunFlips(*subject, plan);
  report::Cell cell = CellOf(*subject, specimen.model, options, drawn);
  cell.key.detail =
      DetailOf(arguments, StrCat("guard ", options.guard.Text(), ", at ", wanted.when.Text()), true);
  const std::string of = StrCat(specimen.model.Name(), " ", options.core->name, " ",
                                VariantName(specimen.variant), " ", options.guard.Text());
  for (const Drawn& each : drawn) {
    report::CommandLine again = line;
    again.Option("--flip", FlipText(each.trial.flip));
    found->rows.push_back(RowOf(each, of, again.text()));
  }
  if (!arguments.regions.empty()) line.Option("--region", Join(arguments.regions, ","));
  line.Option("--flips", StrCat(plan.flips)).Option("--seed", StrCat(plan.seed));
  line.Option("--at", wanted.when.Text());
  cell.command = line.text();
  found->cells.push_back(std::move(cell));
  return std::nullopt;
}

int RunInject(const InjectArguments& arguments) {
  const auto of_files = std::ranges::count_if(
      arguments.regions, [](const std::string& word) { return word == kFile || word == kImage; });
  const bool files = of_files != 0;
  if (files && of_files != static_cast<ptrdiff_t>(arguments.regions.size()))
    return UsageError(
        "--region: file and image are bits on a host, the others those of a device; name one kind");
  if (files && (!arguments.cores.empty() || !arguments.guards.empty() || arguments.bits != 1))
    return UsageError(
        "--core, --guard and --bits are of a device; leave them out with --region file or image");
  const Result<Wanted> wanted = files ? Result<Wanted>(Wanted{}) : WantedOf(arguments);
  if (!wanted.ok()) return UsageError(wanted.error().message);
  const Result<std::vector<Specimen>> specimens = LoadSpecimens(arguments);
  if (!specimens.ok()) return UsageError(specimens.error().message);

  Progress progress("flipping bits");
  Found found;
  std::optional<Error> failed;
  if (files && arguments.by_hand.empty()) {
    failed = FlipFiles(arguments, *specimens, &progress, &found);
  }
  for (const Specimen& specimen : *specimens) {
    for (const std::string& text : arguments.by_hand) {
      if (!files || failed) break;
      const Result<std::string> told = FlipFileByHand(arguments, specimen, text);
      if (told.ok())
        std::cout << *told;
      else
        failed = told.error();
    }
    for (const emulation::Core* core : wanted->cores) {
      for (const Guard& guard : wanted->guards) {
        if (failed) break;
        failed = FlipDevice(arguments, specimen,
                            {.core = core,
                             .variant = specimen.variant,
                             .guard = guard,
                             .tokens = arguments.tokens,
                             .trace = specimen.golden(),
                             .limits = arguments.limits.Get()},
                            *wanted, &progress, &found);
      }
    }
  }
  progress.End();
  if (failed) return UsageError(failed->message);
  if (!arguments.by_hand.empty()) return kPass;
  if (!arguments.outcomes.empty()) {
    if (const std::string why = ReplaceFile(arguments.outcomes, OutcomesCsv(found.rows)); !why.empty())
      return UsageError(why);
  }
  return arguments.report.Finish(std::move(found.cells), arguments.format, {&emulation::UnicornMachine()},
                                 SilentOnes(found.rows));
}

void Declare(Options& options, InjectArguments* arguments) {
  options.Texts("MODEL", &arguments->models, "Model files; default: the 60K model of golden/models");
  options.Texts("--core", &arguments->cores, StrCat(KnownCores(), "; default: m3")).Offer(CoreNames());
  options
      .Texts("--variant", &arguments->variants,
             "f32, f32kv16, q15, q15kv8, or plain for a plain transformer; default: f32, or plain")
      .Offer(VariantWords());
  std::vector<std::string> regions = RegionWords();
  regions.insert(regions.end(), {kFile, kImage});
  options
      .Texts(
          "--region", &arguments->regions,
          StrCat(
              "Where bits flip: ", Join(RegionWords(), ", "),
              " of the emulated device, default: all; or file: of the model file on the host; image: of its "
              "prepared image"))
      .Among(regions);
  options
      .Texts(
          "--guard", &arguments->guards,
          "What the firmware checks, a row each: boot, the image's checksum when it starts (default); none; "
          "scrub, the same while it runs; range, of activations; scrub+range")
      .Among({std::begin(kGuardWords), std::end(kGuardWords)});
  options.Count("--scrub-bytes", &arguments->slice, 16, 1 << 20, "Of the image, checked after each token");
  options.Count("--flips", &arguments->flips, 1, 10'000'000,
                "Of each region; default: 100, and every bit of a file or image");
  options.Count("--bits", &arguments->bits, 1, 8, "Neighbouring bits that flip together");
  options.Count("--seed", &arguments->seed, 0, UINT32_MAX, "Of place and time");
  options.Text("--at", &arguments->at,
               "When: run (from the first token on), boot (in front of the first instruction), any, token:3, "
               "cycle:5000, or the number of an instruction");
  options.Count("--tokens", &arguments->tokens, 1, 1024,
                "Generated in each run, behind the prompt of the golden trace");
  options
      .Texts("--flip", &arguments->by_hand,
             "Only this: 0x20000123.4@5000 (a bit of memory in front of an instruction), r3.17@5000, "
             "instruction.9@5000; of a file 0x7b.4")
      .Excludes("--flips");
  options.Text("--outcomes", &arguments->outcomes, "Also write each flip and what came of it, as CSV")
      .Output();
  arguments->model.AddTo(options);
  arguments->limits.AddTo(options);
  arguments->report.AddTo(options);
  AddJobs(options, &arguments->jobs, "Runs at a time");
  arguments->format.AddTo(options);
  options.Footer(
      "Example: atome inject golden/models/atome_60k/atome_60k.atome03 --variant q15 --guard boot,range\n"
      "What is found changes no exit code.");
}

}  // namespace

void AddInject(Program& program) {
  program.Add("inject", "Flip bits of a device or a model file, and see who notices", Declare, RunInject);
}

}  // namespace atome::harness
