#include "harness/ab/output.h"

#include <algorithm>
#include <cmath>

#include "harness/base/json_output.h"
#include "harness/size/size.h"
#include "harness/base/text.h"

namespace atome::harness::ab {
namespace {

// The difference that a contender has; nothing of the baseline, or when it could not be determined.
const Difference* DifferenceOf(const Summary& summary, size_t contender) {
  const auto at = std::ranges::find(summary.differences, contender, &ContenderDifference::contender);
  return at == summary.differences.end() || !at->of_losses ? nullptr : &*at->of_losses;
}

// "1 234", or "1 234 (1 200..1 300)" when seeds differ.
template <class Show>
std::string Shown(const std::optional<Spread>& spread, const Show& show) {
  if (!spread) return "-";
  const std::string median = show(spread->median);
  const std::string least = show(spread->least), most = show(spread->most);
  return least == most ? median : StrCat(median, " (", least, "..", most, ")");
}

std::string Whole(double value) { return Grouped(static_cast<uint64_t>(std::llround(value))); }
std::string Decimals2(double value) { return fmt::format("{:.2f}", value); }
std::string Decimals3(double value) { return fmt::format("{:.3f}", value); }

std::string ShownPerplexity(const ContenderSummary& contender) {
  const std::string perplexity = Shown(contender.Figure("perplexity").spread, Decimals3);
  const auto& interval = contender.perplexity_interval;
  return interval ? fmt::format("{} [{:.3f}, {:.3f}]", perplexity, interval->low, interval->high)
                  : perplexity;
}

std::string Signed(double nats) { return fmt::format("{:+.3f}", PercentOf(nats)); }

std::string ShownDifference(const Config& config, const Summary& summary, size_t contender) {
  if (contender == config.baseline) return "baseline";
  const Difference* difference = DifferenceOf(summary, contender);
  if (difference == nullptr) return "-";
  if (difference->Judge() == Verdict::kSame) return "same";
  std::string text = StrCat(Signed(difference->nats), " %");
  if (const Interval* interval = difference->Deciding())
    StrAppend(&text, " [", Signed(interval->low), ", ", Signed(interval->high), "] ",
              VerdictName(difference->Judge()));
  return text;
}

// Of the contender's size in FP32: "1/15.9".
std::string ShownFp32(const ContenderSummary& contender) {
  const auto& disk = contender.Figure("disk_bytes").spread;
  if (!disk || !contender.fp32_bytes) return "-";
  return fmt::format("1/{:.1f}", *contender.fp32_bytes / disk->median);
}

Table MakeTable(const Config& config, const Summary& summary) {
  Table table;
  table.columns = {{"model"},         {"params", true},     {"bits/wt", true},    {"disk bytes", true},
                   {"of FP32", true}, {"perplexity", true}, {"vs baseline", true}};
  for (const std::string& core : config.cores) {
    for (const char* what : {"cycles/token", "flash", "RAM"})
      table.columns.push_back({StrCat(core, " ", what), true});
  }
  for (const ContenderSummary& contender : summary.contenders) {
    std::vector<std::string> row{config.contenders[contender.contender].name,
                                 Shown(contender.Figure("params").spread, Whole),
                                 Shown(contender.Figure("bits_per_weight").spread, Decimals2),
                                 Shown(contender.Figure("disk_bytes").spread, Whole),
                                 ShownFp32(contender),
                                 ShownPerplexity(contender),
                                 ShownDifference(config, summary, contender.contender)};
    for (const std::string& core : config.cores) {
      for (const char* figure : {"cycles_per_token", "flash_bytes", "ram_bytes"})
        row.push_back(Shown(contender.Figure(figure, core).spread, Whole));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

// What the columns are, then what went wrong.
std::string Notes(const Config& config, const TextFacts& text, const std::vector<Measured>& measured) {
  const size_t seeds = config.seeds.size();
  std::string notes = StrCat(
      "\nExact, any difference is one: params, bits/wt (8 * file bytes / parameters), disk, of FP32",
      config.cores.empty() ? "" : ", cycles (modelled, zero wait states), flash (firmware + model), RAM",
      ".\n", "Estimated: perplexity, and vs baseline: its change, with the 95 % interval, paired by chunk",
      seeds > 1 ? " and seed" : "", "; not adjusted for the number of contenders.\n");
  if (seeds > 1) {
    StrAppend(&notes, seeds, " seeds: medians (least..most); the interval is over chunks and seeds.\n");
  } else {
    StrAppend(&notes,
              "One seed: the spread over seeds is unknown; the intervals are over chunks of text only.\n");
  }
  StrAppend(&notes, "Text: ", text.name, ", ", config.whole_text ? "all of it" : "its last tenth",
            ", chunks of ", config.chunk, " tokens.\n");
  for (const Measured& each : measured) {
    const std::string label = StrCat(config.contenders[each.contender].name, " seed ", each.seed);
    if (each.status != CellStatus::kPass)
      StrAppend(&notes, "\n", StatusName(each.status), ": ", label, ": ", each.message, "\n");
    for (const CoreFigures& core : each.cores) {
      if (core.status != CellStatus::kPass)
        StrAppend(&notes, "\n", StatusName(core.status), ": ", label, " on ", core.core, ": ", core.message,
                  "\n");
    }
  }
  return notes;
}

std::string Number(const std::optional<double>& value) { return value ? StrCat(*value) : ""; }

// Every figure in full.
Table CsvTable(const Config& config, const Summary& summary) {
  Table table;
  for (const char* title : {"name",
                            "kind",
                            "variant",
                            "build",
                            "seeds",
                            "core",
                            "params",
                            "bits_per_weight",
                            "disk_bytes",
                            "fp32_bytes",
                            "perplexity",
                            "perplexity_min",
                            "perplexity_max",
                            "vs_baseline_percent",
                            "vs_baseline_percent_low",
                            "vs_baseline_percent_high",
                            "verdict",
                            "cycles_per_token",
                            "instructions_per_token",
                            "flash_bytes",
                            "ram_bytes"})
    table.columns.push_back({title});
  const std::vector<std::string> cores = config.cores.empty() ? std::vector<std::string>{""} : config.cores;
  for (const ContenderSummary& each : summary.contenders) {
    const Contender& contender = config.contenders[each.contender];
    const Difference* difference = DifferenceOf(summary, each.contender);
    const auto median = [&each](const char* figure, const std::string& core = "") {
      const auto& spread = each.Figure(figure, core).spread;
      return spread ? StrCat(spread->median) : "";
    };
    const auto& perplexity = each.Figure("perplexity").spread;
    const Interval* interval = difference ? difference->Deciding() : nullptr;
    for (const std::string& core : cores) {
      std::vector<std::string> row{contender.name,
                                   contender.kind,
                                   std::string(VariantName(contender.variant)),
                                   std::string(BuildName(contender.build)),
                                   StrCat(config.seeds.size()),
                                   core,
                                   median("params"),
                                   median("bits_per_weight"),
                                   median("disk_bytes"),
                                   Number(each.fp32_bytes),
                                   median("perplexity"),
                                   perplexity ? StrCat(perplexity->least) : "",
                                   perplexity ? StrCat(perplexity->most) : "",
                                   difference ? StrCat(PercentOf(difference->nats)) : "",
                                   interval ? StrCat(PercentOf(interval->low)) : "",
                                   interval ? StrCat(PercentOf(interval->high)) : "",
                                   difference ? std::string(VerdictName(difference->Judge())) : ""};
      for (const char* figure : {"cycles_per_token", "instructions_per_token", "flash_bytes", "ram_bytes"})
        row.push_back(core.empty() ? "" : median(figure, core));
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

}  // namespace

std::string Format(const Config& config, const TextFacts& text, const std::vector<Measured>& measured,
                   const Summary& summary, OutputFormat format) {
  switch (format) {
    case OutputFormat::kTable:
      return FormatText(MakeTable(config, summary)) + Notes(config, text, measured);
    case OutputFormat::kMarkdown:
      return FormatMarkdown(MakeTable(config, summary)) + Notes(config, text, measured);
    case OutputFormat::kCsv:
      return FormatCsv(CsvTable(config, summary));
    case OutputFormat::kJson:
      return JsonText(ResultsJson(config, text, measured, summary));
  }
  return {};
}

ExitCode VerdictOf(const std::vector<Measured>& measured) {
  std::vector<CellStatus> statuses;
  for (const Measured& each : measured) {
    statuses.push_back(each.status);
    for (const CoreFigures& core : each.cores) statuses.push_back(core.status);
  }
  return harness::VerdictOf(statuses);
}

}  // namespace atome::harness::ab
