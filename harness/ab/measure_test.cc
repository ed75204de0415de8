#include "harness/ab/measure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/ab/fake_instruments.h"
#include "harness/ab/output.h"
#include "harness/testing/repository.h"

namespace atome::harness::ab {
namespace {

using harness::testing::ErrorOf;
using harness::testing::TemporaryFolder;
using testing::FakeInstruments;
using ::testing::HasSubstr;

constexpr const char* kDimensions = "vocab_size=256,d_model=8,n_layers=1,d_head=4,kernel_size=2,top_k=2";

// Two contenders, two seeds, two cores; the files are in a folder of its own.
class Measuring : public ::testing::Test {
 protected:
  Measuring() {
    config_.path = "ab.json";
    config_.name = "test";
    config_.seeds = {0, 5};
    config_.cores = {"m0", "m3"};
    for (const char* name : {"one", "two"}) {
      Contender contender;
      contender.name = name;
      contender.model = (folder_.path() / name / "{seed}.atome02").string();
      contender.dimensions = kDimensions;
      config_.contenders.push_back(contender);
      for (const char* seed : {"0", "5"})
        folder_.Write(StrCat(name, "/", seed, ".atome02"), StrCat("ATOME02", name, "'s ", seed));
    }
    folder_.Write("one/0.atome01", "longer than the other");
  }

  Result<std::vector<Measured>> Run(const FakeInstruments& instruments, bool fresh = false,
                                    unsigned jobs = 1) {
    Cache cache((folder_.path() / "cache").string(), fresh);
    return Measure(config_, instruments, &cache, {.jobs = jobs, .progress = {}, .warn = {}});
  }

  std::string Output(const std::vector<Measured>& measured) {
    return Format(config_, {}, measured, Summarize(config_, measured), OutputFormat::kJson);
  }

  TemporaryFolder folder_;
  Config config_;
};

TEST_F(Measuring, GivesAllInOrder) {
  const FakeInstruments instruments;
  const auto measured = Run(instruments);
  ASSERT_TRUE(measured.ok()) << measured.error().message;
  ASSERT_EQ(measured->size(), 4u);
  for (size_t i = 0; i < 4; ++i) {
    const Measured& each = (*measured)[i];
    EXPECT_EQ(each.contender, i / 2);
    EXPECT_EQ(each.seed, i % 2 == 0 ? 0u : 5u);
    EXPECT_EQ(each.disk_bytes, 14u);
    EXPECT_DOUBLE_EQ(each.BitsPerWeight(), 14 * 8 / 100.0);
    EXPECT_EQ(each.status, CellStatus::kPass);
    ASSERT_EQ(each.cores.size(), 2u);
    EXPECT_EQ(each.cores[1].core, "m3");
    EXPECT_EQ(each.cores[1].firmware, "m3.elf");
    EXPECT_EQ(each.cores[1].FlashBytes(), 5014u);
  }
  EXPECT_EQ((*measured)[0].format_bytes, (std::map<std::string, uint64_t>{{"ATOME01", 21}, {"ATOME02", 14}}));
  EXPECT_EQ(VerdictOf(*measured), kPass);
}

TEST_F(Measuring, JobsAndTheCacheChangeNothing) {
  const FakeInstruments instruments;
  const std::string first = Output(*Run(instruments, true, 1));
  EXPECT_EQ(instruments.losses_measured, 4);
  EXPECT_EQ(instruments.cores_measured, 8);
  EXPECT_EQ(Output(*Run(instruments, false, 3)), first);
  EXPECT_EQ(instruments.losses_measured, 4) << "all from the cache";
  EXPECT_EQ(instruments.cores_measured, 8);
  EXPECT_EQ(Output(*Run(instruments, true, 7)), first);
  EXPECT_EQ(instruments.losses_measured, 8);
}

TEST_F(Measuring, OnlyWhatChangedIsMeasuredAgain) {
  FakeInstruments instruments;
  ASSERT_TRUE(Run(instruments).ok());
  instruments.firmware = "another";
  ASSERT_TRUE(Run(instruments).ok());
  EXPECT_EQ(instruments.losses_measured, 4);
  EXPECT_EQ(instruments.cores_measured, 16);
  instruments.text = "another";
  ASSERT_TRUE(Run(instruments).ok());
  EXPECT_EQ(instruments.losses_measured, 8);
  EXPECT_EQ(instruments.cores_measured, 16);
  folder_.Write("two/5.atome02", "ATOME02 trained again");
  ASSERT_TRUE(Run(instruments).ok());
  EXPECT_EQ(instruments.losses_measured, 9);
  EXPECT_EQ(instruments.cores_measured, 18);
  config_.contenders[0].variant = Variant::kQ15;
  ASSERT_TRUE(Run(instruments).ok());
  EXPECT_EQ(instruments.losses_measured, 11);
  config_.contenders[1].build = FirmwareBuild::kSize;
  ASSERT_TRUE(Run(instruments).ok());
  EXPECT_EQ(instruments.losses_measured, 11) << "the host has no such build";
}

TEST_F(Measuring, WhatIsMissingIsAStatusAndTriedAgain) {
  FakeInstruments instruments;
  instruments.missing_cores = {"m3"};
  const auto measured = Run(instruments);
  ASSERT_TRUE(measured.ok());
  EXPECT_EQ(VerdictOf(*measured), kUsage);
  EXPECT_EQ((*measured)[2].cores[0].status, CellStatus::kPass);
  EXPECT_EQ((*measured)[2].cores[1].status, CellStatus::kMissing);
  const std::string table =
      Format(config_, {}, *measured, Summarize(config_, *measured), OutputFormat::kTable);
  EXPECT_THAT(table, HasSubstr("missing: two seed 5 on m3: no firmware"));
  instruments.missing_cores = {};
  EXPECT_EQ(VerdictOf(*Run(instruments)), kPass);
  EXPECT_EQ(instruments.cores_measured, 12);
}

TEST_F(Measuring, RefusesModelsThatAreNotThereOrTheSame) {
  const FakeInstruments instruments;
  folder_.Write("two/5.atome02", "ATOME02two's 0");
  EXPECT_THAT(ErrorOf(Run(instruments)), HasSubstr("seeds 0 and 5 have the same model"));
  config_.contenders[1].model = "/no/such/{seed}.atome02";
  const std::string error = ErrorOf(Run(instruments));
  EXPECT_THAT(error, HasSubstr("ab.json: /contenders/1/model: /no/such/0.atome02: cannot open"));
  EXPECT_THAT(error, HasSubstr("say with \"train\""));
}

TEST_F(Measuring, LossesThatFailLeaveTheRest) {
  const FakeInstruments instruments;
  config_.seeds = {0};
  config_.contenders[1].model = folder_.Write("bad", "ATOME02");
  const auto measured = Run(instruments);
  ASSERT_TRUE(measured.ok());
  EXPECT_EQ((*measured)[1].status, CellStatus::kError);
  EXPECT_EQ((*measured)[1].cores[0].status, CellStatus::kPass);
  const Summary summary = Summarize(config_, *measured);
  EXPECT_FALSE(summary.differences[0].of_losses.has_value());
  EXPECT_THAT(Format(config_, {}, *measured, summary, OutputFormat::kTable),
              HasSubstr("error: two seed 0: bad: is bad"));
}

}  // namespace
}  // namespace atome::harness::ab
