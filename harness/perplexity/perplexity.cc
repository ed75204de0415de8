#include "harness/perplexity/perplexity.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "harness/statistics/precise_math.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

double InOrder(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

std::optional<Interval> ExpOf(const std::optional<Interval>& nats) {
  if (!nats) return std::nullopt;
  return Interval{Exp(nats->low), Exp(nats->high)};
}

// Of sorted values, the least that `share` of them do not exceed.
double Percentile(const std::vector<double>& sorted, double share) {
  const double rank = std::ceil(share * static_cast<double>(sorted.size()));
  return sorted[static_cast<size_t>(std::max(1.0, rank)) - 1];
}

std::vector<double> UnitCounts(const TextPlan& plan) {
  std::vector<double> counts(plan.Units());
  for (size_t unit = 0; unit < counts.size(); ++unit)
    counts[unit] = static_cast<double>(plan.UnitTokens(unit));
  return counts;
}

PairedComparison Compare(const Losses& mine, const Losses& other, Differences differences,
                         const std::vector<double>& counts, const BootstrapOptions& bootstrap) {
  PairedComparison result;
  for (const Losses* each : {&mine, &other})
    if (!each->failure.empty()) result.failure = each->failure;
  if (!result.failure.empty()) return result;
  std::vector<double> nats(counts.size());
  for (size_t unit = 0; unit < nats.size(); ++unit) nats[unit] = mine.unit_nats[unit] - other.unit_nats[unit];
  const double tokens = InOrder(counts);
  result.ratio = Exp(InOrder(nats) / tokens);
  result.interval = ExpOf(BootstrapMean(nats, counts, bootstrap));
  result.kl_mean = InOrder(differences.nats) / tokens;
  std::ranges::sort(differences.nats);
  result.kl_median = Percentile(differences.nats, 0.5);
  result.kl_90 = Percentile(differences.nats, 0.9);
  result.kl_99 = Percentile(differences.nats, 0.99);
  result.kl_most = differences.nats.back();
  const auto& same = differences.unit_same;
  result.same_top = static_cast<double>(std::accumulate(same.begin(), same.end(), size_t{0})) / tokens;
  return result;
}

std::string Named(const Subject& subject) {
  return StrCat(subject.model->Name(), " ", VariantName(subject.variant));
}

// 1.0123 -> "1.23 % higher".
std::string Change(double ratio) {
  const double percent = 100 * (ratio - 1);
  return fmt::format("{:.3g} % {}", std::abs(percent), percent < 0 ? "lower" : "higher");
}

}  // namespace

std::string PairedComparison::Sentence() const {
  if (!failure.empty()) return StrCat(Named(subject), " cannot be compared: ", failure);
  std::string text = StrCat("The perplexity of ", Named(subject));
  if (ratio == 1) {
    StrAppend(&text, " is that of ", Named(against));
  } else {
    StrAppend(&text, " is ", Change(ratio), " than that of ", Named(against));
  }
  if (!interval)
    return StrCat(text, "; one chunk or block of text is too little to say whether that is significant.");
  StrAppend(&text, fmt::format(" (95 % interval {:+.3g} % to {:+.3g} %): ", 100 * (interval->low - 1),
                               100 * (interval->high - 1)));
  return text + (Significant() ? "a significant difference." : "no significant difference.");
}

bool PerplexityReport::Failed() const {
  return std::ranges::any_of(rows, [](const Perplexity& row) { return !row.failure.empty(); });
}

Result<PerplexityReport> MeasurePerplexity(const std::vector<Subject>& subjects, EvaluationText text,
                                           const TextPlan& plan, const BootstrapOptions& bootstrap,
                                           const MeasureOptions& options) {
  Result<Measured> measured = Measure(subjects, text, plan, options);
  if (!measured.ok()) return measured.error();
  PerplexityReport report{std::move(text), plan, bootstrap, measured->threads, {}, {}};
  const std::vector<double> counts = UnitCounts(plan);
  const auto tokens = static_cast<double>(plan.tokens);
  for (size_t s = 0; s < subjects.size(); ++s) {
    const Losses& losses = measured->losses[s];
    Perplexity& row = report.rows.emplace_back();
    row.subject = subjects[s];
    row.failure = losses.failure;
    if (!row.failure.empty()) continue;
    const double nats = InOrder(losses.unit_nats) / tokens;
    row.perplexity = Exp(nats);
    row.bits_per_byte = nats / kLn2;
    row.interval = ExpOf(BootstrapMean(losses.unit_nats, counts, bootstrap));
    row.tokens_per_second = tokens * measured->threads / losses.seconds;
    row.unit_nats = losses.unit_nats;
  }
  for (size_t s = 0; s < measured->differences.size(); ++s) {
    PairedComparison comparison = Compare(measured->losses[s], measured->losses.back(),
                                          std::move(measured->differences[s]), counts, bootstrap);
    comparison.subject = subjects[s];
    comparison.against = subjects.back();
    report.comparisons.push_back(std::move(comparison));
  }
  return report;
}

}  // namespace atome::harness
