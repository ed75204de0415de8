// ab_results.json.
#include <cmath>
#include <numeric>

#include "harness/ab/figures_json.h"
#include "harness/ab/output.h"
#include "harness/statistics/precise_math.h"
#include "harness/size/size.h"
#include "harness/base/text.h"

namespace atome::harness::ab {
namespace {

// A whole number without a fraction, as bytes are.
Json Plain(double value) {
  constexpr double kExact = 9007199254740992;  // 2^53
  if (value == std::floor(value) && std::abs(value) < kExact) return static_cast<int64_t>(value);
  return value;
}

double Same(double value) { return value; }

// Of a mean in nats, as a function of it; monotonic, so that it maps intervals.
template <class Map>
Json Mapped(const Interval* interval, const Map& map) {
  return interval == nullptr ? Json(nullptr) : Json{map(interval->low), map(interval->high)};
}
template <class Map>
Json Mapped(const std::optional<Interval>& interval, const Map& map) {
  return Mapped(interval ? &*interval : nullptr, map);
}

Json SpreadJson(const std::optional<Spread>& spread) {
  if (!spread) return nullptr;
  return {{"median", Plain(spread->median)}, {"min", Plain(spread->least)}, {"max", Plain(spread->most)}};
}

// The value that all trained models have, or null: the published results say it once for all.
Json CommonOfRecipes(const std::vector<Measured>& measured, const char* key) {
  Json common;
  for (const Measured& each : measured) {
    const Json& recipe = each.training.recipe;
    const Json value = recipe.is_object() ? recipe.value(key, Json()) : Json();
    if (value.is_null() || (!common.is_null() && common != value)) return nullptr;
    common = value;
  }
  return common;
}

Json ConfigJson(const Config& config, const TextFacts& text, const std::vector<Measured>& measured) {
  Json json{{"name", config.name},
            {"data", text.name},
            {"data_sha256", text.sha256},
            {"data_bytes", text.bytes},
            {"split", config.whole_text ? "all" : "last-tenth"},
            {"chunk", config.chunk}};
  const std::pair<const char*, const char*> published[] = {{"steps", "steps"},
                                                           {"seq_len", "sequence"},
                                                           {"batch_size", "batch"},
                                                           {"lr", "learning_rate"},
                                                           {"torch_threads", "threads"}};
  for (const auto& [key, ours] : published) json[key] = CommonOfRecipes(measured, ours);
  json["seeds"] = config.seeds;
  json["cores"] = config.cores;
  json["positions"] = StrCat(config.positions.from, ":", config.positions.to);
  json["baseline"] = config.contenders[config.baseline].name;
  json["file"] = config.json;
  return json;
}

Json ResultJson(const Config& config, const Measured& measured) {
  const Contender& contender = config.contenders[measured.contender];
  const auto of_losses = [&measured](auto map) {
    return measured.losses ? Json(map(measured.losses->MeanNats())) : Json(nullptr);
  };
  const auto exp = [](double nats) { return Exp(nats); };
  const auto bits = [](double nats) { return nats / kLn2; };
  std::optional<Interval> interval;
  if (measured.losses) interval = MeanInterval(*measured.losses);
  double tokens = 0;
  if (measured.losses)
    tokens = std::accumulate(measured.losses->tokens.begin(), measured.losses->tokens.end(), 0.0);
  Json json{{"name", contender.name},
            {"kind", contender.kind},
            {"variant", VariantName(contender.variant)},
            {"build", BuildName(contender.build)},
            {"seed", measured.seed},
            {"params", measured.facts.parameters},
            {"approx_disk_bytes", measured.disk_bytes},
            {"approx_disk_kb", std::round(static_cast<double>(measured.disk_bytes) / 10.24) / 100},
            {"disk_bytes", measured.disk_bytes},
            {"bits_per_weight", measured.BitsPerWeight()},
            {"trit_entropy_bits", OrNull(measured.facts.trit_entropy_bits)},
            {"format_bytes", measured.format_bytes},
            {"steps", OrNull(measured.training.steps)},
            {"train_seconds", OrNull(measured.training.train_seconds)},
            {"final_loss", OrNull(measured.training.final_loss)},
            {"status", StatusName(measured.status)},
            {"message", measured.message},
            {"bpb", of_losses(bits)},
            {"bpb_interval", Mapped(interval, bits)},
            {"perplexity", of_losses(exp)},
            {"perplexity_interval", Mapped(interval, exp)},
            {"chunks", measured.losses ? Json(measured.losses->tokens.size()) : Json(nullptr)},
            {"tokens", measured.losses ? Plain(tokens) : Json(nullptr)},
            {"ckpt", measured.model},
            {"model_sha256", measured.model_sha256},
            {"cores", Json::array()}};
  for (const CoreFigures& core : measured.cores) json["cores"].push_back(ToJson(core));
  return json;
}

Json SummaryJson(const Config& config, const ContenderSummary& summary) {
  Json json{{"name", config.contenders[summary.contender].name},
            {"seeds", config.seeds.size()},
            {"spread_over_seeds", config.seeds.size() > 1 ? "known" : "unknown: one seed"},
            {"fp32_bytes", OrNull(summary.fp32_bytes)},
            {"cores", Json::array()}};
  for (const std::string& core : config.cores) json["cores"].push_back({{"core", core}});
  for (const FigureSummary& figure : summary.figures) {
    Json* into = &json;
    for (Json& core : json["cores"]) {
      if (core["core"] == figure.core) into = &core;
    }
    (*into)[figure.name] = SpreadJson(figure.spread);
  }
  json["perplexity_interval"] = Mapped(summary.perplexity_interval, Same);
  return json;
}

Json LossesJson(const std::optional<Difference>& difference) {
  if (!difference) return nullptr;
  Json by_seed = Json::array();
  for (const double nats : difference->by_seed) by_seed.push_back(PercentOf(nats));
  return {{"estimator", "paired by seed and chunk; bootstrap over chunks, Student's t over seeds"},
          {"confidence", 0.95},
          {"chunks", difference->chunks},
          {"nats_per_token", difference->nats},
          {"nats_interval", Mapped(difference->Deciding(), Same)},
          {"percent", PercentOf(difference->nats)},
          {"percent_by_seed", by_seed},
          {"interval", difference->over_chunks_and_seeds ? "over chunks and seeds" : "over chunks only"},
          {"percent_interval", Mapped(difference->Deciding(), PercentOf)},
          {"percent_interval_over_chunks", Mapped(difference->over_chunks, PercentOf)},
          {"percent_interval_over_chunks_and_seeds", Mapped(difference->over_chunks_and_seeds, PercentOf)},
          {"verdict", VerdictName(difference->Judge())}};
}

Json DifferenceJson(const Config& config, const Summary& summary, const ContenderDifference& difference) {
  const ContenderSummary& contender = summary.contenders[difference.contender];
  const ContenderSummary& baseline = summary.contenders[config.baseline];
  Json json{{"name", config.contenders[difference.contender].name},
            {"baseline", config.contenders[config.baseline].name},
            {"perplexity", LossesJson(difference.of_losses)},
            {"exact", Json::array()}};
  for (const FigureSummary& ours : contender.figures) {
    const auto& theirs = baseline.Figure(ours.name, ours.core).spread;
    if (!ours.exact) continue;
    Json row{{"figure", ours.name}};
    if (!ours.core.empty()) row["core"] = ours.core;
    const bool both = ours.spread && theirs;
    row["contender"] = SpreadJson(ours.spread);
    row["baseline"] = SpreadJson(theirs);
    row["difference_of_medians"] = both ? Plain(ours.spread->median - theirs->median) : Json(nullptr);
    row["percent"] = both ? Json(100 * (ours.spread->median / theirs->median - 1)) : Json(nullptr);
    json["exact"].push_back(std::move(row));
  }
  return json;
}

}  // namespace

Json ResultsJson(const Config& config, const TextFacts& text, const std::vector<Measured>& measured,
                 const Summary& summary) {
  Json json{{"config", ConfigJson(config, text, measured)},
            {"results", Json::array()},
            {"summary", Json::array()},
            {"differences", Json::array()}};
  for (const Measured& each : measured) json["results"].push_back(ResultJson(config, each));
  for (const ContenderSummary& each : summary.contenders)
    json["summary"].push_back(SummaryJson(config, each));
  for (const ContenderDifference& each : summary.differences)
    json["differences"].push_back(DifferenceJson(config, summary, each));
  return json;
}

}  // namespace atome::harness::ab
