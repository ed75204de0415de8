#include "harness/ab/measure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "harness/ab/made_up.h"
#include "harness/ab/summary.h"
#include "harness/report/same.h"
#include "harness/testing/repository.h"

namespace atome::harness::ab {
namespace {

using harness::testing::TemporaryFolder;
using report::Cell;
using report::Kind;
using testing::MadeUp;
using testing::MakeCell;
using testing::MakeExperiment;
using testing::TwoContenders;

// Two contenders, two seeds, two cores, measured by figures that follow from the model.
class Measuring : public ::testing::Test {
 protected:
  Measuring() {
    Config config = TwoContenders({0, 5});
    config.cores = {"m0", "m3"};
    experiment_ = MakeExperiment(config, {{0, 0}, {0, 5}, {1, 0}, {1, 5}});
  }

  std::vector<Cell> Run(unsigned jobs = 1, bool fresh = false, const std::string& folder = "out") {
    KeptCells kept((folder_.path() / folder / "cells.binpb").string(), program_, fresh);
    const auto measure = [this](const Piece& piece) {
      ++measured_;
      if (piece.core == throws_) throw std::bad_alloc();
      Cell cell = MakeCell(experiment_, piece, {.nats = 1.0 + piece.entry->seed, .cycles = 100});
      if (missing_.contains(piece.core)) cell.Fail(Outcome::kMissing, "no firmware");
      if (piece.kind != Kind::kPerplexity) cell.build_sha256 = firmware_;
      cell.key.model = "as measured";
      return cell;
    };
    last_ = MeasureAll(experiment_, &kept,
                       {.measure = measure,
                        .firmware = [this](const Piece&) { return firmware_; },
                        .from = &from_,
                        .jobs = jobs,
                        .progress = {},
                        .warn = [](std::string_view line) { ADD_FAILURE() << line; }});
    return last_.cells;
  }
  // How many pieces are measured by a run.
  int Needed() {
    const int before = measured_;
    Run();
    return measured_ - before;
  }

  static void ExpectSame(const std::vector<Cell>& a, const std::vector<Cell>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (size_t i = 0; i < a.size(); ++i) {
      EXPECT_EQ(a[i].key, b[i].key);
      EXPECT_EQ(report::FirstDifference(a[i], b[i]), "") << a[i].key.Describe();
    }
  }

