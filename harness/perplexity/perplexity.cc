#include "harness/perplexity/perplexity.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <optional>

#include "harness/base/text.h"
#include "harness/statistics/interval.h"
#include "harness/statistics/precise_math.h"

namespace atome::harness {
namespace {

using report::Quantity;

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

report::Figure FigureOf(Quantity quantity, double value, const std::optional<Interval>& interval,
                        report::Part part = {}) {
  report::Figure figure{.id = {std::move(part), quantity}, .value = value};
  if (interval) {
    figure.low = interval->low;
    figure.high = interval->high;
  }
  return figure;
}

std::string Named(const Subject& subject) {
  const std::string engine = subject.engine != nullptr ? StrCat(" ", subject.engine->detail()) : "";
  return StrCat(subject.model->Name(), " ", VariantName(subject.variant), engine);
}

// The cells of one pass.
class Cells {
 public:
  Cells(const std::vector<Subject>& subjects, const EvaluationText& text, const TextPlan& plan,
        Measured measured)
      : subjects_(subjects), text_(text), plan_(plan), measured_(std::move(measured)) {
    for (size_t unit = 0; unit < plan.Units(); ++unit)
      counts_.push_back(static_cast<double>(plan.UnitTokens(unit)));
    const std::vector<double>& other = measured_.losses.back().unit_nats;
    for (size_t s = 0; s < measured_.differences.size(); ++s) {
      const Losses& losses = measured_.losses[s];
      judged_together_ += losses.failure.empty() && losses.unit_nats != other;
    }
  }

  std::vector<report::Cell> Make() {
    std::vector<report::Cell> cells;
    for (size_t s = 0; s < subjects_.size(); ++s) {
      report::Cell cell = CellOf(s);
      const bool is_other = !measured_.differences.empty() && s == measured_.differences.size();
      if (s < measured_.differences.size()) Compare(s, &cell);
      if (is_other && HasCell(cells, cell.key)) continue;
      if (is_other && std::ranges::count(cells, cell.key, &report::Cell::key) > 0)
        cell.key.detail += ", against";
      cells.push_back(std::move(cell));
    }
    return cells;
  }

 private:
  // Whether one of the cells, which are of the first subjects, is of the last subject, which has this key.
  bool HasCell(const std::vector<report::Cell>& cells, const report::Key& key) const {
    const Model& model = *subjects_.back().model;
    for (size_t s = 0; s < cells.size(); ++s) {
      const Model& known = *subjects_[s].model;
      if (cells[s].key == key && known.sha256 == model.sha256 &&
          ConfigToString(known.config) == ConfigToString(model.config))
        return true;
    }
    return false;
  }

  report::Cell CellOf(size_t s) const {
    const Subject& subject = subjects_[s];
    const Losses& losses = measured_.losses[s];
    report::Cell cell;
    cell.key = {.kind = report::Kind::kPerplexity,
                .runner = "native",
                .core = HasHostEngine(subject.variant) ? "host-simd" : "host",  // MakeEvaluator's choice
                .board = "",
                .model = subject.model->Name(),
                .variant = std::string(VariantName(subject.variant)),
                .build_kind = "",
                .text = std::filesystem::path(text_.path).filename().string(),
                .detail = PerplexityDetail(text_, plan_)};
    cell.outcome = losses.failure.empty() ? Outcome::kPass : Outcome::kError;
    cell.message = losses.failure;
    cell.note = StrCat(UnitName(text_.unit), "s ", plan_.begin, ":", plan_.begin + plan_.tokens);
    if (const std::string why = WhyTooFew(plan_.Units()); !why.empty()) StrAppend(&cell.note, "; ", why);
    cell.model_sha256 = subject.model->sha256;
    cell.build = "library";
    if (subject.engine != nullptr) {
      cell.key.core = subject.engine->core();
      StrAppend(&cell.key.detail, ", ", subject.engine->detail());
      cell.note = StrCat(subject.engine->detail(), "; ", cell.note);
      cell.build = subject.engine->file_name();
      cell.build_sha256 = subject.engine->sha256();
    }
    cell.Add(Quantity::kTokens, plan_.tokens);
    cell.Add(Quantity::kTextSha256, text_.sha256);
    cell.Add(Quantity::kMaxSeq, subject.model->config.max_seq);
    if (cell.passed()) {
      AddFigures(losses, &cell);
    } else {
      for (const Quantity each : {Quantity::kPerplexity, BitsQuantity(text_), Quantity::kHostTokensPerSecond})
        cell.unavailable[each] = losses.failure;
    }
    if (text_.unit == TextUnit::kToken) cell.unavailable[Quantity::kBitsPerByte] = std::string(kNoBytes);
    return cell;
  }

