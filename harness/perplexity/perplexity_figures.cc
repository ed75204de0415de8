#include "harness/perplexity/perplexity_figures.h"

#include <algorithm>
#include <filesystem>

#include "harness/statistics/precise_math.h"
#include "harness/report/figures.h"
#include "harness/base/text.h"

namespace atome::harness::report {
namespace {

Figure Estimate(std::string_view name, double value, const std::optional<Interval>& interval,
                std::string_view unit = {}, const PartOf& part = {}) {
  Figure figure = MakeFigure(name, value, unit, part);
  figure.figure_class = FigureClass::kInterval;
  if (interval) {
    figure.low = interval->low;
    figure.high = interval->high;
  }
  return figure;
}

std::string DetailOf(const TextPlan& plan) {
  return StrCat(plan.protocol == Protocol::kChunks ? StrCat("chunks of ", plan.unit_tokens) : "streaming",
                ", ", TextPartName(plan.part));
}

ReportCell CellOf(const PerplexityReport& report, const Perplexity& row) {
  const Model& model = *row.subject.model;
  ReportCell out;
  out.key = {.kind = Kind::kPerplexity,
             .runner = "native",
             .core = row.subject.variant == Variant::kF32 ? "host-simd" : "host",  // MakeEvaluator's choice
             .board = "",
             .model = model.Name(),
             .variant = std::string(VariantName(row.subject.variant)),
             .build_kind = "",
             .text = std::filesystem::path(report.text.path).filename().string(),
             .detail = DetailOf(report.plan)};
  out.status = row.failure.empty() ? CellStatus::kPass : CellStatus::kError;
  out.message = row.failure;
  out.model_sha256 = model.sha256;
  out.build = "library";
  Add(&out, MakeFigure("tokens", report.plan.tokens, "tokens"));
  Add(&out, MakeFigure("text_sha256", report.text.sha256));
  if (!row.failure.empty()) {
    for (const char* name : {"perplexity", "bits_per_byte", "tokens_per_second"})
      out.unavailable[name] = row.failure;
    return out;
  }
  Figure perplexity = Estimate("perplexity", row.perplexity, row.interval);
  perplexity.samples = row.unit_nats;
  for (size_t unit = 0; unit < report.plan.Units(); ++unit)
    perplexity.sample_counts.push_back(static_cast<uint32_t>(report.plan.UnitTokens(unit)));
  Add(&out, std::move(perplexity));
  std::optional<Interval> bits;
  if (row.interval) bits = {Log(row.interval->low) / kLn2, Log(row.interval->high) / kLn2};
  Add(&out, Estimate("bits_per_byte", row.bits_per_byte, bits, "bits"));
  Figure speed = MakeFigure("tokens_per_second", row.tokens_per_second, "tokens/s");
  speed.figure_class = FigureClass::kWall;
  Add(&out, std::move(speed));
  return out;
}

void AddComparison(const PairedComparison& pair, ReportCell* out) {
  const PartOf against{"against", StrCat(pair.against.model->Name(), " ", VariantName(pair.against.variant))};
  if (!pair.failure.empty()) {
    out->unavailable["ratio"] = pair.failure;
    return;
  }
  Add(out, Estimate("ratio", pair.ratio, pair.interval, "", against));
  Add(out, Estimate("kl_mean", pair.kl_mean, std::nullopt, "nats", against));
  Add(out, Estimate("same_top", pair.same_top, std::nullopt, "", against));
}

}  // namespace

std::vector<ReportCell> ToReport(const PerplexityReport& report) {
  std::vector<ReportCell> cells;
  for (size_t i = 0; i < report.rows.size(); ++i) {
    ReportCell cell = CellOf(report, report.rows[i]);
    if (i < report.comparisons.size()) AddComparison(report.comparisons[i], &cell);
    // The last row is what the others are compared with.
    const bool known = std::ranges::any_of(cells, [&cell](const ReportCell& other) {
      return other.key == cell.key && other.model_sha256 == cell.model_sha256;
    });
    if (!known || report.comparisons.empty() || i + 1 < report.rows.size()) cells.push_back(std::move(cell));
  }
  return cells;
}

}  // namespace atome::harness::report