  TemporaryFolder folder_;
  Experiment experiment_;
  std::string program_ = "program", firmware_ = "firmware", throws_ = "none";
  std::set<std::string> missing_;
  std::vector<report::Report> from_;
  std::atomic<int> measured_ = 0;
  Measured last_;
};

TEST_F(Measuring, GivesAllInOrderUnderTheirOwnKeys) {
  const std::vector<Cell> cells = Run();
  ASSERT_EQ(cells.size(), 20u);
  EXPECT_EQ(cells[0].key.Describe(),
            "perplexity native host new/m0.atome02 f32 text.txt chunks of 64, last-tenth");
  EXPECT_EQ(cells[1].key.Describe(), "cycles unicorn m0 new/m0.atome02 f32 speed positions 16:64");
  EXPECT_EQ(cells[4].key.Describe(), "size elf m3 new/m0.atome02 f32 speed");
  EXPECT_EQ(cells[5].key.model, "new/m5.atome02");
  EXPECT_THAT(cells[1].command, ::testing::HasSubstr(" cycles "));
  for (const Cell& cell : cells) {  // the text and how it is cut are of perplexity alone
    for (const char* option : {" --split ", " --protocol ", " --chunk "}) {
      EXPECT_EQ(cell.command.find(option) != std::string::npos, cell.key.kind == report::Kind::kPerplexity)
          << cell.command;
    }
  }
  std::set<report::Key> keys;
  for (const Cell& cell : cells) keys.insert(cell.key);
  EXPECT_EQ(keys.size(), cells.size());
}

TEST_F(Measuring, JobsAndWhatIsKeptChangeNothing) {
  const std::vector<Cell> first = Run(1);
  EXPECT_EQ(measured_, 20);
  ExpectSame(Run(3), first);
  EXPECT_EQ(measured_, 20) << "all is kept";
  EXPECT_EQ(last_.from_before, 20u);
  ExpectSame(Run(7, /*fresh=*/true), first);
  EXPECT_EQ(measured_, 40);
}

TEST_F(Measuring, OnlyWhatChangedIsMeasuredAgain) {
  Run();
  firmware_ = "another";
  EXPECT_EQ(Needed(), 16);
  experiment_.text.sha256 = "another";
  EXPECT_EQ(Needed(), 4);
  experiment_.entries[3].model.sha256 = "trained again";
  EXPECT_EQ(Needed(), 5);
  experiment_.config.contenders[0].variant = Variant::kQ15;
  EXPECT_EQ(Needed(), 10);
  experiment_.config.contenders[1].build = FirmwareBuild::kSize;
  EXPECT_EQ(Needed(), 8) << "the host has no such build";
  experiment_.config.positions.to = 32;
  EXPECT_EQ(Needed(), 8) << "the cycles";
  program_ = "another";
  EXPECT_EQ(Needed(), 20);
  EXPECT_EQ(Needed(), 0);
}

TEST_F(Measuring, ContendersOfOneModelShareItsCells) {
  experiment_ = MakeExperiment(experiment_.config, {{0, 0}, {0, 5}, {0, 0}, {0, 5}});
  for (size_t i = 2; i < 4; ++i) experiment_.entries[i].contender = 1;
  experiment_.config.contenders[1].build = FirmwareBuild::kSize;
  EXPECT_EQ(Run().size(), 18u) << "two perplexities, eight cells of firmware a contender";
}

TEST_F(Measuring, TakesCellsOfReports) {
  report::Report report;
  report.cells = Run(1, false, "elsewhere");
  for (Cell& cell : report.cells) cell.key.model = "m.atome02";
  const std::vector<Cell> all = report.cells;
  report.cells.resize(12);
  from_ = {report};
  EXPECT_EQ(Needed(), 8);
  EXPECT_EQ(last_.from_reports, 12u);
  from_.clear();
  EXPECT_EQ(Needed(), 12) << "a report's cells are not kept: another program may have made it";
  report::Report second;
  second.cells = {all.begin() + 12, all.end()};
  from_ = {report, second};
  const int before = measured_;
  const std::vector<Cell> cells = Run(2, false, "nowhere");
  EXPECT_EQ(measured_, before);
  from_.clear();
  ExpectSame(cells, Run());
  firmware_ = "another";
  from_ = {report, second};
  Run(1, false, "there");
  EXPECT_EQ(last_.from_reports, 4u) << "perplexities";
}

TEST_F(Measuring, WhatIsMissingIsAnOutcomeAndTriedAgain) {
  missing_ = {"m3"};
  const std::vector<Cell> cells = Run();
  EXPECT_TRUE(cells[1].passed());
  EXPECT_EQ(cells[3].outcome, Outcome::kMissing);
  const std::vector<Cell> contenders = Summarize(experiment_, cells);
  EXPECT_EQ(ExitCodeOf(report::WorstOf(contenders)), kUsage);
  EXPECT_EQ(contenders[1].message, "seed 0 on m3: no firmware (4 of its cells do not pass)");
  missing_ = {};
  EXPECT_EQ(Needed(), 8);
  EXPECT_EQ(report::WorstOf(last_.cells), Outcome::kPass);
}

TEST_F(Measuring, AMeasurementThatThrowsLeavesTheRest) {
  throws_ = "m3";
  const std::vector<Cell> cells = Run(2);
  EXPECT_EQ(cells[3].outcome, Outcome::kCrashed);
  EXPECT_THAT(cells[3].message, ::testing::HasSubstr("the measurement threw"));
  EXPECT_TRUE(cells[2].passed());
}

}  // namespace
}  // namespace atome::harness::ab
