// atome ppl
#include <cmath>
#include <iostream>
#include <map>
#include <memory>

#include "harness/commands/command.h"
#include "harness/commands/model_options.h"
#include "harness/commands/progress.h"
#include "harness/commands/report_option.h"
#include "harness/perplexity/perplexity_output.h"
#include "harness/report/command_line.h"
#include "harness/perplexity/perplexity_figures.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

struct PplArguments {
  std::vector<std::string> models;
  std::vector<std::string> variants;
  ModelOptions model;
  std::optional<std::string> text;
  Protocol protocol = Protocol::kChunks;
  TextPart part = TextPart::kLastTenth;
  uint32_t chunk = 64;
  std::optional<uint64_t> limit;
  std::optional<std::string> against;
  std::optional<std::string> against_variant;
  std::optional<std::string> against_config;
  BootstrapOptions bootstrap;
  OutputFormat format = OutputFormat::kTable;
  unsigned jobs = DefaultJobs();
  ReportOption report;
};

// The subjects of the command line, and the models they point to.
struct Subjects {
  std::vector<std::unique_ptr<Model>> models;
  std::vector<Subject> list;

  // Adds the model in each variant; the message of what is wrong, or nothing.
  std::string Add(const std::string& path, const ModelOptions& options, uint32_t chunk,
                  const std::vector<std::string>& names) {
    Result<Model> model = options.Load(path, chunk);
    if (!model.ok()) return model.error().message;
    const Result<std::vector<Variant>> variants = VariantsFor(model->config.architecture, path, names);
    if (!variants.ok()) return variants.error().message;
    models.push_back(std::make_unique<Model>(*std::move(model)));
    for (const Variant variant : *variants) list.push_back({models.back().get(), variant});
    return {};
  }
};

