#include "harness/ab/report_figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace atome::harness::ab {
namespace {

using report::Figure;
using report::FigureClass;
using report::ReportCell;
using ::testing::ElementsAre;

Config TwoContenders(std::vector<uint32_t> seeds) {
  Config config;
  config.name = "test";
  config.seeds = std::move(seeds);
  config.cores = {"m3"};
  config.contenders.resize(2);
  config.contenders[0].name = "new";
  config.contenders[0].model = "folder/m{seed}.atome02";
  config.contenders[1].name = "old";
  config.baseline = 1;
  return config;
}

Measured Model(size_t contender, uint32_t seed, double nats) {
  Measured measured;
  measured.contender = contender;
  measured.seed = seed;
  measured.model_sha256 = std::to_string(10 * contender + seed);
  measured.disk_bytes = 200;
  measured.facts.parameters = 1000;
  measured.status = CellStatus::kPass;
  measured.losses = ChunkLosses{{64 * nats, 64 * nats + 1, 64 * nats - 1}, {64, 64, 64}};
  CoreFigures core;
  core.core = "m3";
  core.status = CellStatus::kPass;
  core.cycles_per_token = 10.0 + seed;
  core.ram_bytes = 2000;
  measured.cores = {core};
  return measured;
}

std::vector<ReportCell> CellsOf(const Config& config, const std::vector<Measured>& measured) {
  return ToReport(config, {"text.txt", "aa", 100}, measured, Summarize(config, measured));
}

const Figure& Of(const ReportCell& cell, std::string_view name, std::string_view part = "") {
  return *std::ranges::find_if(
      cell.figures, [&](const Figure& figure) { return figure.name == name && figure.part == part; });
}

TEST(AbFigures, AreMediansWithEverySeed) {
  const auto cells =
      CellsOf(TwoContenders({0, 1, 2}), {Model(0, 0, 1.0), Model(0, 1, 1.2), Model(0, 2, 1.1),
                                         Model(1, 0, 1.5), Model(1, 1, 1.7), Model(1, 2, 1.6)});
  ASSERT_EQ(cells.size(), 2u);
  const ReportCell& cell = cells[0];
  EXPECT_EQ(cell.key.Describe(), "ab native m{seed}.atome02 f32 speed text.txt test: new");
  EXPECT_EQ(cell.status, CellStatus::kPass);
  EXPECT_EQ(std::get<uint64_t>(Of(cell, "disk_bytes").value), 200u);
  EXPECT_EQ(std::get<double>(Of(cell, "bits_per_weight").value), 1.6);
  const Figure& perplexity = Of(cell, "perplexity");
  EXPECT_EQ(perplexity.figure_class, FigureClass::kInterval);
  EXPECT_DOUBLE_EQ(std::get<double>(perplexity.value), std::exp(1.1));
  ASSERT_EQ(perplexity.samples.size(), 3u);
  EXPECT_DOUBLE_EQ(perplexity.samples[1], std::exp(1.2));
  EXPECT_FALSE(perplexity.low.has_value());
  EXPECT_THAT(Of(cell, "cycles_per_token", "m3").samples, ElementsAre(10, 11, 12));
  EXPECT_EQ(Of(cell, "cycles_per_token", "m3").part_kind, "core");
  EXPECT_EQ(std::get<std::string>(Of(cell, "model_sha256", "2").value), "2");
  const Figure& ratio = Of(cell, "ratio", "old");
  EXPECT_NEAR(std::get<double>(ratio.value), std::exp(-0.5), 1e-12);
  EXPECT_LE(*ratio.low, std::get<double>(ratio.value));
  EXPECT_TRUE(
      std::ranges::none_of(cells[1].figures, [](const Figure& each) { return each.name == "ratio"; }));
}

TEST(AbFigures, OfOneSeedHaveTheTextsInterval) {
  const auto cells = CellsOf(TwoContenders({0}), {Model(0, 0, 1.0), Model(1, 0, 1.5)});
  const Figure &perplexity = Of(cells[0], "perplexity"), &bits = Of(cells[0], "bpb");
  EXPECT_LT(*perplexity.low, std::exp(1.0));
  EXPECT_GT(*perplexity.high, std::exp(1.0));
  EXPECT_NEAR(*bits.low, std::log2(*perplexity.low), 1e-12);
  EXPECT_EQ(cells[0].model_sha256, "0");
}

TEST(AbFigures, SayWhatFailed) {
  std::vector<Measured> measured{Model(0, 0, 1.0), Model(0, 1, 1.0), Model(1, 0, 1.5), Model(1, 1, 1.5)};
  measured[1].cores[0] = {};
  measured[1].cores[0].status = CellStatus::kMissing;
  measured[1].cores[0].message = "no firmware";
  const auto cells = CellsOf(TwoContenders({0, 1}), measured);
  EXPECT_EQ(cells[0].status, CellStatus::kMissing);
  EXPECT_EQ(cells[0].message, "seed 1 on m3: no firmware");
  EXPECT_EQ(cells[0].unavailable.at("cycles_per_token"), "seed 1 on m3: no firmware");
  EXPECT_EQ(cells[1].status, CellStatus::kPass);
}

}  // namespace
}  // namespace atome::harness::ab
