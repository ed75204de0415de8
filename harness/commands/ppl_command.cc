// atome ppl
#include <algorithm>
#include <cmath>
#include <memory>

#include "harness/base/text.h"
#include "harness/commands/command.h"
#include "harness/commands/model_options.h"
#include "harness/commands/progress.h"
#include "harness/commands/report_option.h"
#include "harness/perplexity/perplexity.h"
#include "harness/perplexity/sentence.h"
#include "harness/perplexity/text_warnings.h"
#include "harness/report/command_line.h"
#include "harness/statistics/interval.h"

namespace atome::harness {
namespace {

struct PplArguments {
  std::vector<std::string> models;
  std::vector<std::string> variants;
  ModelOptions model;
  std::optional<std::string> text;
  std::optional<std::string> tokens;
  Protocol protocol = Protocol::kChunks;
  std::optional<TextPart> part;
  uint32_t chunk = 64;
  std::optional<uint64_t> limit;
  std::string engine;
  LimitOptions limits;
  std::optional<std::string> against;
  std::optional<std::string> against_variant;
  std::optional<std::string> against_config;
  FormatOption format;
  unsigned jobs = DefaultJobs();
  ReportOption report;
};

// The subjects of the command line, and the models that they point to.
struct Subjects {
  std::vector<std::unique_ptr<Model>> models;
  std::vector<Subject> list;

