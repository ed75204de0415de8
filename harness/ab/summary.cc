#include "harness/ab/summary.h"

#include <algorithm>
#include <span>

#include "harness/statistics/median.h"
#include "harness/statistics/precise_math.h"

namespace atome::harness::ab {
namespace {

using Value = std::optional<double>;

template <class T>
Value AsDouble(const std::optional<T>& value) {
  return value ? Value(static_cast<double>(*value)) : std::nullopt;
}

struct Definition {
  const char* name;
  bool exact;
  Value (*of)(const Measured&);
};
constexpr Definition kDefinitions[] = {
    {"params", true, [](const Measured& m) { return Value(static_cast<double>(m.facts.parameters)); }},
    {"bits_per_weight", true, [](const Measured& m) { return Value(m.BitsPerWeight()); }},
    {"disk_bytes", true, [](const Measured& m) { return Value(static_cast<double>(m.disk_bytes)); }},
    {"perplexity", false,
     [](const Measured& m) { return m.losses ? Value(Exp(m.losses->MeanNats())) : std::nullopt; }},
    {"bpb", false,
     [](const Measured& m) { return m.losses ? Value(m.losses->MeanNats() / kLn2) : std::nullopt; }},
};

struct CoreDefinition {
  const char* name;
  Value (*of)(const CoreFigures&);
};
constexpr CoreDefinition kCoreDefinitions[] = {
    {"cycles_per_token", [](const CoreFigures& core) { return core.cycles_per_token; }},
    {"instructions_per_token", [](const CoreFigures& core) { return core.instructions_per_token; }},
    {"flash_bytes", [](const CoreFigures& core) { return AsDouble(core.FlashBytes()); }},
    {"ram_bytes", [](const CoreFigures& core) { return AsDouble(core.ram_bytes); }},
};

// `of` gives a value of each model.
template <class Of>
FigureSummary SummaryOver(std::span<const Measured> models, FigureSummary figure, const Of& of) {
  std::vector<Value> values;
  for (const Measured& model : models) values.push_back(of(model));
  figure.spread = SpreadOf(values);
  if (!figure.spread) return figure;
  for (const Value& value : values) figure.by_seed.push_back(*value);
  return figure;
}

ContenderSummary SummaryOf(const Config& config, size_t contender, std::span<const Measured> models) {
  ContenderSummary summary;
  summary.contender = contender;
  for (const Definition& definition : kDefinitions)
    summary.figures.push_back(
        SummaryOver(models, {definition.name, "", definition.exact, {}, {}}, definition.of));
  for (size_t core = 0; core < config.cores.size(); ++core) {
    for (const CoreDefinition& definition : kCoreDefinitions) {
      const auto of = [&](const Measured& model) { return definition.of(model.cores[core]); };
      summary.figures.push_back(SummaryOver(models, {definition.name, config.cores[core], true, {}, {}}, of));
    }
  }
  if (models.size() == 1 && models[0].losses) {
    if (const auto interval = MeanInterval(*models[0].losses))
      summary.perplexity_interval = {Exp(interval->low), Exp(interval->high)};
  }
  return summary;
}

// The losses of all models; nothing when one is absent.
std::optional<std::vector<ChunkLosses>> LossesOf(std::span<const Measured> models) {
  std::vector<ChunkLosses> losses;
  for (const Measured& model : models) {
    if (!model.losses) return std::nullopt;
    losses.push_back(*model.losses);
  }
  return losses;
}

std::optional<Difference> DifferenceOf(std::span<const Measured> contender,
                                       std::span<const Measured> baseline) {
  const auto ours = LossesOf(contender), theirs = LossesOf(baseline);
  if (!ours || !theirs) return std::nullopt;
  for (size_t i = 0; i < ours->size(); ++i) {
    if ((*ours)[i].tokens != theirs->front().tokens || (*theirs)[i].tokens != theirs->front().tokens)
      return std::nullopt;  // not the same chunks
  }
  return Compare(*ours, *theirs);
}

}  // namespace

std::optional<Spread> SpreadOf(const std::vector<std::optional<double>>& values) {
  std::vector<double> present;
  for (const auto& value : values) {
    if (!value) return std::nullopt;
    present.push_back(*value);
  }
  if (present.empty()) return std::nullopt;
  const auto [least, most] = std::ranges::minmax(present);
  return Spread{Median(present), least, most};
}

const FigureSummary& ContenderSummary::Figure(std::string_view name, std::string_view core) const {
  return *std::ranges::find_if(
      figures, [&](const FigureSummary& figure) { return figure.name == name && figure.core == core; });
}

Summary Summarize(const Config& config, const std::vector<Measured>& measured) {
  const size_t seeds = config.seeds.size();
  const auto models_of = [&](size_t contender) {
    return std::span(measured).subspan(contender * seeds, seeds);
  };
  Summary summary;
  for (size_t i = 0; i < config.contenders.size(); ++i) {
    summary.contenders.push_back(SummaryOf(config, i, models_of(i)));
    if (i != config.baseline)
      summary.differences.push_back({i, DifferenceOf(models_of(i), models_of(config.baseline))});
  }
  for (ContenderSummary& each : summary.contenders) {
    const auto& reference = config.contenders[each.contender].fp32_reference;
    if (!reference) {
      if (const auto& params = each.Figure("params").spread) each.fp32_bytes = 4 * params->median;
      continue;
    }
    const auto at = std::ranges::find(config.contenders, *reference, &Contender::name);
    const auto& bytes =
        summary.contenders[static_cast<size_t>(at - config.contenders.begin())].Figure("disk_bytes").spread;
    if (bytes) each.fp32_bytes = bytes->median;
  }
  return summary;
}

}  // namespace atome::harness::ab
