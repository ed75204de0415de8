#include "harness/ab/report_figures.h"

#include <cmath>
#include <filesystem>
#include <set>
#include <span>

#include "harness/statistics/precise_math.h"
#include "harness/report/figures.h"
#include "harness/base/text.h"

namespace atome::harness::ab {
namespace {

using report::Figure;
using report::MakeFigure;
using report::PartOf;
using report::ReportCell;

// The status that decides over all models and cores, and whose it is.
void FillStatus(const Config& config, std::span<const Measured> models, ReportCell* out) {
  struct Each {
    CellStatus status;
    std::string message;
  };
  std::vector<Each> all;
  for (const Measured& model : models) {
    all.push_back({model.status, StrCat("seed ", model.seed, ": ", model.message)});
    for (size_t core = 0; core < model.cores.size(); ++core)
      all.push_back({model.cores[core].status, StrCat("seed ", model.seed, " on ", config.cores[core], ": ",
                                                      model.cores[core].message)});
  }
  std::vector<CellStatus> statuses;
  for (const Each& each : all) statuses.push_back(each.status);
  const ExitCode verdict = harness::VerdictOf(statuses);
  out->status = CellStatus::kPass;
  for (const Each& each : all) {
    if (verdict == kPass || harness::VerdictOf({each.status}) != verdict) continue;
    out->status = each.status;
    out->message = each.message;
    return;
  }
}

std::string UnitOf(std::string_view name) {
  if (name.ends_with("_bytes")) return "bytes";
  if (name.starts_with("cycles")) return "cycles";
  if (name.starts_with("instructions")) return "instructions";
  return name == "bpb" || name.starts_with("bits") ? "bits" : "";
}

// Bytes and parameters are whole, unless a median lies between two of them.
Figure FigureOf(const FigureSummary& summary) {
  const PartOf part = summary.core.empty() ? PartOf{} : PartOf{"core", summary.core};
  const double median = summary.spread->median;
  const bool counts = summary.name.ends_with("_bytes") || summary.name == "params";
  Figure figure = counts && median == std::floor(median)
                      ? MakeFigure(summary.name, static_cast<uint64_t>(median), UnitOf(summary.name), part)
                      : MakeFigure(summary.name, median, UnitOf(summary.name), part);
  if (!summary.exact) figure.figure_class = report::FigureClass::kInterval;
  figure.samples = summary.by_seed;
  return figure;
}

void AddFigures(const ContenderSummary& summary, ReportCell* out) {
  for (const FigureSummary& each : summary.figures) {
    if (!each.spread) {
      out->unavailable.emplace(each.name, out->message.empty() ? "not measured of every seed" : out->message);
      continue;
    }
    Figure figure = FigureOf(each);
    if (summary.perplexity_interval && !each.exact) {
      const auto [low, high] = *summary.perplexity_interval;
      const bool bits = each.name == "bpb";
      figure.low = bits ? Log(low) / kLn2 : low;
      figure.high = bits ? Log(high) / kLn2 : high;
    }
    report::Add(out, std::move(figure));
  }
}

void AddRatio(const Difference& difference, const std::string& baseline, ReportCell* out) {
  Figure ratio = MakeFigure("ratio", Exp(difference.nats), "", {"against", baseline});
  ratio.figure_class = report::FigureClass::kInterval;
  if (const Interval* interval = difference.Deciding()) {
    ratio.low = Exp(interval->low);
    ratio.high = Exp(interval->high);
  }
  for (const double nats : difference.by_seed) ratio.samples.push_back(Exp(nats));
  report::Add(out, std::move(ratio));
}

}  // namespace

std::vector<ReportCell> ToReport(const Config& config, const TextFacts& text,
                                 const std::vector<Measured>& measured, const Summary& summary) {
  const size_t seeds = config.seeds.size();
  std::vector<ReportCell> cells;
  for (const ContenderSummary& each : summary.contenders) {
    const Contender& contender = config.contenders[each.contender];
    const auto models = std::span(measured).subspan(each.contender * seeds, seeds);
    ReportCell& cell = cells.emplace_back();
    cell.key = {.kind = report::Kind::kAb,
                .runner = "native",
                .core = "",
                .board = "",
                .model = std::filesystem::path(contender.model).filename().string(),
                .variant = std::string(VariantName(contender.variant)),
                .build_kind = std::string(BuildName(contender.build)),
                .text = text.name,
                .detail = StrCat(config.name, ": ", contender.name)};
    FillStatus(config, models, &cell);
    std::set<std::string> hashes;
    for (const Measured& model : models) hashes.insert(model.model_sha256);
    if (hashes.size() == 1) cell.model_sha256 = *hashes.begin();
    AddFigures(each, &cell);
    report::Add(&cell, MakeFigure("text_sha256", text.sha256));
    for (const Measured& model : models)
      report::Add(&cell, MakeFigure("model_sha256", model.model_sha256, "", {"seed", StrCat(model.seed)}));
    for (const ContenderDifference& difference : summary.differences) {
      if (difference.contender == each.contender && difference.of_losses)
        AddRatio(*difference.of_losses, config.contenders[config.baseline].name, &cell);
    }
  }
  return cells;
}

}  // namespace atome::harness::ab