  // Adds the model in each variant; returns an error message, or nothing.
  std::string Add(const std::string& path, const ModelOptions& options, uint32_t chunk,
                  const std::vector<std::string>& names,
                  const std::shared_ptr<const EngineRunner>& engine = {}) {
    Result<Model> model = options.Load(path, chunk);
    if (!model.ok()) return model.error().message;
    const Result<std::vector<Variant>> variants = VariantsFor(model->config.architecture, path, names);
    if (!variants.ok()) return variants.error().message;
    models.push_back(std::make_unique<Model>(*std::move(model)));
    for (const Variant variant : *variants) list.push_back({models.back().get(), variant, engine});
    return {};
  }
};

Result<Subjects> LoadSubjects(const PplArguments& arguments, bool compare) {
  Subjects subjects;
  std::shared_ptr<const EngineRunner> engine;
  if (!arguments.engine.empty()) {
    if (arguments.protocol != Protocol::kChunks)
      return Bad("--engine is asked for a whole sequence each time; leave out --protocol streaming");
    auto loaded = LoadEngine(arguments.engine, arguments.limits.Get());
    if (!loaded.ok()) return loaded.error();
    engine = *std::move(loaded);
  }
  for (const std::string& path : arguments.models) {
    std::string wrong = subjects.Add(path, arguments.model, arguments.chunk, arguments.variants, engine);
    if (!wrong.empty()) return Bad(std::move(wrong));
  }
  if (!compare) return subjects;
  std::vector<std::string> other;
  if (arguments.against_variant) {
    other = {*arguments.against_variant};
  } else if (!arguments.variants.empty()) {
    other = {arguments.variants.front()};
  }
  if (!arguments.against && arguments.models.size() != 1)
    return Bad(
        "--against-variant alone compares one model with itself; name one model, or give --against FILE");
  std::string wrong = subjects.Add(arguments.against.value_or(arguments.models[0]),
                                   arguments.model.With(arguments.against_config), arguments.chunk, other);
  if (!wrong.empty()) return Bad(std::move(wrong));
  return subjects;
}

// The command that measures the cell of the row again. In a comparison the last subject is the baseline.
std::string Again(const PplArguments& arguments, const std::vector<Subject>& subjects, const TextPlan& plan,
                  bool compare, size_t index) {
  const bool other = compare && index + 1 == subjects.size(), compared = compare && !other;
  report::CommandLine line("ppl");
  line.Path(subjects[index].model->path);
  line.Option("--variant", VariantName(subjects[index].variant));
  (other ? arguments.model.With(arguments.against_config) : arguments.model).AddTo(&line);
  if (subjects[index].engine != nullptr) line.Word("--engine").Path(arguments.engine);
  if (arguments.text) line.Word("--text").Path(*arguments.text);
  if (arguments.tokens) line.Word("--tokens").Path(*arguments.tokens);
  line.Option("--split", TextPartName(plan.part)).Option("--protocol", ProtocolName(arguments.protocol));
  line.Option("--chunk", StrCat(arguments.chunk));
  if (arguments.limit) line.Option("--limit", StrCat(*arguments.limit));
  if (!compared) return line.text();
  const Subject& against = subjects.back();
  line.Word("--against").Path(against.model->path);
  line.Option("--against-variant", VariantName(against.variant));
  line.Option("--against-config", arguments.against_config.value_or(""));
  return line.text();
}

// Says which text was predicted and how, then what the comparisons found.
std::string Notes(const EvaluationText& text, const TextPlan& plan, const std::vector<report::Cell>& cells) {
  std::string sentences;
  size_t judged = 0;
  for (const report::Cell& cell : cells) {
    const std::string sentence = Sentence(cell);
    if (!sentence.empty()) StrAppend(&sentences, sentence, "\n");
    judged += IsJudged(cell);
  }
  std::string notes = StrCat("\n", text.path, ", ", PlanSentence(text, plan), "\n");
  if (const std::string why = WhyTooFew(plan.Units()); !why.empty())
    StrAppend(&notes, "No interval: ", why, ", ", kFewestUnits * plan.unit_tokens + 1, " ",
              UnitName(text.unit), "s.\n");
  if (judged > 1)
    StrAppend(&sentences, "The intervals of these ", judged, " comparisons hold jointly (Bonferroni).\n");
  return StrCat(notes, sentences.empty() ? "" : "\n", sentences);
}

int RunPpl(const PplArguments& given) {
  PplArguments arguments = given;
  const bool compare = arguments.against || arguments.against_variant;
  Result<Subjects> subjects = LoadSubjects(arguments, compare);
  if (!subjects.ok()) return UsageError(subjects.error().message);
  Result<EvaluationText> text = arguments.tokens ? LoadTokens(*arguments.tokens) : LoadText(arguments.text);
  if (!text.ok()) return UsageError(text.error().message);
  const TextPart part = arguments.part.value_or(UsualPart(arguments.text || arguments.tokens));
  const Result<TextPlan> plan = PlanText(*text, arguments.protocol, part, arguments.chunk, arguments.limit);
  if (!plan.ok()) return UsageError(plan.error().message);

  Progress progress;
  for (const std::string& warning : TextWarnings(*text)) progress.Say(warning);
  MeasureOptions options{.compare = compare, .jobs = arguments.jobs, .progress = {}};
  options.progress = [&progress](size_t done, size_t total, double nats) {
    progress.Update(done, total, "tokens", fmt::format(", perplexity {:.3f}", std::exp(nats)));
  };
  Result<std::vector<report::Cell>> cells = MeasurePerplexity(subjects->list, *text, *plan, options);
  progress.End();
  if (!cells.ok()) return UsageError(cells.error().message);
  // The baseline has no cell when it is also one of the other subjects.
  for (size_t i = 0; i < cells->size(); ++i) {
    report::Cell& cell = cells->at(i);
    if (!cell.passed()) UsageError(StrCat(subjects->list[i].model->path, ": ", cell.message));
    cell.command = Again(arguments, subjects->list, *plan, compare, i);
    std::string& detail = cell.key.detail;
    if (arguments.limit) StrAppend(&detail, ", limit ", *arguments.limit);
    if (const std::string max_seq = arguments.model.Detail(); !max_seq.empty())
      StrAppend(&detail, ", ", max_seq);
  }
  const std::string notes = Notes(*text, *plan, *cells);
  return arguments.report.Finish(*std::move(cells), arguments.format, {}, notes);
}

constexpr Options::Named<Protocol> kProtocols[] = {{"chunks", Protocol::kChunks},
                                                   {"streaming", Protocol::kStreaming}};
constexpr Options::Named<TextPart> kParts[] = {{"all", TextPart::kAll}, {"last-tenth", TextPart::kLastTenth}};

void DeclareText(Options& options, PplArguments* arguments) {
  options.Text("--text", &arguments->text, "Text file, read as bytes; default: the text of `atome corpus`");
  options
      .Text("--tokens", &arguments->tokens,
            "Text as tokens, for any vocabulary: u16 little-endian, or arrays of numbers in lines, *.jsonl")
      .Excludes("--text");
  options.OneOf("--split", &arguments->part, kParts,
                "all, or last-tenth, which the trainer does not train on; default: all of a file, the last "
                "tenth of the built-in text");
  options.OneOf("--protocol", &arguments->protocol, kProtocols,
                "chunks: the state restarts at each chunk; streaming: one pass; default: chunks");
  options.Count("--chunk", &arguments->chunk, 1, 1 << 20, "Bytes or tokens a chunk");
  options.Count("--limit", &arguments->limit, 1, UINT64_MAX,
                "Predict at most this many bytes or tokens, from the start of the split");
}

void DeclareComparison(Options& options, PplArguments* arguments) {
  options.Text("--against", &arguments->against,
               "Baseline model; every MODEL is compared with it, token by token");
  options
      .Text("--against-variant", &arguments->against_variant,
            "Variant of the baseline; default: the first of --variant. Without --against, the model "
            "itself in this variant")
      .Offer(VariantWords());
  options.Text("--against-config", &arguments->against_config,
               "Dimensions of the baseline; default: --config");
}

void Declare(Options& options, PplArguments* arguments) {
  options.Texts("MODEL", &arguments->models, "Model files").Required();
  options
      .Texts("--variant", &arguments->variants,
             "f32, f32kv16, q15, q15kv8, or plain for a plain transformer; default: f32, or plain")
      .Offer(VariantWords());
  arguments->model.AddTo(options, "a chunk, at least 64");
  options.Text("--engine", &arguments->engine,
               "A shared library of another engine that predicts instead of ours; the baseline's is ours");
  arguments->limits.AddTo(options);
  DeclareText(options, arguments);
  DeclareComparison(options, arguments);
  AddJobs(options, &arguments->jobs, "Threads; does not change figures");
  arguments->report.AddTo(options);
  arguments->format.AddTo(options);
  options.Footer(
      "Example: atome ppl golden/models/atome_60k/atome_60k.atome03 --variant q15 --against-variant f32");
}

}  // namespace

void AddPpl(Program& program) {
  program.Add("ppl", "Measure perplexity on a text; compare two models", Declare, RunPpl);
}

}  // namespace atome::harness
