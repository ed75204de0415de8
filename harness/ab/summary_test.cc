#include "harness/ab/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "harness/ab/output.h"

namespace atome::harness::ab {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Measured Model(size_t contender, uint32_t seed, uint64_t bytes, double nats, double cycles) {
  Measured measured;
  measured.contender = contender;
  measured.seed = seed;
  measured.model = "m.atome02";
  measured.disk_bytes = bytes;
  measured.facts.parameters = 1000;
  measured.status = CellStatus::kPass;
  measured.losses = ChunkLosses{{64 * nats, 64 * nats + 1, 64 * nats - 1}, {64, 64, 64}};
  CoreFigures core;
  core.core = "m3";
  core.status = CellStatus::kPass;
  core.cycles_per_token = cycles;
  core.firmware_bytes = 100;
  core.model_bytes = bytes;
  core.ram_bytes = 2000;
  measured.cores = {core};
  return measured;
}

Config TwoContenders(std::vector<uint32_t> seeds) {
  Config config;
  config.name = "test";
  config.seeds = std::move(seeds);
  config.cores = {"m3"};
  config.contenders.resize(2);
  config.contenders[0].name = "new";
  config.contenders[1].name = "old";
  config.baseline = 1;
  return config;
}

TEST(SpreadOf, IsMedianLeastAndMost) {
  const auto odd = SpreadOf({3, 1, 2});
  EXPECT_EQ(odd->median, 2);
  EXPECT_EQ(odd->least, 1);
  EXPECT_EQ(odd->most, 3);
  EXPECT_EQ(SpreadOf({4, 1, 2, 10})->median, 3);
  EXPECT_FALSE(SpreadOf({}).has_value());
  EXPECT_FALSE(SpreadOf({1, std::nullopt, 2}).has_value());
}

TEST(Summarize, KnownAnswer) {
  const Config config = TwoContenders({0, 1, 2});
  const std::vector<Measured> measured{Model(0, 0, 200, 1.0, 10), Model(0, 1, 220, 1.2, 12),
                                       Model(0, 2, 210, 1.1, 14), Model(1, 0, 400, 1.5, 20),
                                       Model(1, 1, 400, 1.7, 20), Model(1, 2, 400, 1.6, 20)};
  const Summary summary = Summarize(config, measured);
  const ContenderSummary& ours = summary.contenders[0];
  EXPECT_DOUBLE_EQ(ours.Figure("perplexity").spread->median, std::exp(1.1));
  EXPECT_DOUBLE_EQ(ours.Figure("bpb").spread->most, 1.2 / std::log(2));
  EXPECT_EQ(ours.Figure("disk_bytes").spread->median, 210);
  EXPECT_DOUBLE_EQ(ours.Figure("bits_per_weight").spread->least, 1.6);
  EXPECT_EQ(ours.Figure("cycles_per_token", "m3").spread->median, 12);
  EXPECT_EQ(ours.Figure("flash_bytes", "m3").spread->most, 320);
  EXPECT_FALSE(ours.Figure("instructions_per_token", "m3").spread.has_value());
  EXPECT_TRUE(ours.Figure("disk_bytes").exact);
  EXPECT_FALSE(ours.Figure("perplexity").exact);
  EXPECT_EQ(ours.fp32_bytes, 4000);
  EXPECT_FALSE(ours.perplexity_interval.has_value()) << "several seeds have a spread";
  ASSERT_EQ(summary.differences.size(), 1u);
  const Difference& difference = *summary.differences[0].of_losses;
  EXPECT_NEAR(difference.nats, -0.5, 1e-12);
  EXPECT_EQ(difference.Judge(), Verdict::kBetter);
}

TEST(Summarize, SizeInFp32MayBeAnothers) {
  Config config = TwoContenders({0});
  config.contenders[0].fp32_reference = "old";
  const Summary summary = Summarize(config, {Model(0, 0, 200, 1, 1), Model(1, 0, 800, 1, 1)});
  EXPECT_EQ(summary.contenders[0].fp32_bytes, 800);
  EXPECT_EQ(summary.contenders[1].fp32_bytes, 4000);
}

TEST(FormatAb, SaysWhatIsExactAndWhatOneSeedLeavesOpen) {
  const std::vector<Measured> measured{Model(0, 0, 200, 1.0, 10), Model(1, 0, 400, 1.5, 20)};
  const Config config = TwoContenders({0});
  const std::string one =
      Format(config, {"text", "", 0}, measured, Summarize(config, measured), OutputFormat::kTable);
  EXPECT_THAT(one, HasSubstr("One seed: the spread over seeds is unknown"));
  EXPECT_THAT(one, HasSubstr("Exact, any difference is one: params"));
  EXPECT_THAT(one, HasSubstr("-39.347 % [-39.347, -39.347] better"));
  EXPECT_THAT(one, HasSubstr("1/20.0"));
  EXPECT_THAT(one, Not(HasSubstr("seeds: medians")));
}

TEST(FormatAb, ShowsTheSpreadOfSeveralSeeds) {
  const std::vector<Measured> measured{Model(0, 0, 200, 1.0, 10), Model(0, 1, 220, 1.2, 12),
                                       Model(1, 0, 400, 1.1, 20), Model(1, 1, 400, 1.1, 20)};
  const Config config = TwoContenders({0, 1});
  const Summary summary = Summarize(config, measured);
  const std::string text = Format(config, {"text", "", 0}, measured, summary, OutputFormat::kTable);
  EXPECT_THAT(text, HasSubstr("2 seeds: medians (least..most); the interval is over chunks and seeds"));
  EXPECT_THAT(text, HasSubstr("210 (200..220)"));
  EXPECT_THAT(text, HasSubstr("undecided")) << "one seed better, one worse";
  const Json json = Json::parse(Format(config, {"text", "", 0}, measured, summary, OutputFormat::kJson));
  EXPECT_EQ(json["summary"][0]["disk_bytes"], (Json{{"median", 210}, {"min", 200}, {"max", 220}}));
  EXPECT_EQ(json["summary"][0]["spread_over_seeds"], "known");
  EXPECT_EQ(json["differences"][0]["perplexity"]["verdict"], "undecided");
  const Json& exact = json["differences"][0]["exact"];
  EXPECT_EQ(exact[2]["figure"], "disk_bytes");
  EXPECT_EQ(exact[2]["difference_of_medians"], -190);
  EXPECT_EQ(json["results"].size(), 4u);
}

TEST(ResultsJson, HasThePublishedKeys) {
  Config config = TwoContenders({0});
  std::vector<Measured> measured{Model(0, 0, 200, 1.0, 10), Model(1, 0, 400, 1.5, 20)};
  measured[0].training = {3000, 2.013, 359.5, Json{{"batch", 16}, {"learning_rate", 3e-4}, {"sequence", 64}}};
  measured[1].training = {3000, 2.1, 200.0, Json{{"batch", 16}, {"learning_rate", 4e-4}, {"sequence", 64}}};
  const Json json = ResultsJson(config, {"ab_500k.txt", "", 500000}, measured, Summarize(config, measured));
  for (const char* key : {"data", "steps", "seq_len", "batch_size", "lr", "torch_threads"})
    EXPECT_TRUE(json["config"].contains(key)) << key;
  EXPECT_EQ(json["config"]["batch_size"], 16);
  EXPECT_EQ(json["config"]["seq_len"], 64);
  EXPECT_TRUE(json["config"]["lr"].is_null()) << "two rates";
  for (const char* key : {"name", "kind", "params", "approx_disk_bytes", "approx_disk_kb", "steps",
                          "train_seconds", "final_loss", "bpb", "perplexity", "ckpt"})
    EXPECT_TRUE(json["results"][0].contains(key)) << key;
  EXPECT_EQ(json["results"][0]["steps"], 3000);
  EXPECT_EQ(json["results"][0]["final_loss"], 2.013);
  EXPECT_EQ(json["summary"][0]["spread_over_seeds"], "unknown: one seed");
  EXPECT_TRUE(json["differences"][0]["perplexity"]["percent_interval_over_chunks_and_seeds"].is_null());
}

}  // namespace
}  // namespace atome::harness::ab