Result<Subjects> LoadSubjects(const PplArguments& arguments, bool compare) {
  Subjects subjects;
  for (const std::string& path : arguments.models) {
    std::string wrong = subjects.Add(path, arguments.model, arguments.chunk, arguments.variants);
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
    return Bad("--against-variant alone compares one model with itself; name one, or give --against FILE");
  std::string wrong = subjects.Add(arguments.against.value_or(arguments.models[0]),
                                   arguments.model.With(arguments.against_config), arguments.chunk, other);
  if (!wrong.empty()) return Bad(std::move(wrong));
  return subjects;
}

// Measures the cell of the row again. The last of a comparison is what the others are compared with.
std::string Again(const PplArguments& arguments, const PerplexityReport& report, size_t row) {
  const bool compared = row < report.comparisons.size();
  const bool other = !compared && !report.comparisons.empty();
  report::CommandLine line("ppl");
  line.Path(report.rows[row].subject.model->path);
  line.Option("--variant", VariantName(report.rows[row].subject.variant));
  (other ? arguments.model.With(arguments.against_config) : arguments.model).AddTo(&line);
  if (arguments.text) line.Word("--text").Path(*arguments.text);
  line.Option("--split", TextPartName(arguments.part)).Option("--protocol", ProtocolName(arguments.protocol));
  line.Option("--chunk", StrCat(arguments.chunk));
  if (arguments.limit) line.Option("--limit", StrCat(*arguments.limit));
  const BootstrapOptions usual;
  if (arguments.bootstrap.seed != usual.seed) line.Option("--seed", StrCat(arguments.bootstrap.seed));
  if (arguments.bootstrap.resamples != usual.resamples)
    line.Option("--resamples", StrCat(arguments.bootstrap.resamples));
  if (!compared) return line.text();
  const Subject& against = report.comparisons[row].against;
  line.Word("--against").Path(against.model->path);
  line.Option("--against-variant", VariantName(against.variant));
  line.Option("--against-config", arguments.against_config.value_or(""));
  return line.text();
}

std::vector<report::ReportCell> ReportCells(const PplArguments& arguments, const PerplexityReport& report) {
  std::vector<report::ReportCell> cells = report::ToReport(report);
  for (size_t i = 0; i < cells.size(); ++i) {
    cells[i].command = Again(arguments, report, i);
    std::string& detail = cells[i].key.detail;
    if (arguments.limit) StrAppend(&detail, ", limit ", *arguments.limit);
    if (const std::string max_seq = arguments.model.Detail(); !max_seq.empty())
      StrAppend(&detail, ", ", max_seq);
  }
  return cells;
}

int RunPpl(PplArguments arguments) {
  const bool compare = arguments.against || arguments.against_variant;
  Result<Subjects> subjects = LoadSubjects(arguments, compare);
  if (!subjects.ok()) return UsageError(subjects.error().message);
  Result<EvaluationText> text = LoadText(arguments.text);
  if (!text.ok()) return UsageError(text.error().message);
  const Result<TextPlan> plan =
      PlanText(*text, arguments.protocol, arguments.part, arguments.chunk, arguments.limit);
  if (!plan.ok()) return UsageError(plan.error().message);

  Progress progress;
  if (text->bytes.find('\0') != std::string::npos)
    progress.Say(StrCat("warning: ", text->path, ": has zero bytes; is it a text?"));
  MeasureOptions options{.compare = compare, .jobs = arguments.jobs, .progress = {}};
  options.progress = [&progress](size_t done, size_t total, double nats) {
    progress.Update(done, total, "tokens", fmt::format(", perplexity {:.3f}", std::exp(nats)));
  };
  arguments.bootstrap.jobs = arguments.jobs;
  const Result<PerplexityReport> report =
      MeasurePerplexity(subjects->list, *std::move(text), *plan, arguments.bootstrap, options);
  if (!report.ok()) return UsageError(report.error().message);
  std::cout << FormatPerplexity(*report, arguments.format);
  for (const Perplexity& row : report->rows)
    if (!row.failure.empty()) UsageError(StrCat(row.subject.model->path, ": ", row.failure));
  return arguments.report.Write([&] { return ReportCells(arguments, *report); },
                                report->Failed() ? kUsage : kPass);
}

void AddText(CLI::App* ppl, const std::shared_ptr<PplArguments>& arguments) {
  static const std::map<std::string, Protocol> kProtocols{{"chunks", Protocol::kChunks},
                                                          {"streaming", Protocol::kStreaming}};
  static const std::map<std::string, TextPart> kParts{{"all", TextPart::kAll},
                                                      {"last-tenth", TextPart::kLastTenth}};
  ppl->add_option("--text", arguments->text, "File, read as bytes; default: the text of `atome corpus`");
  ppl->add_option_function<std::string>(
         "--split", [arguments](const std::string& name) { arguments->part = kParts.at(name); },
         "all, or last-tenth, which the trainer leaves out; default: last-tenth")
      ->check(CLI::IsMember(kParts));
  ppl->add_option_function<std::string>(
         "--protocol", [arguments](const std::string& name) { arguments->protocol = kProtocols.at(name); },
         "chunks: the state restarts at each; streaming: one pass; default: chunks")
      ->check(CLI::IsMember(kProtocols));
  ppl->add_option("--chunk", arguments->chunk, "Bytes a chunk")
      ->check(CLI::Range(1u, 1u << 20))
      ->capture_default_str();
  ppl->add_option("--limit", arguments->limit, "Bytes to predict at most, the first of the split")
      ->check(CLI::PositiveNumber);
}

void AddComparison(CLI::App* ppl, const std::shared_ptr<PplArguments>& arguments) {
  ppl->add_option("--against", arguments->against, "Another model, compared with each, byte by byte");
  ppl->add_option("--against-variant", arguments->against_variant,
                  "Its variant; default: the first of --variant. Without --against: of the model itself");
  ppl->add_option("--against-config", arguments->against_config, "Its dimensions; default: --config");
}

}  // namespace

void AddPpl(CLI::App& app, const std::string& command_line, int* exit_code) {
  auto arguments = std::make_shared<PplArguments>();
  CLI::App* ppl = app.add_subcommand("ppl", "Perplexity on a text, and what differs between two models");
  ppl->add_option("MODEL", arguments->models, "Model files")->required();
  ppl->add_option("--variant", arguments->variants,
                  "f32, q15, q15kv8; plain, the default and only one of a plain transformer; default: f32")
      ->delimiter(',');
  arguments->model.AddTo(ppl, "a chunk, at least 64");
  AddText(ppl, arguments);
  AddComparison(ppl, arguments);
  ppl->add_option("--seed", arguments->bootstrap.seed, "Of the resamples that intervals come from")
      ->capture_default_str();
  ppl->add_option("--resamples", arguments->bootstrap.resamples, "How many")
      ->check(CLI::Range(100u, 10'000'000u))
      ->capture_default_str();
  ppl->add_option("--jobs", arguments->jobs, "Threads; figures are the same for any number")
      ->check(CLI::Range(1u, 1024u))
      ->capture_default_str();
  arguments->report.AddTo(ppl, command_line);
  AddFormat(ppl, &arguments->format);
  ppl->footer(
      "Example: atome ppl golden/models/atome_60k/atome_60k.atome03 --variant q15 --against-variant f32");
  ppl->callback([arguments, exit_code] { *exit_code = RunPpl(*arguments); });
}

}  // namespace atome::harness
