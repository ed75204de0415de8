#include "harness/report_file.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include "harness/testing/repository.h"
#include "proto/report.pb.h"

namespace atome::harness {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::TemporaryFolder;

Report SmallReport() {
  Report report{"atome verify a", {{"qemu", "7.2"}}, {}};
  Cell& passed = report.cells.emplace_back();
  passed.runner = "unicorn";
  passed.core = "m0";
  passed.model = "a.atome02";
  passed.status = CellStatus::kPass;
  passed.max_ulp = 0;
  passed.instructions_total = 1'000'000'000'000;
  passed.unavailable["state_bytes"] = "why";
  Cell& wrong = report.cells.emplace_back();
  wrong.status = CellStatus::kMismatch;
  wrong.divergence = Divergence{.case_index = 1,
                                .step = 2,
                                .op = ATOME_OP_SPARSE,
                                .layer = 3,
                                .index = 4,
                                .expected = 1.0f,
                                .actual = -1.0f,
                                .note = "n"};
  return report;
}

v1::Report Written(const Report& report, const std::string& name) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / name).string();
  EXPECT_EQ(WriteReport(report, path), "");
  const Result<std::string> bytes = ReadFile(path);
  EXPECT_TRUE(bytes.ok());
  v1::Report proto;
  if (name.ends_with(".json")) {
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(*bytes, &proto).ok());
  } else {
    EXPECT_TRUE(proto.ParseFromString(*bytes));
  }
  return proto;
}

class WriteReportAs : public ::testing::TestWithParam<const char*> {};

TEST_P(WriteReportAs, ComesBack) {
  const v1::Report proto = Written(SmallReport(), GetParam());
  EXPECT_EQ(proto.command(), "atome verify a");
  EXPECT_EQ(proto.environment().tools().at("qemu"), "7.2");
  EXPECT_EQ(proto.environment().harness_version(), ATOME_VERSION);
  ASSERT_EQ(proto.cells_size(), 2);
  const v1::Cell& passed = proto.cells(0);
  EXPECT_EQ(passed.status(), v1::CELL_STATUS_PASS);
  EXPECT_EQ(passed.variant(), v1::VARIANT_F32);
  EXPECT_TRUE(passed.has_max_ulp());  // 0 is a measurement
  EXPECT_EQ(passed.instructions_total(), 1'000'000'000'000u);
  EXPECT_FALSE(passed.has_state_bytes());
  EXPECT_EQ(passed.unavailable().at("state_bytes"), "why");
  EXPECT_FALSE(passed.has_divergence());
  const v1::Divergence& divergence = proto.cells(1).divergence();
  EXPECT_EQ(divergence.case_(), 1u);
  EXPECT_EQ(divergence.step(), 2u);
  EXPECT_EQ(divergence.op(), "sparse");
  EXPECT_EQ(divergence.layer(), 3u);
  EXPECT_EQ(divergence.index(), 4u);
  EXPECT_EQ(divergence.expected_bits(), 0x3f800000u);
  EXPECT_EQ(divergence.actual_bits(), 0xbf800000u);
  EXPECT_EQ(divergence.note(), "n");
}

TEST_P(WriteReportAs, BytesThatAreNoUtf8DoNotSpoilIt) {
  Report report = SmallReport();
  report.command = "atome verify \xff";
  Cell& cell = report.cells[0];
  cell.model = "m\xc3";
  cell.message = "firmware said \xff\xfe";
  cell.unavailable["state_bytes"] = cell.message;
  report.cells[1].divergence->note = "\x80";
  const v1::Report proto = Written(report, GetParam());
  ASSERT_EQ(proto.cells_size(), 2);
  EXPECT_THAT(proto.cells(0).message(), StartsWith("firmware said "));
  EXPECT_EQ(proto.cells(0).instructions_total(), 1'000'000'000'000u);
}

INSTANTIATE_TEST_SUITE_P(All, WriteReportAs, ::testing::Values("report.json", "report.binpb"),
                         [](const auto& name) { return std::string(name.param).substr(7); });

TEST(WriteReport, SaysWhereItCannotWrite) {
  EXPECT_THAT(WriteReport(SmallReport(), "/nowhere/report.json"), HasSubstr("/nowhere/report.json: "));
}

}  // namespace
}  // namespace atome::harness