  void AddFigures(const Losses& losses, report::Cell* cell) const {
    const auto tokens = static_cast<double>(plan_.tokens);
    const double nats = InOrder(losses.unit_nats) / tokens;
    const std::optional<Interval> interval = ExpOf(EstimateMean(losses.unit_nats, counts_).interval);
    report::Figure perplexity = FigureOf(Quantity::kPerplexity, Exp(nats), interval);
    perplexity.samples = losses.unit_nats;
    for (size_t unit = 0; unit < plan_.Units(); ++unit)
      perplexity.sample_counts.push_back(static_cast<uint32_t>(plan_.UnitTokens(unit)));
    cell->Add(std::move(perplexity));
    std::optional<Interval> bits;
    if (interval) bits = {Log(interval->low) / kLn2, Log(interval->high) / kLn2};
    cell->Add(FigureOf(BitsQuantity(text_), nats / kLn2, bits));
    cell->Add(Quantity::kHostTokensPerSecond, tokens * measured_.threads / losses.seconds);
  }

  // With the last subject.
  void Compare(size_t s, report::Cell* cell) {
    const Losses &mine = measured_.losses[s], &other = measured_.losses.back();
    for (const Losses* each : {&other, &mine}) {
      if (!each->failure.empty()) cell->unavailable.try_emplace(Quantity::kPerplexityRatio, each->failure);
    }
    if (cell->unavailable.contains(Quantity::kPerplexityRatio)) return;
    const Estimate difference =
        EstimateDifference(mine.unit_nats, other.unit_nats, counts_, judged_together_);
    const double tokens = InOrder(counts_);
    const report::Part against{report::PartKind::kAgainst, Named(subjects_.back())};
    cell->Add(
        FigureOf(Quantity::kPerplexityRatio, Exp(difference.mean), ExpOf(difference.interval), against));
    if (judged_together_ > 1)
      StrAppend(&cell->note, "; the ratio's interval holds jointly with those of ", judged_together_,
                " comparisons");
    Differences& differences = measured_.differences[s];
    cell->Add(Quantity::kKlMeanNats, InOrder(differences.nats) / tokens, against);
    std::ranges::sort(differences.nats);
    cell->Add(Quantity::kKlP50Nats, Percentile(differences.nats, 0.5), against);
    cell->Add(Quantity::kKlP90Nats, Percentile(differences.nats, 0.9), against);
    cell->Add(Quantity::kKlP99Nats, Percentile(differences.nats, 0.99), against);
    cell->Add(Quantity::kKlMaxNats, differences.nats.back(), against);
    const auto& same = differences.unit_same;
    cell->Add(Quantity::kSameTopShare,
              static_cast<double>(std::accumulate(same.begin(), same.end(), size_t{0})) / tokens, against);
  }

  const std::vector<Subject>& subjects_;
  const EvaluationText& text_;
  const TextPlan& plan_;
  Measured measured_;
  std::vector<double> counts_;  // tokens of each unit
  size_t judged_together_ = 0;  // comparisons whose subjects differ at all
};

}  // namespace

std::string PerplexityDetail(const EvaluationText& text, const TextPlan& plan) {
  return StrCat(plan.protocol == Protocol::kChunks ? StrCat("chunks of ", plan.unit_tokens) : "streaming",
                text.unit == TextUnit::kToken ? StrCat(" ", UnitName(text.unit), "s") : "", ", ",
                TextPartName(plan.part));
}

Quantity BitsQuantity(const EvaluationText& text) {
  return text.unit == TextUnit::kByte ? Quantity::kBitsPerByte : Quantity::kBitsPerToken;
}

std::vector<report::Cell> PerplexityCells(const std::vector<Subject>& subjects, const EvaluationText& text,
                                          const TextPlan& plan, Measured measured) {
  return Cells(subjects, text, plan, std::move(measured)).Make();
}

Result<std::vector<report::Cell>> MeasurePerplexity(const std::vector<Subject>& subjects,
                                                    const EvaluationText& text, const TextPlan& plan,
                                                    const MeasureOptions& options) {
  Result<Measured> measured = Measure(subjects, text, plan, options);
  if (!measured.ok()) return measured.error();
  return PerplexityCells(subjects, text, plan, *std::move(measured));
}

}  // namespace atome::harness
