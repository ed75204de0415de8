#include "harness/perplexity/perplexity_output.h"

#include <nlohmann/json.hpp>

#include "harness/base/json_output.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

using Json = nlohmann::ordered_json;

// Null when there is no interval, or nothing was measured.
Json Bound(const std::optional<Interval>& interval, double Interval::*bound) {
  return interval ? Json(*interval.*bound) : Json(nullptr);
}

Json RowJson(const PerplexityReport& report, const Perplexity& row) {
  const auto figure = [&row](double value) { return row.failure.empty() ? Json(value) : Json(nullptr); };
  const Model& model = *row.subject.model;
  return {{"model", model.path},
          {"variant", VariantName(row.subject.variant)},
          {"perplexity", figure(row.perplexity)},
          {"ci_low", Bound(row.interval, &Interval::low)},
          {"ci_high", Bound(row.interval, &Interval::high)},
          {"bits_per_byte", figure(row.bits_per_byte)},
          {"tokens", report.plan.tokens},
          {"tokens_per_second", figure(row.tokens_per_second)},
          {"protocol", ProtocolName(report.plan.protocol)},
          {"chunk", report.plan.unit_tokens},
          {"chunks", report.plan.Units()},
          {"max_seq", model.config.max_seq},
          {"text", report.text.path},
          {"split", TextPartName(report.plan.part)},
          {"offset", report.plan.begin},
          {"text_sha256", report.text.sha256},
          {"model_sha256", model.sha256},
          {"seed", report.bootstrap.seed},
          {"resamples", report.bootstrap.resamples},
          {"jobs", report.threads},
          {"message", row.failure}};
}

Json ComparisonJson(const PairedComparison& pair) {
  const auto figure = [&pair](double value) { return pair.failure.empty() ? Json(value) : Json(nullptr); };
  return {{"model", pair.subject.model->path},
          {"variant", VariantName(pair.subject.variant)},
          {"against", pair.against.model->path},
          {"against_variant", VariantName(pair.against.variant)},
          {"perplexity_ratio", figure(pair.ratio)},
          {"ratio_ci_low", Bound(pair.interval, &Interval::low)},
          {"ratio_ci_high", Bound(pair.interval, &Interval::high)},
          {"significant", pair.interval ? Json(pair.Significant()) : Json(nullptr)},
          {"kl_mean_nats", figure(pair.kl_mean)},
          {"kl_p50_nats", figure(pair.kl_median)},
          {"kl_p90_nats", figure(pair.kl_90)},
          {"kl_p99_nats", figure(pair.kl_99)},
          {"kl_max_nats", figure(pair.kl_most)},
          {"same_top_share", figure(pair.same_top)},
          {"sentence", pair.Sentence()}};
}

// A row a result, what it is compared with behind it; the last, against which, has nothing there.
std::string CsvOf(const PerplexityReport& report) {
  Table table;
  for (size_t i = 0; i < report.rows.size(); ++i) {
    Json json = RowJson(report, report.rows[i]);
    if (i < report.comparisons.size()) json.update(ComparisonJson(report.comparisons[i]));
    std::vector<std::string> fields;
    for (const auto& [key, value] : json.items()) {
      if (i == 0) table.columns.push_back({key});
      fields.push_back(value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump());
    }
    fields.resize(table.columns.size());
    table.rows.push_back(std::move(fields));
  }
  return FormatCsv(table);
}

Table ResultTable(const PerplexityReport& report) {
  Table table{{{"model"},
               {"variant"},
               {"perplexity", true},
               {"95 % interval", true},
               {"bits/byte", true},
               {"tokens", true},
               {"tokens/s", true}},
              {}};
  for (const Perplexity& row : report.rows) {
    std::vector<std::string> fields{row.subject.model->Name(), std::string(VariantName(row.subject.variant))};
    if (row.failure.empty()) {
      fields.insert(
          fields.end(),
          {fmt::format("{:.4f}", row.perplexity),
           row.interval ? fmt::format("{:.4f} - {:.4f}", row.interval->low, row.interval->high) : "-",
           fmt::format("{:.4f}", row.bits_per_byte), Grouped(report.plan.tokens),
           Grouped(static_cast<uint64_t>(row.tokens_per_second))});
    }
    fields.resize(table.columns.size(), "-");
    table.rows.push_back(std::move(fields));
  }
  return table;
}

Table ComparisonTable(const PerplexityReport& report) {
  Table table{{{"model"},
               {"against"},
               {"ratio", true},
               {"95 % interval", true},
               {"KL mean", true},
               {"50 %", true},
               {"90 %", true},
               {"99 %", true},
               {"max", true},
               {"same top", true}},
              {}};
  const auto name = [](const Subject& subject) {
    return StrCat(subject.model->Name(), " ", VariantName(subject.variant));
  };
  for (const PairedComparison& pair : report.comparisons) {
    std::vector<std::string> fields{name(pair.subject), name(pair.against)};
    if (pair.failure.empty()) {
      fields.push_back(fmt::format("{:.6f}", pair.ratio));
      fields.push_back(pair.interval ? fmt::format("{:.6f} - {:.6f}", pair.interval->low, pair.interval->high)
                                     : "-");
      for (const double nats : {pair.kl_mean, pair.kl_median, pair.kl_90, pair.kl_99, pair.kl_most})
        fields.push_back(fmt::format("{:.2e}", nats));
      fields.push_back(fmt::format("{:.2f} %", 100 * pair.same_top));
    }
    fields.resize(table.columns.size(), "-");
    table.rows.push_back(std::move(fields));
  }
  return table;
}

std::string Tables(const PerplexityReport& report, std::string (*format)(const Table&)) {
  const TextPlan& plan = report.plan;
  std::string text = format(ResultTable(report));
  StrAppend(&text, "\n", report.text.path, ", ", TextPartName(plan.part), ": ",
            plan.protocol == Protocol::kChunks ? "chunks of " : "one pass, intervals over blocks of ",
            plan.unit_tokens, " bytes; intervals from ", report.bootstrap.resamples, " resamples, seed ",
            report.bootstrap.seed, "\n");
  for (const Perplexity& row : report.rows)
    if (!row.failure.empty()) StrAppend(&text, "error: ", row.subject.model->path, ": ", row.failure, "\n");
  if (report.comparisons.empty()) return text;
  StrAppend(&text, "\nDivergences in nats\n\n", format(ComparisonTable(report)), "\n");
  for (const PairedComparison& pair : report.comparisons) StrAppend(&text, pair.Sentence(), "\n");
  return text;
}

}  // namespace

std::string FormatPerplexity(const PerplexityReport& report, OutputFormat format) {
  switch (format) {
    case OutputFormat::kTable:
      return Tables(report, FormatText);
    case OutputFormat::kMarkdown:
      return Tables(report, FormatMarkdown);
    case OutputFormat::kCsv:
      return CsvOf(report);
    case OutputFormat::kJson: {
      Json json{{"results", Json::array()}, {"comparisons", Json::array()}};
      for (const Perplexity& row : report.rows) json["results"].push_back(RowJson(report, row));
      for (const PairedComparison& pair : report.comparisons)
        json["comparisons"].push_back(ComparisonJson(pair));
      return JsonText(json);
    }
  }
  return {};
}

}  // namespace atome::harness
